import { parseAnyNumber } from "./number.js";
import type { DecimalMark } from "./reader.js";

/**
 * What a cell of delimited text holds. A `malformed` cell is a number in a notation that simcli does not read, such as
 * `1,5`, `5%` or `0x10`.
 */
export type CellKind = "number" | "infinite" | "missing" | "array" | "malformed" | "text";

const DECIMAL_COMMA = /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/;
/** Three or more numbers without brackets, one of them with a decimal point; thousands separators have no such form. */
const BARE_ARRAY =
  /^(?=[^.]*\.\d+[^\d.])(?:[+-]?[\d.]+(?:e[+-]?\d+)?(?:\s*[,;]\s*|\s+)){2,}[+-]?[\d.]+(?:e[+-]?\d+)?$/i;
/** A unit in brackets, such as `[m]`, has neither a digit nor a comma. */
const ARRAY = /^(?:\[(?:[^\d,]*[\d,].*|\s*(?:nan|null)?\s*)\]|\{[-+\d.\s][^:]*\})$/is;
/** An array or a number as Python prints it: `array([1., 2.], dtype=float32)`, `tensor([1., 2.])`, `np.float64(0.5)`. */
const PYTHON_ARRAY = /^(?:np\.)?(?:array|tensor)\((\[[^\]]*\])(?:,[^)]*)?\)$/s;
const PYTHON_NUMBER = /^np\.float\d+\(([^()]*)\)$/;

/**
 * Returns the value of a cell: NaN if it is missing, ±Infinity if it is infinite or beyond ±1.8e308.
 *
 * @param cell without blanks around it.
 * @returns null for any other text.
 */
export function cellValue(cell: string, decimal: DecimalMark): number | null {
  if (decimal === "," && DECIMAL_COMMA.test(cell)) return Number(cell.replace(",", "."));
  const value = parseAnyNumber(cell);
  return decimal === "," && Number.isFinite(value) ? null : value;
}

/** Returns what a cell holds. */
export function cellKind(cell: string, decimal: DecimalMark): CellKind {
  const value = cellValue(cell, decimal);
  if (value !== null) return Number.isNaN(value) ? "missing" : Number.isFinite(value) ? "number" : "infinite";
  if (ARRAY.test(cell) || BARE_ARRAY.test(cell) || PYTHON_ARRAY.test(cell)) return "array";
  return notationOf(cell) === null ? "text" : "malformed";
}

const OTHER_NOTATION = "other notation";

/** Notations of numbers that simcli does not read, the most certain first. No pattern takes more than linear time. */
const NOTATIONS: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "thousands",
    /^[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?$|^[+-]?\d{1,3}(?:,\d{3})+\.\d+$|^[+-]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?$/,
  ],
  ["thousands", /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$|^[+-]?\d{1,3}(?:[ '’_\u00a0\u202f]\d{3})+(?:[.,]\d+)?$/],
  ["decimal comma", DECIMAL_COMMA],
  ["decimal point", /^[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?$/],
  ["percent", /^[+-]?\d[\d.,]*\s*[%‰]$/],
  ["currency", /^[+-]?(?:\p{Sc}\s*\d[\d.,]*|\d[\d.,]*\s*\p{Sc})$/u],
  [
    OTHER_NOTATION,
    /^[+-]?0[xob][\da-f]+$|^[+-]?\d+(?:\.\d*)?[ed][+-]?\d*$|^\d+(?:_\d+)+$|^[−–]\d[\d.,]*$|^\(\d[\d.,]*\)$/i,
  ],
  // Text with numbers that another delimiter, or a vector that the delimiter has cut, leaves.
  ["several numbers", /^[+-]?[\d.]+(?:e[+-]?\d+)?(?:\s*[;\t|]\s*[+-]?[\d.]+(?:e[+-]?\d+)?)+$/i],
  ["part of a vector", /^[^\]]*\[[^\]]*\d[^\]]*$|^[^[]*\d[^[]*\][^[]*$/],
  ["comment", /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*(?:#|\/\/)/i],
  ["unit", /^[+-]?\d+(?:[.,]\d+)?\s*(?:[a-zA-Z]|[µm]s|[cmk]m|[mk]g|[kMG]?B)$/],
];

/** Returns the notation of a number that simcli does not read; null for any other text. */
export function notationOf(cell: string): string | null {
  // A number may have blanks around it that are not part of the grammar.
  const text = cell.trim();
  if (text !== cell && parseAnyNumber(text) !== null) return OTHER_NOTATION;
  return NOTATIONS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Returns whether a cell is a finite number. */
export const isNumberCell = (cell: string, decimal: DecimalMark): boolean => {
  const value = cellValue(cell, decimal);
  return value !== null && Number.isFinite(value);
};

/**
 * Parses the text of a vector in one cell: `[1, 2]`, `[1 2]` as NumPy prints it, `{1,2}` as PostgreSQL writes it, `array([1, 2])` as
 * Python prints it, or `0.5 1 2`.
 *
 * @returns null if an element is neither a number nor a missing value.
 */
export function parseArray(cell: string): number[] | null {
  const array = PYTHON_ARRAY.exec(cell)?.[1] ?? cell;
  const inside = ARRAY.test(array) ? array.slice(1, -1).trim() : array;
  if (inside === "") return [];
  const parts = inside.split(/[,;]/.test(inside) ? /[,;]/ : /\s+/);
  const numbers: number[] = [];
  for (const part of parts) {
    const text = part.trim();
    const value = cellValue(PYTHON_NUMBER.exec(text)?.[1] ?? text, ".");
    if (value === null || text === "") return null;
    numbers.push(value);
  }
  return numbers;
}
