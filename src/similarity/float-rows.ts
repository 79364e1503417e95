import type { VectorSet } from "../core/vectors.js";
import type { FloatRows } from "../kernels/float-search.js";
import type { Pool } from "../kernels/pool.js";
import { unitRowsOf } from "./backends/unit-rows.js";
import { FloatRoom } from "./float-room.js";
import { type Direction, type Metric, sumSlack } from "./metrics/metric.js";
import type { ZeroVectors } from "./options.js";
import { directionError } from "./scale.js";

/**
 * Rows whose float32 products order the columns of a row as a metric does, within a proven error.
 *
 * The float score of row i and column j is `x·y`, `x·y − term(j)` or `x·y · term(j)`, where greater is nearer. Let u = 2^−24
 * be half the machine epsilon of float32.
 *
 * - Rows are rounded to float32 once, so each has a relative error of at most 1.01u, which includes the float64 operations
 *   before.
 * - In any order of summation, with or without fused operations, a product has an error of at most
 *   γ_d·|x||y|, with γ_d = d·u / (1 − d·u) ≤ 1.004·d·u for d ≤ 2^16.
 * - Together that is at most (1.01d + 4)·u·|x||y|, which is `floatShare(d)`·|x||y|. The share that is left is larger than
 *   the rounding of an exact score to a double.
 * - Components and products below 2^−126 may count as 0. Rows are scaled, unless their largest component is in
 *   [2^−20, 2^40], so that this adds at most d·2^−80·(1 + the largest component of the other set).
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1, https://doi.org/10.1137/1.9780898718027
 */
export interface MetricFloats extends FloatRows {
  /** For each left-hand row: the maximum difference between a float score and the exact one. */
  readonly errors: Float64Array;
  /** Returns a number that the float scores of row i reach wherever the score of the metric is `score` or nearer. */
  boundOf(score: number, i: number): number;
}

/** Beyond this d, the error bound does not hold. */
const MOST_DIMENSIONS = 1 << 16;
const UNIT_ROUNDOFF = 2 ** -24;
const LEAST_ERROR = 2 ** -80;
/** More than the error of the lengths of float rows, summed in float64. */
const LONGER = 1.001;
/** Components of this size need no scaling; nor do rows of this length. */
const UNSCALED = { min: 2 ** -20, max: 2 ** 40 };

const floatShare = (d: number): number => (1.01 * d + 4) * UNIT_ROUNDOFF;

/** Prepares the rows of two sets. Throws the errors of `Backend.prepare`. Returns null if float32 cannot represent them. */
export async function floatRows(
  pool: Pool,
  metric: Metric,
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  room = new FloatRoom(),
): Promise<MetricFloats | null> {
  if (metric.accumulate !== "multiply" || a.dimensions > MOST_DIMENSIONS) return null;
  if (metric.direction) {
    return (
      cosineFloats(metric.direction, a, b, zeroVectors) ?? unitFloats(pool, metric.direction, a, b, zeroVectors, room)
    );
  }
  return metric.finish === null ? productFloats(a, b, room) : distanceFloats(a, b, metric.finish === "roots", room);
}

/**
 * Float scores are cosines times |x|: products of float32 rows as they are, divided by |y|. This needs no copy of the rows.
 * Returns null for other rows, and for lengths with which products may be lost to underflow.
 *
 * The quotient adds at most 2.1u·|x| to the error of a product, which has no error of rounded rows. Components and products
 * below 2^−126 add at most d·2^−126·(1 + |x| + |y|) / |y|.
 */
function cosineFloats(direction: Direction, a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): MetricFloats | null {
  const [left, right] = [a.values, b.values];
  if (direction.centred || !(left instanceof Float32Array) || !(right instanceof Float32Array)) return null;
  const d = a.dimensions;
  const lengthsOfA = lengths(left, d);
  const lengthsOfB = a === b ? lengthsOfA : lengths(right, d);
  const isUnscaled = (length: number) => length === 0 || (length >= UNSCALED.min && length <= UNSCALED.max);
  if (!lengthsOfA.every(isUnscaled) || !lengthsOfB.every(isUnscaled)) return null;
  if (zeroVectors === "error") {
    expectLengths(a, lengthsOfA, direction);
    expectLengths(b, lengthsOfB, direction);
  }
  const ofZero = zeroVectors === "zero" ? 0 : Number.NaN;
  const numbers = Float32Array.from(lengthsOfB, (length) => (length === 0 ? ofZero : 1 / length));
  const errors = lengthsOfA.map((length) => floatShare(d) * length + 2 * d * LEAST_ERROR * (1 + length));
  const boundOf = (score: number, i: number) => score * lengthsOfA[i] - errors[i];
  return { left, right, d, terms: { how: "times", numbers }, errors, boundOf };
}

/** Throws a DataError for the first row of length 0. */
function expectLengths(set: VectorSet, lengthsOfRows: Float64Array, direction: Direction): void {
  const first = lengthsOfRows.indexOf(0);
  if (first >= 0) throw directionError(set, first, direction);
}

/** Float scores are cosines: all lengths are 1. */
async function unitFloats(
  pool: Pool,
  direction: Direction,
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  room: FloatRoom,
): Promise<MetricFloats> {
  const d = a.dimensions;
  const unitRows = (set: VectorSet, side: "left" | "right") =>
    unitRowsOf(pool, set, direction, zeroVectors, room.take(side, set.values.length));
  const left = await unitRows(a, "left");
  const right = a === b ? left : await unitRows(b, "right");
  const error = floatShare(d) + sumSlack(d, new Float64Array(0)) + 2 * d * LEAST_ERROR;
  const errors = new Float64Array(a.rows).fill(error);
  return { left, right, d, terms: null, errors, boundOf: (score) => score - error };
}

