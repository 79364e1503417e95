import type { ScoredMatrix, Tile } from "../core/matrix.js";
import type { Relevance } from "../core/relevance.js";
import type { Spread } from "../core/results.js";
import type { Pool } from "../kernels/pool.js";
import { type CellRanks, type LoadedRows, ScoreReducer } from "../kernels/score-reducer.js";
import { SPAN_CELLS, SUMMARY } from "../kernels/score-spans.js";
import { type Auc, AucCounter } from "./auc.js";
import { BinCounters } from "./bin-counters.js";
import { binnedAuc } from "./binned-auc.js";
import { Moments, type Part } from "./moments.js";
import { ScoreHistogram } from "./score-histogram.js";
import { countsIn, spreadOf } from "./spread.js";

/** Numbers of bins: of few scores, which are kept, a bin has some cells. */
const BINS = { least: 1 << 8, most: 1 << 18, cells: 4 } as const;

export interface OtherScoresOptions {
  /** The relevant rows of each query, without the query itself if `excludeSelf` is set. */
  readonly relevance: Relevance;
  readonly excludeSelf: boolean;
  /** The scores of all relevant rows in ascending order, or their histogram if there are too many. */
  readonly positives: Float64Array | ScoreHistogram;
  /** The number of pairs of a query and another row, if their scores are kept for exact quartiles; null if there are too many. */
  readonly kept: number | null;
  readonly pool: Pool;
  /** Receives the moments of each row, in order. */
  readonly onRow?: (part: Part) => void;
}

/** Returns the number of bins in which the scores of so many cells are counted. */
function binsFor(cells: number, isKept: boolean): number {
  const fair = isKept ? 2 ** Math.ceil(Math.log2(cells / BINS.cells)) : BINS.most;
  return Math.max(BINS.least, Math.min(BINS.most, fair));
}

/** The distribution of the scores of rows that are not relevant, compared with those of relevant rows. */
export class OtherDistribution {
  readonly histogram: ScoreHistogram;
  readonly auc: AucCounter | null;
  private readonly kept: Float64Array | null;
  private keptCount = 0;

  /** @param cells the number of all cells. */
  constructor(
    cells: number,
    private readonly positives: OtherScoresOptions["positives"],
    kept: OtherScoresOptions["kept"],
    readonly moments = new Moments(),
  ) {
    this.histogram = new ScoreHistogram(undefined, binsFor(cells, kept !== null));
    this.auc = positives instanceof Float64Array ? new AucCounter(positives) : null;
    this.kept = kept === null ? null : new Float64Array(kept);
  }

  get keepsScores(): boolean {
    return this.kept !== null;
  }

  /** Keeps a score, if scores are kept. */
  keep(score: number): void {
    if (this.kept) this.kept[this.keptCount++] = score;
  }

  /** All scores if they are kept, otherwise their histogram. */
  get scores(): Float64Array | ScoreHistogram {
    return this.kept?.subarray(0, this.keptCount) ?? this.histogram;
  }

  /** Returns the distribution; null if there are no scores. */
  spread(): Spread | null {
    return spreadOf(this.moments, this.scores);
  }

  /** Returns the numbers of scores in bins of equal width between two scores. */
  counts(from: number, to: number, bins: number): number[] {
    return countsIn(this.scores, from, to, bins);
  }

  /** Returns the area under the ROC curve; null if there are no scores of relevant or of other rows. */
  area(): Auc | null {
    const { positives } = this;
    if (positives instanceof ScoreHistogram) return binnedAuc(positives, this.histogram);
    return this.auc?.result(this.moments.count) ?? null;
  }
}

/** Computes the distribution of the scores of all rows that are not relevant, from tiles. */
export class OtherScores {
  private readonly found: OtherDistribution;
  private readonly reducer: ScoreReducer;
  private readonly counters: BinCounters;

  constructor(
    private readonly scores: ScoredMatrix,
    private readonly options: OtherScoresOptions,
  ) {
    const { rows, columns, nearer } = scores;
    const { positives, excludeSelf, kept, pool } = options;
    this.found = new OtherDistribution(rows * columns, positives, kept);
    const { histogram, auc } = this.found;
    this.reducer = new ScoreReducer(pool, {
      rows,
      columns,
      excludeSelf,
      isDistance: nearer === "less",
      counters: histogram.bins,
      positives: auc?.positives ?? null,
    });
    let margin = 0;
    for (let query = 0; auc && query < rows; query++) margin = Math.max(margin, this.marginOf(query, auc));
    this.counters = new BinCounters(this.reducer.counters, histogram, auc, margin);
  }

