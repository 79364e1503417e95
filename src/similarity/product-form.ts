import { doublesOf, type VectorSet } from "../core/vectors.js";
import { equalRows, nearOne } from "../kernels/equal-rows.js";
import { clip } from "./cosine.js";
import { offsetOfMean } from "./metrics/correlation.js";
import type { Metric } from "./metrics/metric.js";
import { type Direction, hasDirections, scaleRows, type ZeroVectors } from "./scale.js";
import { cancellationShare, squaredLengths } from "./squares.js";

/** A metric as products of rows: what is multiplied, and what a product becomes. */
export interface ProductForm {
  /** n×d. */
  readonly left: Float64Array;
  /** m×d. */
  readonly right: Float64Array;
  /** The value of row i with row j, from their product. */
  value(product: number, i: number, j: number): number;
}

/**
 * The product form of a metric that has one, in plain JavaScript.
 *
 * @throws {DataError} for a row without a direction, where the metric needs one and `zeroVectors` is `error`.
 */
export function productForm(metric: Metric, a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): ProductForm {
  if (hasDirections(metric)) return unitsForm(metric.by, a, b, zeroVectors);
  const left = doublesOf(a.values);
  const right = a === b ? left : doublesOf(b.values);
  if (metric.by === "products") return { left, right, value: (product) => product };
  return squaresForm(metric, left, right, a.dimensions);
}

function unitsForm(by: Direction, a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): ProductForm {
  const d = a.dimensions;
  const left = unitRows(a, by, zeroVectors);
  const right = a === b ? left : unitRows(b, by, zeroVectors);
  const near = nearOne(d, a.values);
  return {
    left,
    right,
    value: (product, i, j) => (product > near && equalRows(left, i, right, j, d) ? 1 : clip(product)),
  };
}

function squaresForm(metric: Metric, left: Float64Array, right: Float64Array, d: number): ProductForm {
  const lengthsOfLeft = squaredLengths(left, d);
  const lengthsOfRight = left === right ? lengthsOfLeft : squaredLengths(right, d);
  const share = cancellationShare(d);
  return {
    left,
    right,
    value(product, i, j) {
      const sum = lengthsOfLeft[i] + lengthsOfRight[j];
      const square = sum - 2 * product;
      if (!(square > share * sum + LEAST_SQUARES)) return metric.at(left, i * d, right, j * d, d);
      return metric.by === "roots" ? Math.sqrt(square) : square;
    },
  };
}

/** Below, squares of the components of a row may have vanished. */
const LEAST_SQUARES = 2 ** -400;

/** The rows of a set divided by their lengths, n×d; rows without a direction as zeros or NaN. */
function unitRows(set: VectorSet, by: Direction, zeroVectors: ZeroVectors): Float64Array {
  const { rows, dimensions: d } = set;
  const { values, zero } = scaleRows(set, zeroVectors, by);
  const units = Float64Array.from(values);
  const toPrecision = set.values instanceof Float64Array ? (x: number) => x : Math.fround;
  for (let i = 0; i < rows; i++) {
    const start = i * d;
    if (zero?.[i]) {
      units.fill(zeroVectors === "nan" ? Number.NaN : 0, start, start + d);
      continue;
    }
    if (by === "centred units") centre(units, start, d);
    const length = Math.sqrt(sumOfSquares(units, start, d));
    for (let k = start; k < start + d; k++) units[k] = toPrecision(units[k] / length);
  }
  return units;
}

/** Σ x² of a row, in the four interleaved sums of the kernels, so that unit rows have the same bits whoever makes them. */
function sumOfSquares(values: Float64Array, start: number, d: number): number {
  const fours = d - (d % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let at = start; at < start + fours; at += 4) {
    s0 += values[at] * values[at];
    s1 += values[at + 1] * values[at + 1];
    s2 += values[at + 2] * values[at + 2];
    s3 += values[at + 3] * values[at + 3];
  }
  let sum = s0 + s2 + (s1 + s3);
  for (let k = fours; k < d; k++) sum += values[start + k] * values[start + k];
  return sum;
}

/** Takes the mean from a row. */
function centre(values: Float64Array, start: number, d: number): void {
  const first = values[start];
  const offset = offsetOfMean(values, start, d);
  for (let k = start; k < start + d; k++) values[k] = values[k] - first - offset;
}
