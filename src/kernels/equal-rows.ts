import type { Numbers } from "./numbers.js";

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
