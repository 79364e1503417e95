import { DataError } from "../core/errors.js";
import type { Matrix, TiledMatrix } from "../core/matrix.js";
import { sharedArray, sharedDoublesOf, type VectorSet } from "../core/vectors.js";
import { dot } from "../kernels/product.js";
import { defaultRuntime } from "../kernels/runtime.js";
import type { Backend } from "./backends/backend.js";
import { loadBackend } from "./backends/load.js";
import { cosine } from "./metrics/cosine.js";
import { dot as dotMetric } from "./metrics/dot.js";
import type { ComputeOptions } from "./options.js";
import { transpose, WeightedRows } from "./weighted-rows.js";

/** The gradient of a function of two sets of vectors, in the shapes of the sets; null for a set that was not asked for. */
export interface VectorGradients {
  readonly a: Matrix | null;
  readonly b: Matrix | null;
}

export interface GradientOptions
  extends Pick<ComputeOptions, "backend" | "zeroVectors" | "runtime" | "workBytes" | "say"> {
  /** Compute the gradient of one of two sets only. */
  readonly only?: "a" | "b" | undefined;
}

/**
 * Computes the gradient of a function of cosine similarities with respect to the vectors. With G its gradient with respect to
 * the similarities and û = u/|u|:
 *
 * ```
 * g[i] = Σⱼ G[i,j]·b̂[j];   ∂/∂a[i] = (g[i] − (g[i]·â[i])·â[i]) / |a[i]|
 * ```
 *
 * and likewise for b. G is read once, tile by tile; beside the gradients, unit rows of both sets and some rows of G are held.
 * The result has the same bits for any division of G into tiles and any number of threads.
 *
 * @param slopes G, n×m; or n×1, the derivatives with respect to the similarity of row i of both sets.
 * @param a n×d. @param b m×d. If `b` is `a`, the gradient of `a` is the sum of its parts as rows and as columns.
 * @returns n×d and m×d. Rows of zero vectors are 0: their similarity does not depend on them.
 * @throws {DataError} if the shapes do not match, or for a zero vector unless `zeroVectors` is `zero`.
 * @example
 * const { gradient } = await similarityLoss(await cosineTiles(a, b), { kind: "infonce" });
 * const { a: ofA } = await cosineGradients(gradient(), a, b);
 */
export async function cosineGradients(
  slopes: TiledMatrix,
  a: VectorSet,
  b: VectorSet,
  options: GradientOptions = {},
): Promise<VectorGradients> {
  const isPaired = slopes.columns === 1 && a.rows === b.rows;
  expectShapes(slopes, a, b, isPaired);
  const { backend: name = "auto", runtime = defaultRuntime(), say = () => {}, zeroVectors = "error", only } = options;
  const d = a.dimensions;
  const size = { products: slopes.rows * slopes.columns * d, numbers: (a.rows + b.rows) * d };
  const backend = await loadBackend(name, dotMetric, { ...size, runtime, say });
  const doubles = (set: VectorSet): VectorSet => ({ ...set, values: sharedDoublesOf(set.values) });
  const left = doubles(a);
  const units = await backend.prepare(cosine, left, a === b ? left : doubles(b), { zeroVectors });
  const ofA = only === "b" && a !== b ? null : sharedArray(a.rows * d);
  const ofB = a === b ? ofA : only === "a" ? null : sharedArray(b.rows * d);
  const sums: Sums = { ofA, ofB, unitsOfA: units.left as Float64Array, unitsOfB: units.right as Float64Array, d };
  if (isPaired) await addPairs(slopes, sums);
  else await addProducts(slopes, sums, backend, options.workBytes ?? runtime.memory);
  if (ofA) project(ofA, sums.unitsOfA, a);
  if (ofB && ofB !== ofA) project(ofB, sums.unitsOfB, b);
  const matrix = (values: Float64Array | null, rows: number) => values && { rows, columns: d, values };
  return { a: matrix(ofA, a.rows), b: matrix(ofB, b.rows) };
}

