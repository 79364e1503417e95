import { now } from "../core/clock.js";
import type { Block, Tile, TiledMatrix } from "../core/matrix.js";
import type { Phases } from "../core/phases.js";
import type { CellRange } from "../kernels/clip.js";
import { adviseHugePages } from "../kernels/pages.js";
import { loadKernels } from "../kernels/wasm.js";
import type { FastBackend } from "./backends/backend.js";
import type { FastForm } from "./fast-form.js";
import { type Area, areasOf, COLUMNS_TOGETHER, tileRowsOf } from "./tiling.js";

/** How a matrix is computed on the kernels, and what of it is wanted. */
export interface FastMatrixOptions {
  readonly backend: FastBackend;
  readonly phases: Phases;
  readonly threads: number;
  /** What tiles and packed rows may take. */
  readonly workBytes: number;
  /** Whether the matrix is its own transpose. */
  readonly symmetric: boolean;
  /** Whether of its tiles only cells on and above the diagonal are wanted: then half of them are never computed. */
  readonly upper: boolean;
}

/**
 * Matrix mode on the kernels: products of rows, an area of the matrix at a time, and what the metric makes of them; an
 * area is consumed while the next ones are multiplied. 2·n·m·d operations; half of them for the blocks of a symmetric
 * matrix.
 */
export function fastMatrix(form: FastForm, d: number, options: FastMatrixOptions): TiledMatrix {
  const [rows, columns] = [form.left.length / d, form.right.length / d];
  const { symmetric, upper, threads, workBytes, phases } = options;

  async function* tiles(): AsyncGenerator<Tile> {
    const tileRows = tileRowsOf(rows, columns, d, workBytes);
    const rooms = { rows: tileRows, columns, count: 2, whole: true };
    for await (const { area, values, range } of computed(form, d, options, tileAreas(tileRows), rooms)) {
      phases.spared += area.rows * area.firstColumn;
      // What was not computed is in no range.
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
    const { areas, ...rooms } = areasOf(rows, columns, { symmetric, threads, workBytes });
    for await (const { area, values, range } of computed(form, d, options, areas, { ...rooms, whole: false })) {
      const mirrored = symmetric && area.firstColumn > area.firstRow;
      if (mirrored) phases.spared += area.rows * area.columns;
      yield { ...area, mirrored, values, ...(range && { range }) };
    }
  }

  return { rows, columns, tiles, blocks: form.finisher ? undefined : blocks };
}

/** Rooms for the largest area, `count` of them; for `whole` rows, or for its cells alone. */
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

/** The cells of areas, in their order; the next ones are multiplied meanwhile. */
async function* computed(
  { left, right, clips, finisher }: FastForm,
  d: number,
  { backend, phases, workBytes }: FastMatrixOptions,
  areas: Generator<Area>,
  { rows: roomRows, columns: roomColumns, count, whole }: Rooms,
): AsyncGenerator<ComputedArea> {
  const kernels = loadKernels();
  const product = backend.product(right, d, { clips, workBytes, rows: left.length / d });
  const finishing = finisher?.();
  const roomBytes = 8 * roomRows * roomColumns;
  const first = take(areas, count);
  const rooms = first.map(() => kernels.allocate(roomBytes));
  const begin = (area: Area, address: number) => {
    const { firstRow, rows, firstColumn, columns } = area;
    const stride = whole ? roomColumns : columns;
    const cells = whole ? address + 8 * firstColumn : address;
    const rowsOfA = left.subarray(firstRow * d, (firstRow + rows) * d);
    const apart = !whole && first.length > 1;
    return { area, address, stride, done: product.start(rowsOfA, { cells, stride, firstColumn, columns, apart }) };
  };
  for (const address of rooms) adviseHugePages(kernels.bytes(address, roomBytes));
  const coming = first.map((area, i) => begin(area, rooms[i]));
  let busySince = now();
  try {
    for (let next = coming.shift(); next; next = coming.shift()) {
      const { area, address, stride } = next;
      const range = rangeOf(await next.done());
      await finishing?.finish(address, area.firstRow, area.rows);
      phases.add("multiply", busySince);
      busySince = now();
      yield { area, values: kernels.doubles(address, area.rows * stride), range };
      // All rooms are being filled, in turn: an area is begun as soon as its room has been consumed.
      for (const following of take(areas, 1)) coming.push(begin(following, address));
    }
  } finally {
    for (const next of coming) await next.done().catch(() => {});
    product.close();
    finishing?.close();
    for (const address of rooms) kernels.release(address);
  }
}

/** The next areas, as many as there are. */
function take(areas: Generator<Area>, count: number): Area[] {
  const taken: Area[] = [];
  for (let next = areas.next(); !next.done; next = areas.next()) if (taken.push(next.value) === count) break;
  return taken;
}

/** What the cells of all blocks are between; null where that of some is not known. */
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