  /** Adds the next rows. Returns a function that returns the ranks of the relevant rows of a query; null if exact scores decide. */
  async add(tile: Tile): Promise<(query: number) => CellRanks | null> {
    const { reducer, counters, scores, options, found } = this;
    const { auc } = found;
    const { firstRow, rows, columns, values } = tile;
    const loaded = reducer.load(tile, (query) => ({
      columns: options.relevance.rowsOf(query),
      toleranceOf: (cells) => 4 * scores.slack(query, largestOf(cells)),
    }));
    counters.expect(rows * columns);
    const slackOf = (query: number) => (auc ? this.marginOf(query, auc) : scores.slack(query, counters.largest));
    const listed: Uint32Array[] = [];
    do listed.push(...(await loaded.reduce(counters.window, slackOf)));
    while (this.widen(loaded));
    this.addSummaries(loaded);
    for (const positions of listed) {
      for (const at of positions) {
        const exact = scores.exact(firstRow + Math.floor(at / columns), at % columns);
        if (auc) auc.add(exact);
        else counters.move(values[at], exact);
      }
    }
    if (found.keepsScores) this.keep(tile);
    return (query) => loaded.ranksOf(query);
  }

  /** Returns the distribution of the scores of all rows that were added. */
  result(): OtherDistribution {
    this.counters.settle();
    return this.found;
  }

  /** Frees the memory. */
  close(): void {
    this.reducer.close();
  }

  /**
   * Returns the distance up to which a score of a query and a positive are not clearly different. The score may be larger than all
   * positives, and its error as well, but the slack grows at most by a quarter of the difference.
   */
  private marginOf(query: number, { largest }: AucCounter): number {
    return 2 * this.scores.slack(query, largest);
  }

  /** Widens the bins for scores that are outside; returns whether there were any. */
  private widen(loaded: LoadedRows): boolean {
    const reduced = loaded.range(false);
    if (reduced) this.found.histogram.include(reduced.min, reduced.max);
    const waiting = loaded.range(true);
    if (!waiting) return false;
    const { min, max } = waiting;
    const infinite = [min, max].find((score) => !Number.isFinite(score));
    if (infinite !== undefined) throw new Error(`expected finite scores, found ${infinite}`);
    this.counters.include(min, max);
    return true;
  }

  private addSummaries({ summaries }: LoadedRows): void {
    const { moments, auc } = this.found;
    const rowLength = SUMMARY.length * Math.ceil(this.scores.columns / SPAN_CELLS);
    for (let row = 0; row < summaries.length; row += rowLength) {
      // The moments of a row first, so that the rows of several processes can be added.
      const ofRow = new Moments();
      for (let at = row; at < row + rowLength; at += SUMMARY.length) {
        const count = summaries[at + SUMMARY.count];
        if (count === 0) continue;
        const [min, max] = [summaries[at + SUMMARY.min], summaries[at + SUMMARY.max]];
        const [mean, squares] = [summaries[at + SUMMARY.mean], summaries[at + SUMMARY.squares]];
        ofRow.merge({ count, mean, squares, unit: summaries[at + SUMMARY.unit], min, max });
        auc?.addPairs(1, summaries[at + SUMMARY.above]);
      }
      const { part } = ofRow;
      moments.merge(part);
      this.options.onRow?.(part);
    }
  }

  private keep({ firstRow, rows, columns, values }: Tile): void {
    const { relevance, excludeSelf } = this.options;
    for (let i = 0; i < rows; i++) {
      const relevant = relevance.rowsOf(firstRow + i);
      const self = excludeSelf ? firstRow + i : -1;
      let next = 0;
      for (let j = 0; j < columns; j++) {
        const score = values[i * columns + j];
        if (relevant[next] === j) next++;
        else if (j !== self && !Number.isNaN(score)) this.found.keep(score);
      }
    }
  }
}

/** Returns the largest absolute value of scores; NaN is ignored. */
function largestOf(scores: Float64Array): number {
  let largest = 0;
  for (const score of scores) if (Math.abs(score) > largest) largest = Math.abs(score);
  return largest;
}
