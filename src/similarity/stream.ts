import { setImmediate } from "node:timers/promises";
import type { Block, CellsWanted, Summary, Tile, TiledMatrix } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { sharedArray } from "../core/vectors.js";
import type { CellRange } from "../kernels/clip.js";
import type { ProductSummary } from "../kernels/product-summary.js";
import type { Backend, Product } from "./backends/backend.js";
import { type Fill, PLAIN_LIMITS } from "./backends/plain.js";
import type { ComputeOptions } from "./options.js";
import {
  type Area,
  areasOf,
  COLUMNS_TOGETHER,
  SUMMARY_PRODUCTS,
  summaryColumns,
  tileRowsOf,
  withShortEnd,
} from "./tiling.js";

/** The size of a matrix of scores: n×m cells with d products each. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly d: number;
}

/** The part of a backend that a stream uses. */
export type Machine = Pick<Backend, "limits" | "isParallel" | "threads" | "allocate" | "release">;

export interface StreamOptions
  extends Pick<ComputeOptions, "phases" | "workBytes" | "tileRows" | "upper" | "diagonal" | "signal"> {
  /** Whether the matrix is its own transpose. */
  readonly symmetric: boolean;
  /** Whether blocks are available to consumers that do not need complete rows. */
  readonly hasBlocks: boolean;
  /** Computes summaries of areas in order, on at most `threads` threads; absent if there are none. */
  readonly summarize?:
    | ((areas: readonly Area[], wanted: CellsWanted, threads: number) => AsyncIterable<ProductSummary>)
    | undefined;
}

/**
 * Returns the cells of a product as a stream. The next areas are computed while one is consumed. This takes 2·n·m·d
 * operations; half as many for the blocks of a symmetric matrix.
 */
export function areaStream(
  product: () => Product,
  machine: Machine,
  shape: Shape,
  options: StreamOptions,
): TiledMatrix {
  const { rows, columns, d } = shape;
  const { symmetric, upper = false, workBytes = Number.POSITIVE_INFINITY, phases = new Phases(), signal } = options;
  const areaCells = (areas: Iterator<Area>, sizes: BufferSizes) =>
    computed(product, machine, areas, sizes, phases, signal ?? null);

  async function* tiles(): AsyncGenerator<Tile> {
    const { tileRows = tileRowsOf(rows, columns, d, machine.limits, workBytes) } = options;
    const sizes = { rows: tileRows, columns, count: machine.isParallel ? 2 : 1, whole: true };
    for await (const { area, values, range } of areaCells(tileAreas(tileRows), sizes)) {
      phases.skippedCells += area.rows * area.firstColumn;
      // The range of an upper triangle does not include the other cells.
      yield { firstRow: area.firstRow, rows: area.rows, columns, values, ...(range && !upper && { range }) };
    }
  }

  function* tileAreas(tileRows: number): Generator<Area> {
    for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
      const diagonal = firstRow + (options.diagonal ?? 0);
      const firstColumn = upper ? diagonal - (diagonal % COLUMNS_TOGETHER) : 0;
      yield { firstRow, rows: Math.min(tileRows, rows - firstRow), firstColumn, columns: columns - firstColumn };
    }
  }

  async function* blocks(): AsyncGenerator<Block> {
    const { areas, ...sizes } = areasOf(rows, columns, { symmetric, threads: machine.threads, workBytes });
    for await (const { area, values, range } of areaCells(areas, { ...sizes, whole: false })) {
      const mirrored = symmetric && area.firstColumn > area.firstRow;
      if (mirrored) phases.skippedCells += area.rows * area.columns;
      yield { ...area, mirrored, values, ...(range && { range }) };
    }
  }

  const { summarize } = options;
  async function* summaries(wanted: CellsWanted): AsyncGenerator<Summary> {
    const how = {
      symmetric,
      threads: machine.threads,
      workBytes,
      mostColumns: summaryColumns(d, workBytes),
      mostCells: SUMMARY_PRODUCTS / d,
      rowBytes: 8 * d,
    };
    const { areas: generated, count } = areasOf(rows, columns, how);
    const areas = withShortEnd([...generated]);
    // A cell stands for its mirror image, too.
    const either = [...wanted.rows, ...wanted.columns];
    const cells = symmetric ? { ...wanted, rows: either, columns: either } : wanted;
    let item = 0;
    let busySince = now();
    for await (const summary of summarize?.(areas, cells, count) ?? []) {
      phases.add("multiply", busySince);
      signal?.throwIfAborted();
      const area = areas[item++];
      const mirrored = symmetric && area.firstColumn > area.firstRow;
      if (mirrored) phases.skippedCells += area.rows * area.columns;
      busySince = now();
      yield { ...area, mirrored, ...summary };
    }
  }

  return {
    rows,
    columns,
    tiles,
    blocks: options.hasBlocks ? blocks : undefined,
    summaries: summarize ? summaries : undefined,
  };
}

