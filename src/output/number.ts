import { jsonString } from "./escape.js";
import { type Cell, isList, type RecordCell, type Records } from "./format.js";

/** Formats a finite number, or NaN as the format's word for it. */
export type NumberFormat = (value: number) => string;

/**
 * Returns a number format.
 *
 * @param precision the number of digits after the decimal point, 0 to 20; null: the shortest text that reads back to
 * the same double.
 * @param nan the word for NaN.
 */
export function numberFormat(precision: number | null, nan: string): NumberFormat {
  const finite = precision === null ? shortest : (value: number) => withoutMinusZero(value.toFixed(precision));
  const format = (value: number) => (Number.isNaN(value) ? nan : finite(value));
  if (precision === null) shortestFormats.add(format);
  return format;
}

const shortestFormats = new WeakSet<NumberFormat>();

/** Returns whether a format writes the shortest text that reads back to the same double, as the kernels do. */
export function isShortest(format: NumberFormat): boolean {
  return shortestFormats.has(format);
}

/** Returns the shortest text that reads back to the same bits, including the sign of −0. */
function shortest(value: number): string {
  return value === 0 && Object.is(value, -0) ? "-0" : String(value);
}

/** Formats `-0.0000` as `0.0000`. */
function withoutMinusZero(text: string): string {
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}

// JSON names of settings, counts, indices and error bounds, which ignore the precision.
const EXACT = new Set(
  [
    "margin,batchSize,ties,withoutNegative,anchor,closestNegativeIndex,rtol,atol,at,index,row,column,seed,shape",
    "temperature,positiveMargin,negativeMargin,alpha,beta,base,terms,active,withoutPositive,positiveIndex,negativeIndex",
    "quartileError,aucError,count,rows,dimensions,duplicateIds,zeroRows,firstZeroRow,duplicateRows,firstDuplicateRow,nan,infinite",
    "gflopsFloat32,gflopsFloat64",
  ].flatMap((names) => names.split(",")),
);

/** Returns the number format of a member or column called `name` (in either spelling). */
export function numberFormatFor(name: string, number: NumberFormat): NumberFormat {
  return EXACT.has(camelCase(name)) ? String : number;
}

/** Returns the number format of each column of records; integers and data ignore the precision. */
export function columnFormats({ columns, kinds, dataColumns = 0 }: Records, number: NumberFormat): NumberFormat[] {
  const isData = (i: number) => i >= columns.length - dataColumns;
  return columns.map((name, i) => (kinds[i].endsWith("whole") || isData(i) ? String : numberFormatFor(name, number)));
}

/** Formats a cell of a record as JSON. */
export function cellText(cell: RecordCell, number: NumberFormat): string {
  if (isList(cell)) return listText(cell, number);
  return typeof cell === "number" ? number(cell) : jsonString(cell);
}

/** Formats a list as a JSON array. */
export function listText(cells: readonly Cell[], number: NumberFormat): string {
  return `[${cells.map((cell) => (Number.isNaN(cell) ? "null" : cellText(cell, number))).join(",")}]`;
}

/** Converts a column name to camel case, as in JSON: `closest_negative` becomes `closestNegative`. */
export function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
