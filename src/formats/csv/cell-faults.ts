import { notationOf } from "../../input/cell.js";
import type { Hints } from "../../input/faults.js";
import type { ReadOptions } from "../../input/reader.js";
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
    ? `expected a missing value, as in the first rows, found the number ${quotedCell(cell)}`
    : `expected text, as "${text}" on line ${line}, found the number ${quotedCell(cell)}`;
}

const NOTATION_HINTS: { readonly [notation: string]: Hints | undefined } = {
  "decimal point": { hint: "this number has a decimal point: use --decimal , only for files of decimal commas" },
  thousands: { hint: "thousands separators? write the numbers without them" },
  percent: { hint: "percentages? write the numbers without the sign" },
  currency: { hint: "amounts of money? write the numbers without the currency" },
  "other notation": { hint: "write the number with decimal digits, a point and an exponent, such as -1.5e-3" },
  "several numbers": { hint: "several numbers in a cell: is there another delimiter? -d names it" },
  "part of a vector": {
    hint: "does the delimiter occur in the vectors? -d names another one, or write the vectors in quotes",
  },
  comment: { hint: "a comment after the numbers? write comments in lines that start with #" },
  unit: { hint: "quantities? write the numbers without the unit" },
};

/** Returns a hint for a cell that is not a number, in a field (from 0) of a column of components. */
export function cellHint(
  cell: string,
  field: number,
  layout: Layout,
  text: Pick<ReadOptions, "decimal" | "delimiter">,
): Hints {
  const { decimal = ".", delimiter } = text;
  if (field === 0 && /^\s*[[{]/.test(cell)) return { hint: "is it JSON? --input-format json reads it" };
  const notation = notationOf(cell) ?? "";
  const hints = NOTATION_HINTS[notation];
  if (hints) return hints;
  if (notation === "decimal comma" || (decimal === "." && /^\s*[+-]?\d+[,;]\d/.test(cell))) {
    if (THOUSANDS.test(cell)) {
      return {
        hint: `if "${cell}" is ${cell.replaceAll(",", "")}, write it so; if it is ${cell.replace(",", ".")}, add --decimal ,${delimiter === "," ? " -d ," : ""}`,
      };
    }
    return { hint: "the numbers have decimal commas", options: `--decimal ,${delimiter === "," ? " -d ," : ""}` };
  }
  return withoutColumn("this command leaves the column out", field, layout);
}

/** A number whose comma may separate thousands or decimals. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

export const LATE_HINT: Hints = {
  hint: "this leaves out the rows without a number in this column",
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
