import type { Kernels } from "./wasm.js";

/** Maximum number of cells in a span, a part of a row: several kernels read them while they are in the second-level cache. */
export const SPAN_CELLS = 1 << 15;
/** From this number of relevant columns on, one pass with a table of their cells is faster than a pass for each of them. */
const MIN_TABLED = 16;

/**
 * The fields of the summary of a span, in doubles: number, mean, minimum and maximum of its cells, the sum of squared deviations from
 * the mean, and the number of positives above its cells in marked bins. `mean` and `squares` are in multiples of 1 / `unit`.
 */
export const SUMMARY = { count: 0, mean: 1, min: 2, max: 3, squares: 4, above: 5, unit: 6, length: 8 } as const;
/** The count of a span that has not been reduced. */
export const WAITING = -1;

/** Bins in which cells are counted. Their width is a power of two. */
export interface BinWindow {
  readonly width: number;
  /** Cells with `from ≤ cell < to` can be counted. */
  readonly from: number;
  readonly to: number;
  /** A power of two that brings the cells near 1. */
  readonly unit: number;
}

/** Reducing the waiting spans of a tile of scores; an item is some spans. Most fields are addresses. */
export interface SpansParams {
  readonly kind: "spans";
  /** Rows×columns. */
  readonly cells: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: number;
  /** Number of spans in an item. */
  readonly itemSpans: number;
  /** Whether cell i of row i is left out. */
  readonly excludeSelf: boolean;
  /** Whether the smaller of two cells is nearer. */
  readonly isDistance: boolean;
  readonly window: BinWindow;
  /** Number of counters of a thread, a power of two; that of bin k is k modulo this number. The sign bit marks a bin. */
  readonly counters: number;
  /** The table of all positives, which cells in marked bins are compared with; 0 for none. */
  readonly positives: number;
  /** Whether cells near an edge of their bin are listed. */
  readonly listsEdges: boolean;
  /** One double for each row: how far from a positive or an edge a cell is listed, and up to which distance the order of two cells is unclear. */
  readonly slacks: number;
  readonly tolerances: number;
  /** The index of the first relevant column of each row, and the number of all. */
  readonly starts: number;
  /** The relevant columns and their cells; the numbers of other cells that are nearer, in ascending order of the cells of a row. */
  readonly relevant: number;
  readonly relevantCells: number;
  readonly nearer: number;
  /** One integer for each row: not 0 if the order of a relevant cell and another cell is unclear, and `nearer` is undefined. */
  readonly unclear: number;
  /** The {@link SUMMARY} of each span. */
  readonly summaries: number;
  readonly workspaces: readonly SpanWorkspace[];
}

/** Addresses of the memory that a thread works in. */
export interface SpanWorkspace {
  readonly counters: number;
  /** Positions of cells in a span, and places of some of them among the positives. */
  readonly list: number;
  readonly places: number;
  /** {@link rankingBytes} for the relevant columns of a row. */
  readonly ranking: number;
}

const TABLE_BYTES = 64;
export const PLACES_BYTES = 4 * 256;

/** Returns the bytes of a table of `count` scores, without the scores. */
export const tableBytes = (count: number) => TABLE_BYTES + 4 * (4 * count + 1);

/** Makes a table of sorted scores, which NaN follows. */
export function makeTable(kernels: Kernels, table: number, sorted: number, count: number): void {
  kernels.call.makeTable(table, sorted, count, table + TABLE_BYTES);
}

/** Returns the bytes for ranking so many relevant columns: their cells, a counter between any two of them, and a table. */
export const rankingBytes = (count: number) => 8 * (count + 1) + 4 * (count + 2) + tableBytes(count);

/** A part of a row. */
interface Span {
  readonly row: number;
  /** The first column. */
  readonly first: number;
  readonly count: number;
  /** The address of the first cell. */
  readonly cells: number;
  /** The address of the summary. */
  readonly summary: number;
}

/**
 * The result of an item are the positions in the tile of cells near a positive or near an edge; null for none. A span with cells
 * outside the window keeps waiting; its summary has their minimum and maximum.
 */
