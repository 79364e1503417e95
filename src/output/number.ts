import type { Records } from "./format.js";

/** Writes a finite number, or NaN in a word of the format's own. */
export type NumberFormat = (value: number) => string;

/**
 * How to write numbers.
 *
 * @param precision digits behind the point, 0 to 20; null: the shortest text that reads back to the same double.
 * @param nan the word for NaN.
 */
export function numberFormat(precision: number | null, nan: string): NumberFormat {
  const finite = precision === null ? shortest : (value: number) => withoutMinusZero(value.toFixed(precision));
  const format = (value: number) => (Number.isNaN(value) ? nan : finite(value));
  if (precision === null) shortestFormats.add(format);
  return format;
}

const shortestFormats = new WeakSet<NumberFormat>();

/** Whether a format writes the shortest text that reads back to the same double, as the kernels do. */
export function isShortest(format: NumberFormat): boolean {
  return shortestFormats.has(format);
}

/** The shortest text that reads back to the same bits, the sign of −0 included. */
function shortest(value: number): string {
  return value === 0 && Object.is(value, -0) ? "-0" : String(value);
}

/** `-0.0000` says nothing that `0.0000` does not. */
function withoutMinusZero(text: string): string {
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}

// Settings, counts, indices and bounds of errors, by their JSON names: no precision shortens them.
const EXACT = new Set(
  [
    "margin,batchSize,ties,withoutNegative,anchor,closestNegativeIndex,rtol,atol,at,index,row,column,seed,shape",
    "temperature,positiveMargin,negativeMargin,alpha,beta,base,terms,active,withoutPositive,positiveIndex,negativeIndex",
    "quartileError,aucError,count,rows,dimensions,duplicateIds,zeroRows,firstZeroRow,duplicateRows,firstDuplicateRow,nan,infinite",
  ].flatMap((names) => names.split(",")),
);

/** How to write the numbers of a member or column called `name` (in either spelling). */
export function numberFormatFor(name: string, number: NumberFormat): NumberFormat {
  return EXACT.has(camelCase(name)) ? String : number;
}

/** How to write the numbers of each column of some records; no precision shortens whole ones. */
export function columnFormats({ columns, kinds }: Records, number: NumberFormat): NumberFormat[] {
  return columns.map((name, i) => (kinds[i] === "whole" ? String : numberFormatFor(name, number)));
}

/** A column's name in the spelling of JSON: `closest_negative` is `closestNegative`. */
export function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