/** Float scores are dot products, scaled by a power of two. */
function productFloats(a: VectorSet, b: VectorSet, room: FloatRoom): MetricFloats {
  const d = a.dimensions;
  const [scaleOfA, scaleOfB] = [scaleOf(largest(a.values)), scaleOf(largest(b.values))];
  const left = scaledFloats(a, scaleOfA, room, "left");
  const right = a === b ? left : scaledFloats(b, scaleOfB, room, "right");
  const share = floatShare(d) * LONGER ** 2 * greatest(lengths(right, d));
  const least = d * LEAST_ERROR * (1 + largest(left) + largest(right));
  const errors = lengths(left, d).map((length) => share * length + least);
  const boundOf = (score: number, i: number) => score * scaleOfA * scaleOfB - errors[i];
  return { left, right, d, terms: null, errors, boundOf };
}

/**
 * Float scores are `x·y − |y|²/2`, from which the squared distance is `|x|² − 2·score`. The mean of the right-hand rows is
 * subtracted from all rows first: this changes no distance, and makes lengths and errors smaller.
 *
 * With Y = max |y|, rounding `|y|²/2` and the difference adds at most u·(1.02·Y² + 1.01·|x|Y); the float64 sum |x|² and the
 * rounding of an exact distance add at most (d + 8)·2^−52·(|x|² + Y²).
 */
function distanceFloats(a: VectorSet, b: VectorSet, roots: boolean, room: FloatRoom): MetricFloats {
  const d = a.dimensions;
  const mean = meanRow(b);
  const scale = scaleOf(Math.max(largestFrom(a.values, mean), largestFrom(b.values, mean)), true);
  const [left, squaresOfA] = centredFloats(a, mean, scale, room.take("left", a.values.length));
  const [right, squaresOfB] =
    a === b ? [left, squaresOfA] : centredFloats(b, mean, scale, room.take("right", b.values.length));
  const numbers = Float32Array.from(squaresOfB, (square) => square / 2);
  const longest = LONGER * Math.sqrt(greatest(squaresOfB));
  const share = (1.01 * d + 6) * UNIT_ROUNDOFF;
  const errors = squaresOfA.map((square) => {
    const length = LONGER * Math.sqrt(square);
    const products = share * length * longest + 1.02 * UNIT_ROUNDOFF * longest ** 2;
    return products + (d + 8) * Number.EPSILON * (square + longest ** 2) + 4 * d * LEAST_ERROR;
  });
  const boundOf = (score: number, i: number) => {
    const square = (roots ? score ** 2 : score) * scale ** 2;
    return (squaresOfA[i] - square) / 2 - errors[i] - 4 * Number.EPSILON * square;
  };
  return { left, right, d, terms: { how: "minus", numbers }, errors, boundOf };
}

/** Returns a power of two that makes the largest component about 1, or 1 if it need not be scaled. */
function scaleOf(size: number, always = false): number {
  if (size === 0 || (!always && size >= UNSCALED.min && size <= UNSCALED.max)) return 1;
  return 2 ** -Math.floor(Math.log2(size));
}

function largest(values: ArrayLike<number>): number {
  let size = 0;
  for (let k = 0; k < values.length; k++) size = Math.max(size, Math.abs(values[k]));
  return size;
}

function largestFrom(values: ArrayLike<number>, mean: Float64Array): number {
  const d = mean.length;
  let size = 0;
  for (let start = 0; start < values.length; start += d) {
    for (let k = 0; k < d; k++) size = Math.max(size, Math.abs(values[start + k] - mean[k]));
  }
  return size;
}

function greatest(numbers: Float64Array): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** Returns the length of each row. */
function lengths(rows: Float32Array, d: number): Float64Array {
  return Float64Array.from({ length: rows.length / d }, (_, i) => {
    let sum = 0;
    for (let k = i * d; k < (i + 1) * d; k++) sum += rows[k] * rows[k];
    return Math.sqrt(sum);
  });
}

function meanRow({ values, rows, dimensions: d }: VectorSet): Float64Array {
  const mean = new Float64Array(d);
  for (let start = 0; start < values.length; start += d) {
    for (let k = 0; k < d; k++) mean[k] += values[start + k];
  }
  return mean.map((sum) => sum / rows);
}

function scaledFloats({ values }: VectorSet, scale: number, room: FloatRoom, side: "left" | "right"): Float32Array {
  if (scale === 1 && values instanceof Float32Array) return values;
  const floats = room.take(side, values.length);
  for (let k = 0; k < values.length; k++) floats[k] = values[k] * scale;
  return floats;
}

/** Writes the rows minus `mean`, scaled, to `floats`, and returns them and their squared lengths. */
function centredFloats(
  { values, rows, dimensions: d }: VectorSet,
  mean: Float64Array,
  scale: number,
  floats: Float32Array,
): [Float32Array, Float64Array] {
  const squares = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = 0; k < d; k++) {
      const component = (values[i * d + k] - mean[k]) * scale;
      floats[i * d + k] = component;
      square += component * component;
    }
    squares[i] = square;
  }
  return [floats, squares];
}
