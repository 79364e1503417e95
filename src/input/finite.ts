import { DataError } from "../errors.js";
import type { Numbers } from "../vectors.js";

/** Where the values of some rows come from, so that errors can name the place of each. */
export interface CellPlaces {
  readonly name: string;
  readonly columns: number;
  /** The number of the first row, from 0. */
  readonly firstRow: number;
  /** The byte offset of a component, by its row and column in the file; left out where it has none of its own. */
  offsetOf?(row: number, column: number): number;
}

/** @throws {DataError} naming row, column (both from 0) and byte offset of the first value that is not finite. */
export function expectFinite(values: Numbers, places: CellPlaces): void {
  if (areFinite(values)) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  const found = Number.isNaN(values[index]) ? "nan" : values[index] > 0 ? "inf" : "-inf";
  throw new DataError(`${cellPlace(index, places)}: expected a finite number, found ${found}`);
}

/** `a.npy: row 3, column 0 (byte offset 152)`: where the value at an index stands. */
export function cellPlace(index: number, { name, columns, firstRow, offsetOf }: CellPlaces): string {
  const row = firstRow + Math.floor(index / columns);
  const column = index % columns;
  const offset = offsetOf ? ` (byte offset ${offsetOf(row, column)})` : "";
  return `${name}: row ${row}, column ${column}${offset}`;
}

/** A finite number times 0 is 0, any other NaN; in four sums, which a processor adds at the same time. */
function areFinite(values: Numbers): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i] * 0;
    b += values[i + 1] * 0;
    c += values[i + 2] * 0;
    d += values[i + 3] * 0;
  }
  for (let i = whole; i < values.length; i++) a += values[i] * 0;
  return !Number.isNaN(a + b + c + d);
}
