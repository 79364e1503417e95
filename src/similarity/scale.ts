import { DataError } from "../core/errors.js";
import { type Numbers, rowPlace, type VectorSet } from "../core/vectors.js";
import type { Direction } from "./metrics/metric.js";
import type { ZeroVectors } from "./options.js";

/** Rows whose squares cannot overflow or vanish. */
export interface ScaledRows {
  /** n×d: the rows themselves, or copies times a power of two. */
  readonly values: Numbers;
  /** Whether row i has no direction; null when all have. */
  readonly zero: Uint8Array | null;
}

// Within 2^±200 even Σa²·Σb² stays far from both ends of a double.
const SAFE_EXPONENT = 200;

/**
 * Scales rows whose largest component lies beyond 2^±200 to about 1, by an exact power of two, so that 1e200·v
 * and v have the same cosine. Other rows are left alone; components that are too small to matter may vanish in squares.
 *
 * @throws {DataError} naming file and line of a zero vector (centred: of a constant one), when `zeroVectors` is `error`.
 */
export function scaleRows(set: VectorSet, zeroVectors: ZeroVectors, direction: Direction): ScaledRows {
  const { rows, dimensions } = set;
  let values = set.values;
  let zero: Uint8Array | null = null;
  for (let i = 0; i < rows; i++) {
    const largest = largestMagnitude(set.values, i * dimensions, dimensions);
    if (largest === 0 || (direction.centred && isConstant(set.values, i * dimensions, dimensions))) {
      if (zeroVectors === "error") throw directionError(set, i, direction);
      zero ??= new Uint8Array(rows);
      zero[i] = 1;
      continue;
    }
    const exponent = exponentOf(largest);
    if (Math.abs(exponent) <= SAFE_EXPONENT) continue;
    if (values === set.values) values = set.values.slice();
    // In two steps: 2^1074, which the smallest double needs, is not a double itself.
    const half = Math.trunc(-exponent / 2);
    const first = 2 ** half;
    const second = 2 ** (-exponent - half);
    for (let k = i * dimensions; k < (i + 1) * dimensions; k++) values[k] = values[k] * first * second;
  }
  return { values, zero };
}

/** The error for a row that has no direction. */
export function directionError(set: VectorSet, row: number, { expected, found, scores }: Direction): DataError {
  return new DataError(
    `${rowPlace(set, row)}: expected ${expected}, found ${found}`,
    `--zero-vectors zero counts its ${scores} as 0, --zero-vectors nan as NaN`,
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

/** Returns e with `2^e ≤ x < 2^(e+1)`; one more or less where the logarithm rounds, which is near enough. */
function exponentOf(x: number): number {
  return Math.floor(Math.log2(x));
}
