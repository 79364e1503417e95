import type { Numbers } from "../../core/vectors.js";

/**
 * The dot product, `Σ aᵢbᵢ`, of two vectors of d components.
 *
 * @returns any number; not finite only where it is beyond the doubles, though its parts may be.
 * @see https://en.wikipedia.org/wiki/Dot_product
 */
export function dotAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * b[bStart + k];
  if (Number.isFinite(sum)) return sum;
  sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * HALF_RANGE * (b[bStart + k] * HALF_RANGE);
  return sum / HALF_RANGE / HALF_RANGE;
}

/** Products of numbers that are so much smaller are finite, and so is their sum; a power of two, so nothing is rounded. */
const HALF_RANGE = 2 ** -530;
