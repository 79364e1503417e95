// Unambiguous on purpose: a cell of a million digits is matched in linear time.
const NUMBER = /^[ \t]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;

/**
 * The double that a cell of text stands for, correctly rounded.
 *
 * A number is an optional sign, decimal digits with an optional point, an optional exponent, surrounding
 * blanks; nothing else: no hex, no `nan`, no `1_000`, no empty text.
 *
 * @returns NaN when the text is not a number, ±Infinity when it is one beyond ±1.8e308.
 * @example parseNumber(" 1.5e3 ") // 1500
 */
export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;
const MISSING_NUMBER = /^\s*(?:[+-]?nan|na|n\/a|null|none|nil)?\s*$/i;

/**
 * The same, for cells that are looked at rather than computed with: `inf` is infinite, a mark of a missing value NaN.
 *
 * @returns null for what is neither a number nor any of these.
 */
export function parseAnyNumber(text: string): number | null {
  const value = parseNumber(text);
  if (!Number.isNaN(value)) return value;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return MISSING_NUMBER.test(text) ? Number.NaN : null;
}

/** Whether a cell reads as a finite number. */
export function isNumber(text: string): boolean {
  return Number.isFinite(parseNumber(text));
}

const MISSING = /^[+-]?(?:nan|inf|infinity|na|n\/a|null|none|nil|true|false)$/i;

/**
 * Whether a cell reads as a name: a column's, a row's. Numbers gone wrong (`0x10`, `1_000`, `1e`) and
 * marks of a missing value (`nan`, `NA`, nothing) are not names, so that they end as errors, never as labels.
 */
export function isName(text: string): boolean {
  const word = text.trim();
  return /\p{L}/u.test(word) && !/^[+-]?\.?\d/.test(word) && !MISSING.test(word);
}
