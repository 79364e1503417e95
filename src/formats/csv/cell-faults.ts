import { notationOf } from "../../input/cell.js";
import type { Hints } from "../../input/faults.js";
import type { DecimalMark } from "../../input/reader.js";
import { columnSelection, ranges } from "./column-text.js";
import type { Layout } from "./layout.js";

const ECHOED = 40;

/** Returns a cell as messages show it: in quotes, and cut to 40 characters. */
export function quotedCell(cell: string): string {
  if (cell === "") return "an empty cell";
  const characters = [...cell.slice(0, 2 * ECHOED)];
  const cut = characters.length > ECHOED || cell.length > 2 * ECHOED;
  return `"${cut ? `${characters.slice(0, ECHOED).join("")}…` : cell}"`;
}

/** Returns the message for a cell of text among the numbers of a column. */
export function textMessage(cell: string, field: number, { evidence }: Layout): string {
  const { kind, cell: number, line } = evidence[field];
  return kind === "number"
    ? `expected a number, as "${number}" on line ${line}, found ${quotedCell(cell)}`
    : `expected a number, found ${quotedCell(cell)}`;
}

/** Returns the message for a number in a column that was left out because it begins with text. */
export function numberMessage(cell: string, field: number, { evidence }: Layout): string {
  const { kind, cell: text, line } = evidence[field];
  return kind === "missing"
    ? `expected an empty cell, as in the first rows, found the number ${quotedCell(cell)}`
    : `expected text, as "${text}" on line ${line}, found the number ${quotedCell(cell)}`;
}

const NOTATION_HINTS: { readonly [notation: string]: Hints | undefined } = {
  "decimal comma": { hint: "the numbers have decimal commas", options: "--decimal ," },
  "decimal point": { hint: "this number has a decimal point: use --decimal , only for files of decimal commas" },
  thousands: { hint: "thousands separators? write the numbers without them" },
  percent: { hint: "percentages? write the numbers without the sign" },
  currency: { hint: "amounts of money? write the numbers without the currency" },
  "other notation": { hint: "write the number with decimal digits, a point and an exponent, such as -1.5e-3" },
  unit: { hint: "quantities? write the numbers without the unit" },
};

/** Returns a hint for a cell that is not a number, in a field (from 0) of a column of components. */
export function cellHint(cell: string, field: number, layout: Layout, decimal: DecimalMark): Hints {
  if (/^\s*[[{]/.test(cell)) return { hint: "is it JSON? --input-format json reads it" };
  const notation = NOTATION_HINTS[notationOf(cell) ?? ""];
  if (notation) return notation;
  if (decimal === "." && /^\s*[+-]?\d+[,;]\d/.test(cell)) return NOTATION_HINTS["decimal comma"] as Hints;
  return withoutColumn("this command leaves the column out", field, layout);
}

export const MISSING_HINT: Hints = {
  hint: "zero and mean replace missing values, skip-row leaves out their rows",
  options: "--missing skip-row",
};

export const INFINITE_HINT: Hints = { hint: "the largest double is ±1.8e308" };

/** Returns a hint that selects all components but one. */
export function withoutColumn(guess: string, field: number, layout: Layout): Hints {
  const others = layout.values.filter((i) => i !== field);
  if (others.length === 0) return { guess: "does the first row name the columns? --header yes" };
  return { guess, options: columnOptions(others, layout) };
}

/** Returns the options that select components, and keep the column of ids. */
export function columnOptions(values: readonly number[], { header, id }: Layout): string {
  return `--columns ${ranges(values)}${id === null ? "" : ` --id-column ${columnSelection(header, id)}`}`;
}
