import { DataError } from "../core/errors.js";
import { type Numbers, rowPlace, type VectorSet } from "../core/vectors.js";
import type { Direction } from "./metrics/metric.js";
import type { ZeroVectors } from "./options.js";

/** Rows whose squares neither overflow nor underflow. */
export interface ScaledRows {
  /** n×d: the rows themselves, or copies multiplied by powers of two. */
  readonly values: Numbers;
  /** 1 for each row without a direction; null if every row has one. */
  readonly zero: Uint8Array | null;
}

// For components within 2^±200, Σa²·Σb² is far from the limits of a double.
const SAFE_EXPONENT = 200;

/**
 * Scales each row whose largest component is outside 2^±200 to about 1, by an exact power of two, so that 1e200·v
 * and v have the same cosine. Other rows are unchanged; the squares of components that are too small to matter may underflow.
 *
 * @throws {DataError} naming file and line of a zero vector (centred: of a constant vector), if `zeroVectors` is `error`.
 */
export function scaleRows(set: VectorSet, zeroVectors: ZeroVectors, direction: Direction): ScaledRows {
  const { rows, dimensions } = set;
  let values = set.values;
  let zero: Uint8Array | null = null;
  for (let i = 0; i < rows; i++) {
    if (!hasDirection(set, i, direction)) {
      if (zeroVectors === "error") throw directionError(set, i, direction);
      zero ??= new Uint8Array(rows);
      zero[i] = 1;
      continue;
    }
    // Every float32 number is within 2^±149.
    if (set.values instanceof Float32Array) continue;
    const exponent = exponentOf(largestMagnitude(set.values, i * dimensions, dimensions));
    if (Math.abs(exponent) <= SAFE_EXPONENT) continue;
    if (values === set.values) values = set.values.slice();
    // In two steps: the smallest double needs the factor 2^1074, which is larger than any double.
    const half = Math.trunc(-exponent / 2);
    const first = 2 ** half;
    const second = 2 ** (-exponent - half);
    for (let k = i * dimensions; k < (i + 1) * dimensions; k++) values[k] = values[k] * first * second;
  }
  return { values, zero };
}

/** Returns whether a row has a direction: a component that is not 0, or if `centred`, components that differ. */
export function hasDirection({ values, dimensions: d }: VectorSet, row: number, { centred }: Direction): boolean {
  if (centred) return !isConstant(values, row * d, d);
  for (let k = row * d; k < (row + 1) * d; k++) if (values[k] !== 0) return true;
  return false;
}

/** Returns the error for a row without a direction. */
export function directionError(set: VectorSet, row: number, { expected, found, scores }: Direction): DataError {
  return new DataError(
    `${rowPlace(set, row)}: expected ${expected}, found ${found}`,
    `zero counts its ${scores} as 0, nan as NaN`,
    { options: "--zero-vectors zero" },
  );
}

function isConstant(values: Numbers, start: number, length: number): boolean {
  for (let k = start + 1; k < start + length; k++) if (values[k] !== values[start]) return false;
  return true;
}

function largestMagnitude(values: Numbers, start: number, length: number): number {
  let largest = 0;
  for (let k = start; k < start + length; k++) {
    const magnitude = Math.abs(values[k]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** Returns e with `2^e ≤ x < 2^(e+1)`. The rounding of the logarithm may change it by 1, which does not matter here. */
function exponentOf(x: number): number {
  return Math.floor(Math.log2(x));
}