export function createSpans(
  params: SpansParams,
  kernels: Kernels,
  thread: number,
): (item: number) => Uint32Array | null {
  const { rows, columns, itemSpans, firstRow, excludeSelf } = params;
  const spansInRow = Math.ceil(columns / SPAN_CELLS);
  const spans = rows * spansInRow;
  const starts = kernels.integers(params.starts, rows + 1);
  const relevant = kernels.integers(params.relevant, starts[rows]);
  const relevantCells = kernels.doubles(params.relevantCells, starts[rows]);
  const workspace = params.workspaces[thread];
  const count = spanCounter(params, kernels, workspace);
  const rank = spanRanker(params, kernels, workspace);

  function reduce(span: Span, near: number[]): void {
    const { row, first } = span;
    const cells = kernels.doubles(span.cells, span.count);
    const self = firstRow + row - first;
    const [from, to] = [starts[row], starts[row + 1]];
    const hasSelf = excludeSelf && self >= 0 && self < span.count;
    const selfCell = hasSelf ? cells[self] : 0;
    const put = (values: Float64Array | null) => {
      for (let k = from; k < to; k++) {
        const column = relevant[k] - first;
        if (column >= 0 && column < span.count) cells[column] = values ? values[k] : Number.NaN;
      }
    };
    put(null);
    if (hasSelf) cells[self] = Number.NaN;
    if (count(span, near)) rank(span, relevantCells.subarray(from, to), from);
    if (hasSelf) cells[self] = selfCell;
    put(relevantCells);
  }

  return (item) => {
    const near: number[] = [];
    for (let index = item * itemSpans; index < Math.min(spans, (item + 1) * itemSpans); index++) {
      const summary = params.summaries + 8 * SUMMARY.length * index;
      if (kernels.doubles(summary, 1)[SUMMARY.count] !== WAITING) continue;
      const row = Math.floor(index / spansInRow);
      const first = (index % spansInRow) * SPAN_CELLS;
      const cells = params.cells + 8 * (row * columns + first);
      reduce({ row, first, count: Math.min(SPAN_CELLS, columns - first), cells, summary }, near);
    }
    return near.length > 0 ? Uint32Array.from(near) : null;
  };
}

/** Returns a function that counts the cells of a span and writes its summary; false if a cell is outside the window. */
function spanCounter(
  { window, counters, columns, positives, listsEdges, ...params }: SpansParams,
  kernels: Kernels,
  { counters: ownCounters, list, places }: SpanWorkspace,
): (span: Span, near: number[]) => boolean {
  const { call } = kernels;
  const { unit, from, to, width } = window;
  const scale = 1 / width;
  const slacks = kernels.doubles(params.slacks, params.rows);
  return ({ row, first, count, cells, summary: address }, near) => {
    call.summarizeCells(cells, count, unit, address);
    const summary = kernels.doubles(address, SUMMARY.length);
    // All comparisons are false for a span without scores.
    if (summary[SUMMARY.min] < from || summary[SUMMARY.max] >= to) {
      summary[SUMMARY.count] = WAITING;
      return false;
    }
    let listed = call.countInBins(cells, count, address, unit, scale, ownCounters, counters - 1, list);
    summary[SUMMARY.squares] = call.squaredDeviations.value;
    summary[SUMMARY.unit] = unit;
    if (positives !== 0) listed = call.sumAbove(cells, list, listed, positives, slacks[row], places);
    summary[SUMMARY.above] = positives !== 0 ? call.above.value : 0;
    if (listsEdges) listed = call.listNearEdges(cells, count, scale, slacks[row], list);
    for (const position of kernels.integers(list, listed)) near.push(row * columns + first + position);
    return true;
  };
}

/** Returns a function that counts the cells of a span that are nearer than each relevant cell of the row. */
function spanRanker(
  { isDistance, rows, ...params }: SpansParams,
  kernels: Kernels,
  { ranking }: SpanWorkspace,
): (span: Span, relevantCells: Float64Array, start: number) => void {
  const { call } = kernels;
  const tolerances = kernels.doubles(params.tolerances, rows);
  const unclear = kernels.integers(params.unclear, rows);

  /** Returns false if the order of a relevant cell and another cell is unclear. */
  function count(
    { first, count, cells }: Omit<Span, "row">,
    scores: Float64Array,
    tolerance: number,
    start: number,
  ): boolean {
    const { length } = scores;
    const address = params.nearer + 4 * start;
    const nearer = kernels.integers(address, length);
    // The other relevant cells are nearer than one.
    for (let k = 0; k < length && first === 0; k++) {
      if (k > 0 && !(scores[k] - scores[k - 1] > tolerance)) return false;
      Atomics.add(nearer, k, isDistance ? k : length - 1 - k);
    }
    if (length >= MIN_TABLED) {
      const between = ranking + 8 * (length + 1);
      const table = between + 4 * (length + 2 - (length % 2));
      makeTable(kernels, table, ranking, length);
      return call.countNearerEach(cells, count, table, tolerance, isDistance, between, address) !== 0;
    }
    for (let k = 0; k < length; k++) {
      const found = call.countNearer(cells, count, scores[k], tolerance, isDistance);
      if (found < 0) return false;
      Atomics.add(nearer, k, found);
    }
    return true;
  }

  return ({ row, ...span }, relevantCells, start) => {
    const { length } = relevantCells;
    if (length === 0 || unclear[row] !== 0) return;
    const sorted = kernels.doubles(ranking, length + 1);
    sorted.set(relevantCells);
    sorted[length] = Number.NaN;
    // NaN is sorted to the end.
    if (length > 1) sorted.sort();
    let scored = length;
    while (scored > 0 && Number.isNaN(sorted[scored - 1])) scored--;
    if (!count(span, sorted.subarray(0, scored), tolerances[row], start)) unclear[row] = 1;
  };
}
