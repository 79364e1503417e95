import { ID_NAMES } from "./json-fields.js";
import type { Json } from "./json-head.js";
import { isObject } from "./json-paths.js";

/** Where the cells of a table are: in lines of objects, in a list of objects, or in objects by row or by column. */
export type TableLayout = "lines" | "records" | "index" | "columns";

const isScalar = (value: Json) => value === null || typeof value !== "object";

/** Returns whether an object is a row of cells with a number among them. */
const isRow = (value: Json | undefined): boolean =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every(isScalar) &&
  Object.entries(value).some(([name, one]) => typeof one === "number" && !ID_NAMES.includes(name)) &&
  !("error" in value);

/** Returns the layout of the table that values hold; null if they hold none. */
export function layoutOf(values: readonly Json[]): TableLayout | null {
  const [first] = values;
  if (isRow(first)) return "lines";
  if (isRow(onlyList(first)?.[0])) return "records";
  if (!isObject(first) || values.length > 1) return null;
  const rows = Object.values(first);
  if (rows.length === 0 || !rows.every((row) => isObject(row) && Object.values(row).every(isScalar))) return null;
  if (!rows.some((row) => Object.values(row as object).some((one) => typeof one === "number"))) return null;
  // pandas numbers the rows: the names of columns are the other ones. By columns is its default.
  const areNumbers = (names: readonly string[]) => names.every((name) => /^\d+$/.test(name));
  return areNumbers(Object.keys(first)) && !areNumbers(Object.keys(rows[0] as object)) ? "index" : "columns";
}

/** Returns the list that a value is, or that is its only list; null if there is none. */
export function onlyList(value: Json | undefined): readonly Json[] | null {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return null;
  const lists = Object.values(value).filter((one) => Array.isArray(one));
  return lists.length === 1 ? lists[0] : null;
}