/** Returns a function that computes a cell of the diagonal of a matrix. */
export function pairOf(fill: Fill): (row: number) => number {
  const cell = new Float64Array(1);
  return (row) => {
    fill({ firstRow: row, rows: 1, firstColumn: row, columns: 1 }, cell);
    return cell[0];
  };
}

/** Returns the diagonal of a matrix as an n×1 stream. */
export function pairStream(
  { rows, d }: Shape,
  pair: (row: number) => number,
  signal: AbortSignal | undefined,
): TiledMatrix {
  const tileRows = Math.min(rows, Math.max(1, Math.floor(Math.min(PLAIN_LIMITS.cells, PLAIN_LIMITS.products / d))));
  async function* tiles(): AsyncGenerator<Tile> {
    const buffer = sharedArray(tileRows);
    for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
      const values = buffer.subarray(0, Math.min(tileRows, rows - firstRow));
      for (let i = 0; i < values.length; i++) values[i] = pair(firstRow + i);
      signal?.throwIfAborted();
      yield { firstRow, rows: values.length, columns: 1, values };
      await setImmediate();
    }
  }
  return { rows, columns: 1, tiles };
}

/** The size of the largest area and the number of buffers for areas. A buffer holds `whole` rows or only the area's cells. */
interface BufferSizes {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  readonly whole: boolean;
}

interface ComputedArea {
  readonly area: Area;
  readonly values: Float64Array;
  readonly range: CellRange | null;
}

/** Yields areas in order; the next ones are computed while one is consumed. */
async function* computed(
  productOf: () => Product,
  machine: Machine,
  areas: Iterator<Area>,
  { rows: bufferRows, columns: bufferColumns, count, whole }: BufferSizes,
  phases: Phases,
  signal: AbortSignal | null,
): AsyncGenerator<ComputedArea> {
  const product = productOf();
  const first = take(areas, count);
  const buffers = first.map(() => machine.allocate(bufferRows * bufferColumns));
  const begin = (area: Area, buffer: Float64Array) => {
    const stride = whole ? bufferColumns : area.columns;
    const values = whole ? buffer.subarray(area.firstColumn) : buffer;
    const cells = { values, stride, apart: !whole && first.length > 1 };
    return { area, buffer, stride, done: product.start(area, cells) };
  };
  const pending = first.map((area, i) => begin(area, buffers[i]));
  let busySince = now();
  try {
    for (let next = pending.shift(); next; next = pending.shift()) {
      const { area, buffer, stride, done } = next;
      const range = rangeOf(await done());
      // Without parallel work, the consumer measures how long it waits.
      if (machine.isParallel) phases.add("multiply", busySince);
      busySince = now();
      signal?.throwIfAborted();
      yield { area, values: buffer.subarray(0, area.rows * stride), range };
      // The buffer is free now: the next area is started in it.
      for (const following of take(areas, 1)) pending.push(begin(following, buffer));
    }
  } finally {
    if (machine.isParallel) for (const next of pending) await next.done().catch(() => {});
    product.close();
    for (const buffer of buffers) machine.release(buffer);
  }
}

/** Returns the next areas, at most `count`. */
function take(areas: Iterator<Area>, count: number): Area[] {
  const taken: Area[] = [];
  for (let next = areas.next(); !next.done; next = areas.next()) if (taken.push(next.value) === count) break;
  return taken;
}

/** Returns the range of the cells of all blocks; null if the range of a block is unknown. */
function rangeOf(blocks: readonly (CellRange | null)[]): CellRange | null {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const block of blocks) {
    if (!block) return null;
    min = Math.min(min, block.min);
    max = Math.max(max, block.max);
    sum += block.sum;
  }
  return { min, max, sum };
}
