import { DataError } from "../../core/errors.js";
import { copyRows, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import { expectSameSize } from "../../similarity/compute.js";

/**
 * Returns two sets with the same rows in the same order: those with the same ids if both sets have ids, else those with the same
 * number. Rows whose id is in one set only are left out with a note.
 *
 * @throws {DataError} if ids repeat, fewer than two rows are common, or sets without ids differ in size.
 */
export function sameRows(context: Context, a: VectorSet, b: VectorSet): [VectorSet, VectorSet] {
  if (!a.ids || !b.ids) {
    expectSameSize(a, b);
    return [a, b];
  }
  if (a.rows === b.rows && a.ids.every((id, i) => id === b.ids?.[i])) return [a, b];
  const [rowsOfA, rowsOfB] = [rowsById(a, a.ids), rowsById(b, b.ids)];
  const common = a.ids.filter((id) => rowsOfB.has(id));
  if (common.length < 2) {
    throw new DataError(
      `${a.name} and ${b.name}: expected the same ids, found ${common.length} of ${a.rows} in both`,
      "files without ids are compared row by row: --columns leaves ids out",
    );
  }
  const [moreOfA, moreOfB] = [a.rows - common.length, b.rows - common.length];
  if (moreOfA + moreOfB > 0) {
    context.note(
      `compared the ${common.length} rows whose ids are in both files; left out ${moreOfA} of ${a.name} and ${moreOfB} of ${b.name}`,
    );
  }
  return [chosenRows(a, rowsOfA, common), chosenRows(b, rowsOfB, common)];
}

function rowsById({ name }: VectorSet, ids: readonly string[]): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const [row, id] of ids.entries()) {
    const earlier = rows.get(id);
    if (earlier !== undefined) {
      throw new DataError(
        `${name}: expected a different id for each row, found "${id}" in rows ${earlier} and ${row}`,
        "rows of both files are matched by their ids",
      );
    }
    rows.set(id, row);
  }
  return rows;
}

function chosenRows(set: VectorSet, rowOf: ReadonlyMap<string, number>, ids: readonly string[]): VectorSet {
  const rows = Uint32Array.from(ids, (id) => rowOf.get(id) ?? 0);
  const { dimensions: d, values, lines } = set;
  return {
    ...set,
    rows: ids.length,
    values: copyRows(values, d, rows, sharedNumbers(ids.length * d, values)),
    ids,
    labels: null,
    lines: lines && Uint32Array.from(rows, (row) => lines[row]),
  };
}
