import { DataError } from "../core/errors.js";
import { type Numbers, shapeOf, sharedArray, type VectorSet } from "../core/vectors.js";
import { defaultRuntime } from "../kernels/runtime.js";
import { loadBackend } from "./backends/load.js";
import { dot } from "./metrics/dot.js";
import type { ComputeOptions } from "./options.js";
import { transpose, WeightedRows } from "./weighted-rows.js";

export type CkaOptions = Pick<ComputeOptions, "backend" | "runtime" | "workBytes" | "say">;

/** Number of rows whose cross-products are added at once; fixed, so that sums keep their order. */
const ROWS_TOGETHER = 1024;

/**
 * Computes the linear centred kernel alignment of two sets, whose rows i represent the same thing:
 * `‖XᵀY‖² / (‖XᵀX‖·‖YᵀY‖)` with Frobenius norms, X and Y being the sets with the mean of each column subtracted.
 *
 * It is 1 if the sets differ by a rotation, a shift and a factor only. The cross-products of components are held, not those of
 * rows: 8(d₁ + d₂)² bytes for any number of rows.
 *
 * @param a n×d₁. @param b n×d₂; dimensions may differ.
 * @returns a number in [0, 1]; NaN if all rows of a set are equal.
 * @throws {DataError} if the sets differ in size.
 * @see https://arxiv.org/abs/1905.00414 (Kornblith et al. 2019)
 */
export async function linearCka(a: VectorSet, b: VectorSet, options: CkaOptions = {}): Promise<number> {
  if (a.rows !== b.rows) {
    throw new DataError(`${shapeOf(a)} and ${shapeOf(b)}: expected the same number of rows`);
  }
  const { backend: name = "auto", runtime = defaultRuntime(), say = () => {} } = options;
  const [dx, dy] = [a.dimensions, b.dimensions];
  const size = { products: a.rows * (dx * dx + dx * dy + dy * dy), numbers: a.rows * (dx + dy) };
  const backend = await loadBackend(name, dot, { ...size, runtime, say });
  const product = new WeightedRows(backend, Math.max(dx, dy) ** 2, options.workBytes ?? runtime.memory);
  const [x, y] = [new CentredRows(a), new CentredRows(b)];
  const [xx, xy, yy] = [sharedArray(dx * dx), sharedArray(dx * dy), sharedArray(dy * dy)];
  try {
    for (let first = 0; first < a.rows; first += ROWS_TOGETHER) {
      const [left, right] = [x.part(first), y.part(first)];
      await product.add(left.turned, left.rows, dx, xx);
      await product.add(left.turned, right.rows, dy, xy);
      await product.add(right.turned, right.rows, dy, yy);
    }
  } finally {
    product.close();
  }
  return Math.min(1, squares(xy) / Math.sqrt(squares(xx)) / Math.sqrt(squares(yy)));
}

const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0);

/** The rows of a set minus their mean, divided by a power of two so that no product overflows. */
class CentredRows {
  private readonly means: Float64Array;
  private readonly factor: number;
  private readonly rows: Float64Array;
  private readonly turned: Float64Array;

  constructor(private readonly set: VectorSet) {
    const { rows, dimensions: d, values } = set;
    this.factor = factorOf(values);
    this.means = new Float64Array(d);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < d; k++) this.means[k] += this.fromFirst(i * d + k, k);
    }
    for (let k = 0; k < d; k++) this.means[k] /= rows;
    const most = Math.min(rows, ROWS_TOGETHER) * d;
    this.rows = sharedArray(most);
    this.turned = sharedArray(most);
  }

  /** Returns a component minus that of the first row: equal components become exactly 0, and large ones lose no digits. */
  private fromFirst(at: number, column: number): number {
    const { values } = this.set;
    return values[at] * this.factor - values[column] * this.factor;
  }

  /** Returns some rows, and the same as columns; valid until the next call. */
  part(first: number): { readonly rows: Float64Array; readonly turned: Float64Array } {
    const { set, means } = this;
    const d = set.dimensions;
    const count = Math.min(ROWS_TOGETHER, set.rows - first);
    const rows = this.rows.subarray(0, count * d);
    const turned = this.turned.subarray(0, count * d);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < d; k++) rows[i * d + k] = this.fromFirst((first + i) * d + k, k) - means[k];
    }
    transpose(rows, d, count, d, turned);
    return { rows, turned };
  }
}

/** Returns a power of two that brings the largest component to about 1; the alignment does not depend on it. */
function factorOf(values: Numbers): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  const exponent = largest === 0 ? 0 : Math.floor(Math.log2(largest));
  return 2 ** Math.max(-1000, Math.min(1000, -exponent));
}
