import { cellKind, isNumberCell } from "../../input/cell.js";
import { namesColumn } from "../../input/columns.js";
import { isName } from "../../input/number.js";
import type { DecimalMark, ReadOptions } from "../../input/reader.js";
import type { TextRow } from "./layout.js";

/**
 * Returns whether the first row names the columns. A guess about a row with numbers is reported to `options.onGuess`.
 *
 * @param below the first cell below each cell of the first row that is not missing.
 */
export function hasHeader(
  rows: readonly TextRow[],
  below: readonly string[],
  options: ReadOptions,
  file: string,
): boolean {
  const { header = "auto", columns, idColumn, labelColumn, vectorColumn, decimal = "." } = options;
  if (header !== "auto") return header === "yes";
  const [{ cells: first }, ...data] = rows;
  if (data.length === 0) return first.every(isName);
  const named = [idColumn, labelColumn, vectorColumn].some((column) => typeof column === "string");
  const isNumbers = first.every((cell) => isNumberCell(cell, decimal));
  const isCertain =
    !isNumbers &&
    (looksLikeHeader(first, below, decimal) ||
      hasEmptyCorner(first, data) ||
      named ||
      (columns !== undefined && namesColumn(columns)));
  const numbers = isNumbers ? first : first.filter((cell) => isNumberCell(cell, decimal));
  const isPandas = first[0] === "" && countsFromZero(numbers);
  if (isCertain && (numbers.length === 0 || isPandas || (isIdName(first[0]) && countsFromZero(numbers)))) return true;
  if (isCertain || countsAsNames(first, data, decimal)) {
    options.onGuess?.(
      `${file}: read the first row as a header although it holds numbers`,
      "--header no reads it as data",
    );
    return true;
  }
  if (isNumbers && first.length > 2 && countsFromZero(first)) {
    options.onGuess?.(`${file}: read the first row, which counts from 0, as data`, "--header yes reads it as a header");
  }
  return false;
}

/**
 * Returns whether a row is a header beyond doubt: it has a name above a number (in any notation) or a vector, or its first column
 * is named `id`, or all its cells are text above numbers. A row of numbers is never a header.
 */
function looksLikeHeader(first: readonly string[], below: readonly string[], decimal: DecimalMark): boolean {
  const hasValue = (cell = "") => ["number", "array", "malformed"].includes(cellKind(cell, decimal));
  if (isIdName(first[0]) || first.some((cell, i) => isName(cell) && hasValue(below[i]))) return true;
  // A name that begins with a digit, such as `1st`, may as well be a number with a typing error.
  const above = first.filter((_, i) => hasValue(below[i]));
  return (
    first.every((cell) => cellKind(cell, decimal) === "text") &&
    above.some((cell) => above.length > 1 || /\p{L}{2}|\s\p{L}/u.test(cell))
  );
}

/** Returns whether the first column has no name and text below it, or the other names count from 0, as pandas writes an index. */
function hasEmptyCorner([corner, ...names]: readonly string[], data: readonly TextRow[]): boolean {
  if (corner !== "" || names.length === 0 || data.some(({ cells }) => cells[0] === "")) return false;
  const areIntegers = names.every((name) => /^\d+$/.test(name)) && new Set(names).size === names.length;
  if (areIntegers && data.some(({ cells }) => cells.slice(1).some((cell) => isDecimal(cell, ".")))) return true;
  return (
    (names.every((name) => name !== "" && !isDecimal(name, ".")) && data.every(({ cells }) => isName(cells[0]))) ||
    countsFromZero(names)
  );
}

const countsFromZero = (cells: readonly string[]): boolean => cells.every((cell, i) => cell === String(i));

/** Returns whether numbers are likely to be names: 0, 1, 2, … above decimals, or years beside a name. */
function countsAsNames(first: readonly string[], data: readonly TextRow[], decimal: DecimalMark): boolean {
  const start = isName(first[0]) ? 1 : 0;
  const below = data.flatMap(({ cells }) => cells.slice(start));
  const names = first.slice(start);
  if (names.length > 2 && countsFromZero(names)) return below.some((cell) => isDecimal(cell, decimal));
  return start === 1 && areYears(names) && !data.some(({ cells }) => areYears(cells.slice(1)));
}

const isDecimal = (cell: string, decimal: DecimalMark) => isNumberCell(cell, decimal) && /[.,e]/i.test(cell);

/** Returns whether there are at least two years, each the same number of years after the one before. */
function areYears(cells: readonly string[]): boolean {
  const step = Number(cells[1]) - Number(cells[0]);
  const isNext = (cell: string, i: number) => i === 0 || Number(cell) - Number(cells[i - 1]) === step;
  return cells.length > 1 && step !== 0 && cells.every((cell, i) => /^(?:19|20)\d\d$/.test(cell) && isNext(cell, i));
}

/** Returns whether a column name means ids. */
export const isIdName = (name: string): boolean => /^_?ids?$/i.test(name);
