import type { Pool } from "./pool.js";
import { Room } from "./room.js";
import {
  type BinWindow,
  makeTable,
  PLACES_BYTES,
  rankingBytes,
  SPAN_CELLS,
  type SpansParams,
  SUMMARY,
  tableBytes,
  WAITING,
} from "./score-spans.js";
import { type Kernels, loadKernels } from "./wasm.js";

const ITEM_CELLS = 1 << 17;
/** Speed of one thread. */
const CELLS_PER_MS = 4e5;

/** The bit of a counter that marks its bin. */
export const MARK = 1 << 31;

/** How the rows of a matrix of scores are reduced. */
export interface ReducerOptions {
  readonly rows: number;
  readonly columns: number;
  /** Whether cell i of row i is left out. */
  readonly excludeSelf: boolean;
  /** Whether the smaller of two cells is nearer. */
  readonly isDistance: boolean;
  /** Number of counters of a thread, a power of two. */
  readonly counters: number;
  /** The scores of all positives in ascending order; null to list the cells near edges of bins instead of those near positives. */
  readonly positives: Float64Array | null;
}

/** Consecutive rows of a matrix. */
export interface ScoreRows {
  readonly firstRow: number;
  readonly rows: number;
  /** Row-major. */
  readonly values: Float64Array;
}

/** The relevant columns of a row. */
export interface RelevantColumns {
  /** In ascending order, each once. */
  readonly columns: ArrayLike<number>;
  /** Returns the distance up to which the order of one of these cells and another cell is unclear. */
  readonly toleranceOf: (cells: Float64Array) => number;
}

/** The ranks of relevant cells in a row. */
export interface CellRanks {
  /** The relevant cells in the order of their columns; NaN for a column that the matrix does not have. */
  readonly cells: Float64Array;
  /** The number of cells that are nearer, for each relevant cell that is not NaN, in ascending order of these cells. */
  readonly nearer: Uint32Array;
}

/**
 * Reduces rows of scores on all threads, span by span. The results are the same on any number of threads: those of a span depend on
 * its cells only, and counts are integers.
 */
export class ScoreReducer {
  /** The counters of each thread; that of bin k is k modulo their number. The caller takes the counts and sets the marks. */
  readonly counters: readonly Int32Array[];
  private readonly kernels = loadKernels();
  private readonly rooms: Room[] = [];
  private readonly counting: readonly (readonly number[])[];
  private readonly ranking: readonly Room[];
  private readonly cells = this.room();
  private readonly ofRows = this.room();
  private readonly ofRelevant = this.room();
  private readonly positives: number;
  private readonly isWorthThreads: boolean;

  constructor(
    private readonly pool: Pool,
    private readonly options: ReducerOptions,
  ) {
    const { kernels } = this;
    const { rows, columns, counters, positives } = options;
    const threads = Array.from({ length: pool.threads });
    this.counting = threads.map(() => this.room().take(4 * counters, 4 * Math.min(columns, SPAN_CELLS), PLACES_BYTES));
    this.ranking = threads.map(() => this.room());
    this.counters = this.counting.map(([address]) => {
      const { buffer } = kernels.integers(address, counters).fill(0);
      return new Int32Array(buffer, address, counters);
    });
    this.positives = positives && positives.length > 0 ? this.tableOf(positives) : 0;
    this.isWorthThreads = pool.isWorth((rows * columns) / CELLS_PER_MS);
  }

  /** Prepares rows. Their values may not change until they are reduced, and the result is valid until the next call. */
  load({ firstRow, rows, values }: ScoreRows, relevantOf: (row: number) => RelevantColumns): LoadedRows {
    const { kernels, options, pool } = this;
    const { columns, excludeSelf, isDistance, counters, positives } = options;
    const lists = Array.from({ length: rows }, (_, i) => relevantOf(firstRow + i));
    const count = lists.reduce((sum, list) => sum + list.columns.length, 0);
    const most = lists.reduce((most, list) => Math.max(most, list.columns.length), 0);
    const summaryBytes = 8 * SUMMARY.length * rows * Math.ceil(columns / SPAN_CELLS);
    const [summaries, slacks, tolerances, starts, unclear] = this.ofRows.take(
      summaryBytes,
      8 * rows,
      8 * rows,
      4 * (rows + 1),
      4 * rows,
    );
    const [relevantCells, relevant, nearer] = this.ofRelevant.take(8 * count, 4 * count, 4 * count);
    kernels.integers(nearer, count).fill(0);
    kernels.integers(unclear, rows).fill(0);
    kernels.doubles(summaries, summaryBytes / 8).fill(WAITING);
    const [allTolerances, allStarts] = [kernels.doubles(tolerances, rows), kernels.integers(starts, rows + 1)];
    allStarts[0] = 0;
    for (const [i, { columns: own, toleranceOf }] of lists.entries()) {
      const start = allStarts[i];
      const cells = kernels.doubles(relevantCells + 8 * start, own.length);
      for (let k = 0; k < own.length; k++) cells[k] = own[k] < columns ? values[i * columns + own[k]] : Number.NaN;
      kernels.integers(relevant + 4 * start, own.length).set(own);
      allTolerances[i] = toleranceOf(cells);
      allStarts[i + 1] = start + own.length;
    }
    const params = {
      kind: "spans",
      cells: kernels.addressOf(values) ?? this.copied(values),
      firstRow,
      rows,
      columns,
      itemSpans: Math.max(1, Math.floor(ITEM_CELLS / Math.min(columns, SPAN_CELLS))),
      excludeSelf,
      isDistance,
      counters,
      positives: this.positives,
      listsEdges: positives === null,
      slacks,
      tolerances,
      starts,
      relevant,
      relevantCells,
      nearer,
      unclear,
      summaries,
      workspaces: this.counting.map(([counters, list, places], thread) => {
        const [ranking] = this.ranking[thread].take(rankingBytes(most));
        return { counters, list, places, ranking };
      }),
    } as const;
    return new LoadedRows(kernels, params, (params, items) =>
      pool.start<Uint32Array | null>(params, items, items > 1 && this.isWorthThreads).finish(),
    );
  }

