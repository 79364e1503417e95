import { DataError } from "../core/errors.js";
import type { Cell } from "../output/format.js";
import type { TypedColumn, TypedColumns } from "./column-roles.js";
import { noRecordColumn } from "./records.js";

/**
 * Returns the columns of a typed table by their names; null for one that it does not have.
 *
 * @throws {NoColumnError} if it has none of them.
 * @throws {DataError} for a column of another type than texts or numbers.
 */
export function namedColumns<C extends TypedColumn>(
  { columns, at }: TypedColumns<C>,
  names: readonly string[],
  file: string,
): (C | null)[] {
  const found = names.map((name) => columns.find((column) => column.name === name) ?? at(name));
  if (found.every((column) => column === null)) {
    throw noRecordColumn(
      file,
      names[0],
      columns.map(({ name }) => name),
    );
  }
  for (const column of found) {
    if (!column || column.isText || column.isNumeric) continue;
    throw new DataError(`${file}: expected texts or numbers in the column ${column.name}, found ${column.kind}`);
  }
  return found;
}

/** Returns numbers as cells: null for a number that is not finite. */
export const numberCells = (numbers: ArrayLike<number>): Cell[] =>
  Array.from(numbers, (number) => (Number.isFinite(number) ? number : null));
