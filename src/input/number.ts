// The expression is unambiguous, so that matching takes linear time even for a cell of a million digits.
const NUMBER = /^[ \t]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;

/**
 * Parses a cell as a correctly rounded double.
 *
 * A number is an optional sign, decimal digits with an optional decimal point, and an optional exponent, with optional
 * spaces or tabs around it. Hexadecimal numbers, `nan`, `1_000` and empty cells are not numbers.
 *
 * @returns NaN if the text is not a number, ±Infinity if it is one beyond ±1.8e308.
 * @example parseNumber(" 1.5e3 ") // 1500
 */
export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

const TRUTH = /^\s*(?:(true)|false)\s*$/i;

/** Returns whether a cell is `true` or `false`, in any case. */
export const isTruth = (text: string): boolean => TRUTH.test(text);

/** Parses a label or a grade: a number as {@link parseNumber} does, `true` as 1 and `false` as 0. */
export function parseValue(text: string): number {
  const truth = TRUTH.exec(text);
  return truth ? Number(truth[1] !== undefined) : parseNumber(text);
}

const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;
/** The markers that pandas reads as missing, those of the UCI repository and of SAS, and errors of spreadsheets. */
const MISSING_NUMBER =
  /^\s*(?:[+-]?nan|na|<na>|n\/a|n\.a\.|null|none|nil|nat|missing|#n\/a(?: n\/a)?|#na|#(?:div\/0|ref|value|num)!|#name\?|#null!|-?1\.#(?:ind|qnan)|[?.-]|--)?\s*$/i;

/**
 * Parses a cell like {@link parseNumber}, and accepts `inf` as infinite and missing-value markers as NaN.
 *
 * @returns null for any other text.
 */
export function parseAnyNumber(text: string): number | null {
  const value = parseNumber(text);
  if (!Number.isNaN(value)) return value;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return MISSING_NUMBER.test(text) ? Number.NaN : null;
}

/** Returns whether a cell is a finite number. */
export function isNumber(text: string): boolean {
  return Number.isFinite(parseNumber(text));
}

const MISSING = /^[+-]?(?:nan|inf|infinity|na|n\/a|n\.a\.|null|none|nil|true|false)$/i;

/**
 * Returns whether a cell is a name of a column or row. Malformed numbers (`0x10`, `1_000`, `1e`) and missing-value
 * markers (`nan`, `NA`, an empty cell) are not names, so that they are reported as errors.
 */
export function isName(text: string): boolean {
  const word = text.trim();
  return /\p{L}/u.test(word) && !/^[+-]?\.?\d/.test(word) && !MISSING.test(word);
}
