import { DataError, UsageError } from "../../core/errors.js";
import type { VectorSet } from "../../core/vectors.js";
import type { Carrier } from "../shared/carried.js";
import { sideOf } from "../shared/carried.js";

/** Which row of several near duplicates is kept. */
export type KeepRule =
  | { readonly by: "first" | "last" | "medoid"; readonly column?: never }
  | { readonly by: "longest" | "best"; readonly column: string };

/** The column of `longest` if none is given. */
const TEXT_COLUMN = "text";

/** Parses `--keep`. */
export function keepRule(text: string): KeepRule {
  const [, by, column] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? [];
  if ((by === "first" || by === "last" || by === "medoid") && column === undefined) return { by };
  if (by === "longest") return { by, column: column ?? TEXT_COLUMN };
  if (by === "best" && column !== undefined) return { by, column };
  throw new UsageError(
    `--keep: expected first, last, medoid, longest, longest:COLUMN or best:COLUMN, found "${text}"`,
    "best:score keeps the row with the largest number in the column score",
  );
}

/** Returns the rows in the order in which they are kept: the preferred ones first, then in the order of the file. */
export async function keepOrder(rule: KeepRule, carrier: Carrier, path: string, set: VectorSet): Promise<Uint32Array> {
  const rows = Uint32Array.from({ length: set.rows }, (_, row) => row);
  if (rule.column === undefined) return rule.by === "last" ? rows.reverse() : rows;
  const { kinds, cellsOf } = await carrier.columnsOf(0, sideOf(path, set), rows, [carrier.nameOf(rule.column)]);
  if (rule.by === "best" && kinds[0] === "text") {
    throw new DataError(
      `${path}: expected numbers in the column "${rule.column}", found text`,
      `--keep longest:${rule.column} keeps the longest text`,
    );
  }
  const values = Float64Array.from(rows, (row) => {
    const [cell] = cellsOf(row);
    if (cell === null) return Number.NEGATIVE_INFINITY;
    return rule.by === "best" ? Number(cell) : Array.from(String(cell)).length;
  });
  // Subtraction of infinities is NaN.
  return rows.sort((i, j) => (values[i] === values[j] ? i - j : values[i] > values[j] ? -1 : 1));
}
