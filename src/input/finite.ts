import { DataError } from "../core/errors.js";
import type { Numbers } from "../core/vectors.js";
import { loadedKernels } from "../kernels/wasm.js";
import type { ReadOptions } from "./reader.js";

/** Returns the location in the file of the number at an index, for messages. */
export type PlaceOf = (index: number) => string;

/**
 * Formats the location of a cell: `a.npy: row 3, column 0 (byte offset 152)`. Rows and columns count from 0, as in
 * NumPy.
 */
export function cellPlace(name: string, row: number, column: number | string, offset?: number): string {
  return `${name}: row ${row}, column ${column}${offset === undefined ? "" : ` (byte offset ${offset})`}`;
}

/** The hint for missing values. */
export const MISSING_HINT = {
  hint: "zero and mean replace missing values, skip-row leaves out their rows",
  options: "--missing skip-row",
} as const;

/** @throws {DataError} naming the location of the first value that is not finite, unless `nonFinite` is `keep`. */
export function expectFinite(values: Numbers, placeOf: PlaceOf, { nonFinite }: ReadOptions): void {
  if (nonFinite === "keep" || areFinite(values)) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  const found = Number.isNaN(values[index]) ? "nan" : values[index] > 0 ? "inf" : "-inf";
  const message = `${placeOf(index)}: expected a finite number, found ${found}`;
  if (found !== "nan") throw new DataError(message);
  throw new DataError(message, MISSING_HINT.hint, { options: MISSING_HINT.options });
}

/**
 * Returns whether all values are finite. A finite number times 0 is 0; otherwise the product is NaN. Four independent
 * sums allow parallel additions.
 */
function areFinite(values: Numbers): boolean {
  const kernels = values instanceof Float32Array ? loadedKernels() : null;
  const address = kernels?.addressOf(values) ?? null;
  // Compiled, the check is four times as fast.
  if (kernels && address !== null) return kernels.call.areFinite(address, values.length);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const even = values.length - (values.length % 4);
  for (let i = 0; i < even; i += 4) {
    a += values[i] * 0;
    b += values[i + 1] * 0;
    c += values[i + 2] * 0;
    d += values[i + 3] * 0;
  }
  for (let i = even; i < values.length; i++) a += values[i] * 0;
  return !Number.isNaN(a + b + c + d);
}

/**
 * Converts a 64-bit integer to a double.
 *
 * @throws {DataError} for an integer that a double cannot represent.
 */
export function expectExact(value: bigint, place: () => string): number {
  const number = Number(value);
  // Beyond 2^53, only some integers are exact doubles.
  if (Math.abs(number) <= 2 ** 53 && BigInt(number) === value) return number;
  const hint = "simcli computes with doubles, which cannot hold this integer exactly";
  throw new DataError(`${place()}: expected a whole number within ±2^53, found ${value}`, hint);
}
