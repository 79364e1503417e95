import { cellsOf, type Part, type TiledMatrix, watched } from "../core/matrix.js";
import { now } from "../core/phases.js";
import { escapeControls } from "../output/escape.js";
import { Pace } from "./pace.js";
import type { Streams } from "./streams.js";

const QUIET_MS = 1000;
const REDRAW_MS = 100;

/** Shows the progress of a long job in one line on a terminal's stderr, after its first second. */
export class Progress {
  private readonly started: number;
  private lastDrawn = 0;
  private drawn = false;

  constructor(
    private readonly streams: Streams,
    private readonly shown: boolean,
    private readonly clock: () => number = now,
  ) {
    this.started = clock();
  }

  /** Returns a function that receives the number of bytes read and shows their sum, out of `total` if it is known. */
  reading(name: string, total: number | null): (bytes: number) => void {
    const pace = new Pace(this.clock());
    let done = 0;
    return (bytes) => {
      done += bytes;
      this.draw(`reading ${name}`, total ? Math.min(done, total) : done, total, 1e6, "MB", pace);
    };
  }

  /** Returns the matrix with reports of how many of its rows have been computed and consumed. */
  computing<M extends TiledMatrix>(matrix: M): M {
    const self = this;
    const total = matrix.rows * matrix.columns;
    async function* reported<P extends Part>(parts: AsyncIterable<P>): AsyncGenerator<P> {
      const pace = new Pace(self.clock());
      let cells = 0;
      for await (const part of parts) {
        yield part;
        cells += cellsOf(part);
        self.draw("computing", (cells / total) * matrix.rows, matrix.rows, 1, "rows", pace);
      }
      self.clear();
    }
    return watched(matrix, reported);
  }

  /** Erases the line, so that something else can be printed. */
  clear(): void {
    if (this.drawn) this.streams.stderr.write("\r\x1b[K");
    this.drawn = false;
  }

  private draw(phase: string, done: number, total: number | null, unit: number, name: string, pace: Pace): void {
    const time = this.clock();
    if (!this.shown || time - this.started < QUIET_MS || time - this.lastDrawn < REDRAW_MS) return;
    this.lastDrawn = time;
    this.drawn = true;
    const perSecond = pace.rate(time, done);
    const parts = [phase];
    if (total) parts.push(`${Math.floor((100 * done) / total)} %`);
    parts.push(`${(perSecond / unit).toFixed(unit === 1 ? 0 : 1)} ${name}/s`);
    if (total) parts.push(`${Math.ceil((total - done) / perSecond)} s left`);
    const width = (this.streams.stderr.columns || 80) - 1;
    this.streams.stderr.write(`\r\x1b[K${escapeControls(parts.join("   ")).slice(0, width)}`);
  }
}
