import type { Numbers } from "./numbers.js";

/**
 * `A·Bᵀ` in plain typed arrays: `out[i·m + j] = Σₖ a[i·d + k] · b[j·d + k]`.
 *
 * Every cell is summed in the order of k, so it has the same bits in whatever block it is computed.
 * Blocks of 2×4 cells keep their eight sums in registers; blocks of B stay in the second-level cache.
 * 2·n·m·d floating-point operations, nothing allocated.
 *
 * @param a n×d, row-major; n = `out.length / m`.
 * @param b m×d, row-major.
 * @param out n×m, row-major; overwritten.
 */
export function multiplyTransposed(a: Numbers, b: Numbers, d: number, out: Float64Array): void {
  const m = b.length / d;
  const n = out.length / m;
  const block = Math.max(4, (CACHE_DOUBLES / d) & ~3);
  for (let first = 0; first < m; first += block) {
    const last = Math.min(m, first + block);
    for (let i = 0; i < n - 1; i += 2) {
      let j = first;
      for (; j < last - 3; j += 4) block2x4(a, i, b, j, d, out, m);
      for (; j < last; j++) {
        out[i * m + j] = dot(a, i * d, b, j * d, d);
        out[(i + 1) * m + j] = dot(a, (i + 1) * d, b, j * d, d);
      }
    }
    if (n % 2 === 1) {
      for (let j = first; j < last; j++) out[(n - 1) * m + j] = dot(a, (n - 1) * d, b, j * d, d);
    }
  }
}

const CACHE_DOUBLES = (192 * 1024) / Float64Array.BYTES_PER_ELEMENT;

/** `Σₖ a[aStart + k] · b[bStart + k]` over k < d, in the order of k. */
export function dot(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * b[bStart + k];
  return sum;
}

/** Returns |x|² of each row of d components. */
export function squaredLengths(rows: Numbers, d: number): Float64Array {
  return Float64Array.from({ length: rows.length / d }, (_, i) => dot(rows, i * d, rows, i * d, d));
}

function block2x4(a: Numbers, i: number, b: Numbers, j: number, d: number, out: Float64Array, m: number): void {
  const a0 = i * d;
  const a1 = a0 + d;
  const b0 = j * d;
  const b1 = b0 + d;
  const b2 = b1 + d;
  const b3 = b2 + d;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let k = 0; k < d; k++) {
    const x0 = a[a0 + k];
    const x1 = a[a1 + k];
    let y = b[b0 + k];
    s00 += x0 * y;
    s10 += x1 * y;
    y = b[b1 + k];
    s01 += x0 * y;
    s11 += x1 * y;
    y = b[b2 + k];
    s02 += x0 * y;
    s12 += x1 * y;
    y = b[b3 + k];
    s03 += x0 * y;
    s13 += x1 * y;
  }
  const top = i * m + j;
  out[top] = s00;
  out[top + 1] = s01;
  out[top + 2] = s02;
  out[top + 3] = s03;
  const bottom = top + m;
  out[bottom] = s10;
  out[bottom + 1] = s11;
  out[bottom + 2] = s12;
  out[bottom + 3] = s13;
}

/**
 * Products of unit rows above this may be of equal rows, whose cosine is exactly 1, although a product of rounded unit
 * vectors can miss 1 by d units in the last place.
 */
export function nearOne(d: number, units: Numbers): number {
  return 1 - (d + 8) * (units instanceof Float64Array ? Number.EPSILON : 2 ** -23);
}

/** Whether row i of `a` and row j of `b` have the same d components. */
export function equalRows(a: Numbers, i: number, b: Numbers, j: number, d: number): boolean {
  if (a === b && i === j) return true;
  for (let k = 0; k < d; k++) if (a[i * d + k] !== b[j * d + k]) return false;
  return true;
}
