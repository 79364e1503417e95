import { setImmediate } from "node:timers/promises";
import { type Numbers, sharedArray, type VectorSet } from "../../core/vectors.js";
import { equalRows, multiplyTransposed, nearOne, squaredLengths } from "../../kernels/product.js";
import { offsetOfMean } from "../metrics/correlation.js";
import { clip, type Direction, type Metric } from "../metrics/metric.js";
import type { ZeroVectors } from "../options.js";
import { scaleRows } from "../scale.js";
import type { Area, TileLimits } from "../tiling.js";
import { type Backend, cancellationShare, type PreparedRows, type Product } from "./backend.js";

/** Writes the cells of an area to `out`, row by row. */
export type Fill = (area: Area, out: Float64Array) => void;

/** A backend that computes on the calling thread. */
export interface PlainBackend extends Backend {
  fill(metric: Metric, rows: PreparedRows): Fill;
}

/** Returns a function that writes `A·Bᵀ` to `out` for any rows `a`; `b` is the right-hand side, m×d. */
type Multiplier = (b: Numbers, d: number) => (a: Numbers, out: Float64Array) => void;

/** A tile fits in a cache and is computed in about 50 ms: Ctrl-C and progress are handled between two tiles. */
export const PLAIN_LIMITS: TileLimits = { cells: 1 << 18, products: 1 << 26 };

/** Returns a backend in JavaScript. It needs no compiled kernels, so it is the fastest one for small jobs. */
export function plainBackend(name: "js" | "mathjs", multiplyBy: Multiplier): PlainBackend {
  const fill = (metric: Metric, rows: PreparedRows) =>
    metric.accumulate === "multiply" ? productFill(metric, rows, multiplyBy) : formulaFill(metric, rows);
  return {
    name,
    kernels: null,
    threads: 1,
    limits: PLAIN_LIMITS,
    isParallel: false,
    search: null,
    summaries: null,
    allocate: sharedArray,
    release: () => {},
    async prepare({ direction }, a, b, { zeroVectors }) {
      const ready = (set: VectorSet) => (direction ? unitRows(set, direction, zeroVectors) : set.values);
      const left = ready(a);
      return { left, right: a === b ? left : ready(b), d: a.dimensions };
    },
    fill,
    product: (metric, rows) => plainProduct(fill(metric, rows)),
  };
}

/** Multiplies typed arrays in JavaScript: about 3.5 GFLOP/s. */
export const js = plainBackend("js", (b, d) => (a, out) => multiplyTransposed(a, b, d, out));

/** Returns a product that is computed on the calling thread when the caller waits for it. */
export function plainProduct(fill: Fill): Product {
  return {
    start:
      (area, { values, stride }) =>
      async () => {
        await setImmediate();
        const { rows, columns } = area;
        if (stride === columns) fill(area, values);
        else {
          // The area is a part of a wider tile.
          const cells = new Float64Array(rows * columns);
          fill(area, cells);
          for (let i = 0; i < rows; i++) values.set(cells.subarray(i * columns, (i + 1) * columns), i * stride);
        }
        return [null];
      },
    close() {},
  };
}

/** Returns a fill that computes every cell from its row and column. */
export function cellFill(cell: (i: number, j: number) => number): Fill {
  return ({ firstRow, rows, firstColumn, columns }, out) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) out[i * columns + j] = cell(firstRow + i, firstColumn + j);
    }
  };
}

const formulaFill = ({ at }: Metric, { left, right, d }: PreparedRows): Fill =>
  cellFill((i, j) => at(left, i * d, right, j * d, d));

function productFill(metric: Metric, rows: PreparedRows, multiplyBy: Multiplier): Fill {
  const { left, right, d } = rows;
  const value = valueFrom(metric, rows);
  let whole: ReturnType<Multiplier> | null = null;
  const multiplyByAll = () => {
    whole ??= multiplyBy(right, d);
    return whole;
  };
  return ({ firstRow, rows: height, firstColumn, columns }, out) => {
    const some = columns * d < right.length;
    const multiply = some
      ? multiplyBy(right.subarray(firstColumn * d, (firstColumn + columns) * d), d)
      : multiplyByAll();
    multiply(left.subarray(firstRow * d, (firstRow + height) * d), out);
    if (!value) return;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < columns; j++) {
        out[i * columns + j] = value(out[i * columns + j], firstRow + i, firstColumn + j);
      }
    }
  };
}

/** In squared distances below this, squares of components may have underflowed. */
const MIN_SQUARE = 2 ** -400;

/** Converts the product of row i and row j to the value of a metric. */
type Finish = (product: number, i: number, j: number) => number;

/** Returns the conversion of products of unit rows to cosines: clipped, and exactly 1 for equal rows. */
export function cosineOfProduct({ left, right, d }: PreparedRows): Finish {
  const near = nearOne(d, left);
  return (product, i, j) => (product > near && equalRows(left, i, right, j, d) ? 1 : clip(product));
}

/** Returns the conversion of a metric; null if the value is the product. */
function valueFrom({ finish, at }: Metric, rows: PreparedRows): Finish | null {
  if (finish === null) return null;
  if (finish === "clip") return cosineOfProduct(rows);
  const { left, right, d } = rows;
  const lengthsOfLeft = squaredLengths(left, d);
  const lengthsOfRight = left === right ? lengthsOfLeft : squaredLengths(right, d);
  const share = cancellationShare(d);
  return (product, i, j) => {
    const sum = lengthsOfLeft[i] + lengthsOfRight[j];
    const square = sum - 2 * product;
    if (!(square > share * sum + MIN_SQUARE)) return at(left, i * d, right, j * d, d);
    return finish === "roots" ? Math.sqrt(square) : square;
  };
}

/** Returns the rows divided by their lengths, n×d, in the precision of the set. Rows without a direction become 0 or NaN. */
function unitRows(set: VectorSet, direction: Direction, zeroVectors: ZeroVectors): Numbers {
  const { rows, dimensions: d } = set;
  const { values, zero } = scaleRows(set, zeroVectors, direction);
  const units = set.values instanceof Float64Array ? new Float64Array(rows * d) : new Float32Array(rows * d);
  const row = new Float64Array(d);
  for (let i = 0; i < rows; i++) {
    row.set(values.subarray(i * d, (i + 1) * d));
    if (zero?.[i]) {
      units.fill(zeroVectors === "nan" ? Number.NaN : 0, i * d, (i + 1) * d);
      continue;
    }
    if (direction.centred) centre(row);
    const length = Math.sqrt(sumOfSquares(row));
    for (let k = 0; k < d; k++) units[i * d + k] = row[k] / length;
  }
  return units;
}

/** Returns Σ x² in the order of the kernels (four interleaved sums), so that unit rows have the same bits in both. */
function sumOfSquares(row: Float64Array): number {
  const fours = row.length - (row.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < fours; k += 4) {
    s0 += row[k] * row[k];
    s1 += row[k + 1] * row[k + 1];
    s2 += row[k + 2] * row[k + 2];
    s3 += row[k + 3] * row[k + 3];
  }
  let sum = s0 + s2 + (s1 + s3);
  for (let k = fours; k < row.length; k++) sum += row[k] * row[k];
  return sum;
}

/** Subtracts the mean of a row. */
function centre(row: Float64Array): void {
  const first = row[0];
  const offset = offsetOfMean(row, 0, row.length);
  for (let k = 0; k < row.length; k++) row[k] = row[k] - first - offset;
}