  /** Frees the memory. */
  close(): void {
    for (const room of this.rooms) room.close();
  }

  private room(): Room {
    const room = new Room(this.kernels);
    this.rooms.push(room);
    return room;
  }

  private copied(values: Float64Array): number {
    const [address] = this.cells.take(8 * values.length);
    this.kernels.doubles(address, values.length).set(values);
    return address;
  }

  private tableOf(sorted: Float64Array): number {
    const { length } = sorted;
    const [scores, table] = this.room().take(8 * (length + 1), tableBytes(length));
    const room = this.kernels.doubles(scores, length + 1);
    room.set(sorted);
    room[length] = Number.NaN;
    makeTable(this.kernels, table, scores, length);
    return table;
  }
}

/** The rows that a {@link ScoreReducer} has loaded. */
export class LoadedRows {
  /** The {@link SUMMARY} of each span, in the order of the rows. */
  readonly summaries: Float64Array;
  private readonly starts: Uint32Array;

  constructor(
    private readonly kernels: Kernels,
    private readonly params: Omit<SpansParams, "window">,
    private readonly run: (params: SpansParams, items: number) => Promise<(Uint32Array | null)[]>,
  ) {
    const { rows, columns } = params;
    this.summaries = kernels.doubles(params.summaries, SUMMARY.length * rows * Math.ceil(columns / SPAN_CELLS));
    this.starts = kernels.integers(params.starts, rows + 1);
  }

  /**
   * Reduces the spans that are waiting, but those with cells outside the window.
   *
   * @param slackOf returns the distance from a positive or an edge up to which cells of a row are listed.
   * @returns the indexes in the loaded rows of the listed cells.
   */
  async reduce(window: BinWindow, slackOf: (row: number) => number): Promise<readonly Uint32Array[]> {
    const { params, summaries } = this;
    const { rows, firstRow, itemSpans } = params;
    const slacks = this.kernels.doubles(params.slacks, rows);
    for (let i = 0; i < rows; i++) slacks[i] = slackOf(firstRow + i);
    const lists = await this.run({ ...params, window }, Math.ceil(summaries.length / SUMMARY.length / itemSpans));
    return lists.filter((list) => list !== null);
  }

  /** Returns the smallest and the largest cell of the spans that are reduced, or of those that wait for another window; null for none. */
  range(isWaiting: boolean): { readonly min: number; readonly max: number } | null {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const { summaries } = this;
    for (let at = 0; at < summaries.length; at += SUMMARY.length) {
      if ((summaries[at + SUMMARY.count] === WAITING) !== isWaiting) continue;
      min = Math.min(min, summaries[at + SUMMARY.min]);
      max = Math.max(max, summaries[at + SUMMARY.max]);
    }
    return min <= max ? { min, max } : null;
  }

  /** Returns the ranks of the relevant columns of a row; null if the order of some cells is unclear. */
  ranksOf(row: number): CellRanks | null {
    const { kernels, params, starts } = this;
    const i = row - params.firstRow;
    if (kernels.integers(params.unclear, params.rows)[i] !== 0) return null;
    const [start, count] = [starts[i], starts[i + 1] - starts[i]];
    const cells = kernels.doubles(params.relevantCells + 8 * start, count);
    const scored = cells.reduce((sum, cell) => (Number.isNaN(cell) ? sum : sum + 1), 0);
    return { cells, nearer: kernels.integers(params.nearer + 4 * start, scored) };
  }
}
