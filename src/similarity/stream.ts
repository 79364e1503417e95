import { setImmediate } from "node:timers/promises";
import type { Block, Tile, TiledMatrix } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { sharedArray } from "../core/vectors.js";
import type { CellRange } from "../kernels/clip.js";
import { adviseHugePages } from "../kernels/pages.js";
import type { Backend, Product } from "./backends/backend.js";
import { type Fill, PLAIN_LIMITS } from "./backends/plain.js";
import type { ComputeOptions } from "./options.js";
import { type Area, areasOf, COLUMNS_TOGETHER, tileRowsOf } from "./tiling.js";

/** The size of a matrix of scores: n×m cells of d products. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly d: number;
}

/** What a stream needs of a backend. */
export type Machine = Pick<Backend, "limits" | "isParallel" | "threads" | "allocate" | "release">;

export interface StreamOptions extends Pick<ComputeOptions, "phases" | "workBytes" | "upper" | "signal"> {
  /** Whether the matrix is its own transpose. */
  readonly symmetric: boolean;
  /** Whether consumers that do not need complete rows get blocks instead of tiles. */
  readonly hasBlocks: boolean;
}

/**
 * Returns the cells of a product as a stream. An area is consumed while the next ones are computed. 2·n·m·d operations; half
 * of them for the blocks of a symmetric matrix.
 */
export function areaStream(
  product: () => Product,
  machine: Machine,
  shape: Shape,
  options: StreamOptions,
): TiledMatrix {
  const { rows, columns, d } = shape;
  const { symmetric, upper = false, workBytes = Number.POSITIVE_INFINITY, phases = new Phases(), signal } = options;
  const areaCells = (areas: Iterator<Area>, rooms: Rooms) =>
    computed(product, machine, areas, rooms, phases, signal ?? null);

  async function* tiles(): AsyncGenerator<Tile> {
    const tileRows = tileRowsOf(rows, columns, d, machine.limits, workBytes);
    const rooms = { rows: tileRows, columns, count: machine.isParallel ? 2 : 1, whole: true };
    for await (const { area, values, range } of areaCells(tileAreas(tileRows), rooms)) {
      phases.spared += area.rows * area.firstColumn;
      // The range of an upper triangle says nothing about the other cells.
      yield { firstRow: area.firstRow, rows: area.rows, columns, values, ...(range && !upper && { range }) };
    }
  }

  function* tileAreas(tileRows: number): Generator<Area> {
    for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
      const firstColumn = upper ? firstRow - (firstRow % COLUMNS_TOGETHER) : 0;
      yield { firstRow, rows: Math.min(tileRows, rows - firstRow), firstColumn, columns: columns - firstColumn };
    }
  }

  async function* blocks(): AsyncGenerator<Block> {
    const { areas, ...rooms } = areasOf(rows, columns, { symmetric, threads: machine.threads, workBytes });
    for await (const { area, values, range } of areaCells(areas, { ...rooms, whole: false })) {
      const mirrored = symmetric && area.firstColumn > area.firstRow;
      if (mirrored) phases.spared += area.rows * area.columns;
      yield { ...area, mirrored, values, ...(range && { range }) };
    }
  }

  return { rows, columns, tiles, blocks: options.hasBlocks ? blocks : undefined };
}

/** Returns the diagonal of a matrix as an n×1 stream. */
export function pairStream({ rows, d }: Shape, fill: Fill, signal: AbortSignal | undefined): TiledMatrix {
  const tileRows = Math.min(rows, Math.max(1, Math.floor(Math.min(PLAIN_LIMITS.cells, PLAIN_LIMITS.products / d))));
  async function* tiles(): AsyncGenerator<Tile> {
    const buffer = sharedArray(tileRows);
    for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
      const values = buffer.subarray(0, Math.min(tileRows, rows - firstRow));
      for (let i = 0; i < values.length; i++) {
        const row = firstRow + i;
        fill({ firstRow: row, rows: 1, firstColumn: row, columns: 1 }, values.subarray(i, i + 1));
      }
      signal?.throwIfAborted();
      yield { firstRow, rows: values.length, columns: 1, values };
      await setImmediate();
    }
  }
  return { rows, columns: 1, tiles };
}

/** Memory for the largest area, `count` times; for `whole` rows, or for the cells of the area only. */
interface Rooms {
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

/** Computes areas in their order; the next ones are computed while one is consumed. */
async function* computed(
  productOf: () => Product,
  machine: Machine,
  areas: Iterator<Area>,
  { rows: roomRows, columns: roomColumns, count, whole }: Rooms,
  phases: Phases,
  signal: AbortSignal | null,
): AsyncGenerator<ComputedArea> {
  const product = productOf();
  const first = take(areas, count);
  const rooms = first.map(() => machine.allocate(roomRows * roomColumns));
  const begin = (area: Area, room: Float64Array) => {
    const stride = whole ? roomColumns : area.columns;
    const values = whole ? room.subarray(area.firstColumn) : room;
    const cells = { values, stride, apart: !whole && first.length > 1 };
    return { area, room, stride, done: product.start(area, cells) };
  };
  if (machine.isParallel) for (const room of rooms) adviseHugePages(room);
  const coming = first.map((area, i) => begin(area, rooms[i]));
  let busySince = now();
  try {
    for (let next = coming.shift(); next; next = coming.shift()) {
      const { area, room, stride, done } = next;
      const range = rangeOf(await done());
      // Without parallel work, the consumer measures how long it waits.
      if (machine.isParallel) phases.add("multiply", busySince);
      busySince = now();
      signal?.throwIfAborted();
      yield { area, values: room.subarray(0, area.rows * stride), range };
      // An area is started as soon as its memory has been consumed.
      for (const following of take(areas, 1)) coming.push(begin(following, room));
    }
  } finally {
    if (machine.isParallel) for (const next of coming) await next.done().catch(() => {});
    product.close();
    for (const room of rooms) machine.release(room);
  }
}

/** Returns the next areas, at most `count`. */
function take(areas: Iterator<Area>, count: number): Area[] {
  const taken: Area[] = [];
  for (let next = areas.next(); !next.done; next = areas.next()) if (taken.push(next.value) === count) break;
  return taken;
}

/** Returns the range of the cells of all blocks; null where the range of one is unknown. */
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
