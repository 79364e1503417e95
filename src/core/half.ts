/** The largest finite half-precision number. */
export const MAX_HALF = 65504;

const LEAST_EXPONENT = -14;
const FRACTION_BITS = 10;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Returns the exponent of a double; at least that of the smallest normal half. */
function exponentOf(x: number): number {
  double[0] = x;
  return Math.max(LEAST_EXPONENT, ((words[HIGH_WORD] >>> 20) & 2047) - 1023);
}

/**
 * Returns the nearest half-precision number (IEEE 754 binary16), of two the one with an even fraction; infinite beyond
 * {@link MAX_HALF}.
 */
export function roundToHalf(x: number): number {
  const size = Math.abs(x);
  // The unit in the last place of the sum with this number is that of a half, so that the sum rounds as a half does.
  const large = 1.5 * 2 ** (52 - FRACTION_BITS + exponentOf(size));
  const rounded = size + large - large;
  const half = rounded > MAX_HALF ? Number.POSITIVE_INFINITY : rounded;
  return x < 0 || Object.is(x, -0) ? -half : half;
}

/** Returns the bits of a number that {@link roundToHalf} does not change. */
export function bitsOfHalf(half: number): number {
  const sign = half < 0 || Object.is(half, -0) ? 0x8000 : 0;
  const size = Math.abs(half);
  if (size > MAX_HALF) return sign | 0x7c00;
  const exponent = exponentOf(size);
  const fraction = size / 2 ** (exponent - FRACTION_BITS);
  // A number below the smallest normal half has no leading 1, and the exponent 0.
  return sign | (fraction + ((exponent - LEAST_EXPONENT) << FRACTION_BITS));
}