function expectShapes({ rows, columns }: TiledMatrix, a: VectorSet, b: VectorSet, isPaired: boolean): void {
  if (a.dimensions === b.dimensions && rows === a.rows && (isPaired || columns === b.rows)) return;
  const found = `${rows}×${columns} for ${a.rows}×${a.dimensions} and ${b.rows}×${b.dimensions}`;
  throw new DataError(`expected a gradient of n×m similarities for vectors n×d and m×d, found ${found}`);
}

/** The weighted sums of unit rows, g, of both sets. */
interface Sums {
  readonly ofA: Float64Array | null;
  readonly ofB: Float64Array | null;
  readonly unitsOfA: Float64Array;
  readonly unitsOfB: Float64Array;
  readonly d: number;
}

async function addPairs(slopes: TiledMatrix, { ofA, ofB, unitsOfA, unitsOfB, d }: Sums): Promise<void> {
  for await (const { firstRow, rows, values } of slopes.tiles()) {
    for (let i = 0; i < rows; i++) {
      for (let k = (firstRow + i) * d; k < (firstRow + i + 1) * d; k++) {
        if (ofA) ofA[k] += values[i] * unitsOfB[k];
        if (ofB) ofB[k] += values[i] * unitsOfA[k];
      }
    }
  }
}

/** Number of columns of a block of G. */
const BLOCK_COLUMNS = 2048;
/** Number of rows of a block of G, fewer where rows are long: at most this number of cells is held. */
const BLOCK_ROWS = 512;
const HELD_CELLS = 1 << 22;

/** Adds the products of G in blocks whose size depends on the number of columns only, so that sums keep their order. */
async function addProducts(slopes: TiledMatrix, sums: Sums, backend: Backend, workBytes: number): Promise<void> {
  const { ofA, ofB, unitsOfA, unitsOfB, d } = sums;
  const { rows: n, columns: m } = slopes;
  const height = Math.min(n, BLOCK_ROWS, Math.max(8, Math.floor(HELD_CELLS / m)));
  const width = Math.min(m, BLOCK_COLUMNS);
  const held = sharedArray(height * m);
  const block = sharedArray(height * width);
  const product = new WeightedRows(backend, Math.max(height, width) * d, workBytes);
  const part = (values: Float64Array, first: number, rows: number) => values.subarray(first * d, (first + rows) * d);

  async function addRows(firstRow: number, rows: number): Promise<void> {
    for (let column = 0; column < m; column += width) {
      const columns = Math.min(width, m - column);
      if (ofA) {
        for (let i = 0; i < rows; i++) {
          block.set(held.subarray(i * m + column, i * m + column + columns), i * columns);
        }
        await product.add(
          block.subarray(0, rows * columns),
          part(unitsOfB, column, columns),
          d,
          part(ofA, firstRow, rows),
        );
      }
      if (ofB) {
        transpose(held.subarray(column), m, rows, columns, block);
        await product.add(
          block.subarray(0, rows * columns),
          part(unitsOfA, firstRow, rows),
          d,
          part(ofB, column, columns),
        );
      }
    }
  }

  try {
    let first = 0;
    for await (const tile of slopes.tiles()) {
      for (let i = 0; i < tile.rows; i++) {
        const row = tile.firstRow + i;
        held.set(tile.values.subarray(i * m, (i + 1) * m), (row - first) * m);
        if (row + 1 - first < height && row + 1 < n) continue;
        await addRows(first, row + 1 - first);
        first = row + 1;
      }
    }
  } finally {
    product.close();
  }
}

/** Removes from each sum its part along the unit row, and divides it by the length of the vector. */
function project(sums: Float64Array, units: Float64Array, { rows, dimensions: d, values }: VectorSet): void {
  for (let i = 0; i < rows; i++) {
    const start = i * d;
    const along = dot(sums, start, units, start, d);
    const length = lengthOf(values.subarray(start, start + d));
    for (let k = start; k < start + d; k++) sums[k] = length === 0 ? 0 : (sums[k] - along * units[k]) / length;
  }
}

/** Returns the Euclidean length; components are divided by the largest one first, so that no square overflows. */
function lengthOf(row: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < row.length; k++) largest = Math.max(largest, Math.abs(row[k]));
  if (largest === 0) return 0;
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += (row[k] / largest) ** 2;
  return largest * Math.sqrt(sum);
}
