import type { TableSurvey } from "../../input/table-survey.js";
import type { Cell, Records } from "../../output/format.js";
import { columnFacts } from "./column-facts.js";
import type { ComponentPlace, Description } from "./description.js";
import type { Hubness } from "./hubness.js";

/** The properties of a file other than its vectors. */
export interface FileFacts {
  readonly file: string;
  /** The number of files that are described as one; null for a single file. */
  readonly files: number | null;
  readonly format: string;
  readonly compression: string | null;
  readonly delimiter: string | null;
  readonly quoted: boolean | null;
  readonly columns: readonly string[] | null;
  /** What the columns of delimited text hold; null in other formats. */
  readonly table: TableSurvey | null;
  /** Null unless it was asked for. */
  readonly hubness: Hubness | null;
}

export type Value = string | number | boolean | readonly (string | number)[] | null;

/** Returns all properties under their CSV names; null where a property does not apply. */
export function properties(file: FileFacts, description: Description): { readonly [name: string]: Value } {
  const { norms, duplicateRows, firstNonFinite } = description;
  return {
    file: file.file,
    ...(file.files !== null && { files: file.files }),
    format: file.format,
    compression: file.compression,
    delimiter: file.delimiter,
    header: hasHeader(file),
    quoted: file.quoted,
    rows: description.rows,
    dimensions: description.dimensions,
    dtype: description.dtype,
    ids: description.hasIds,
    first_ids: description.hasIds ? description.firstIds : null,
    duplicate_ids: description.hasIds ? description.duplicateIds : null,
    column_names: file.columns,
    norm_min: finite(norms?.min),
    norm_median: finite(norms?.median),
    norm_max: finite(norms?.max),
    unit_length: description.hasUnitRows,
    zero_rows: description.zeroRows,
    first_zero_row: description.firstZeroRow,
    duplicate_rows: duplicateRows.count,
    first_duplicate_row: duplicateRows.first?.[0] ?? null,
    min: description.min,
    max: description.max,
    mean: description.mean,
    nan: description.nan - textsAmongNumbers(file),
    infinite: description.infinite,
    first_non_finite: firstNonFinite && placeText(file.file, firstNonFinite),
    texts_among_numbers: file.table && textsAmongNumbers(file),
    ragged_lines: file.table?.raggedLines ?? null,
    first_ragged_line: file.table?.firstRaggedLine ?? null,
    ...(file.hubness && hubnessProperties(file.hubness)),
  };
}

const hubnessProperties = ({ k, metric, skewness, hubs, antihubs }: Hubness): { readonly [name: string]: Value } => ({
  hubness_metric: metric,
  hubness_k: k,
  hubness_skewness: skewness,
  hubs: hubs.map(([name]) => name),
  hub_occurrences: hubs.map(([, rows]) => rows),
  antihubs,
});

/** Returns whether delimited text has a header; null in other formats. */
export const hasHeader = ({ table }: FileFacts): boolean | null =>
  table?.columns.some(({ name }) => name !== null) ?? null;

/** Returns the number of cells that are not numbers in the columns of components. */
export const textsAmongNumbers = ({ table }: FileFacts): number =>
  (table?.columns ?? []).reduce((sum, { role, texts }) => sum + (role === "component" ? texts : 0), 0);

/** A norm may overflow, and JSON cannot represent infinity. */
const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);

const EXACT_NUMBER = /^\d+$/;

/** Returns a value as a cell; `--precision` applies to measures, not to counts. */
function cellOf(value: Value, precision: number | null): Cell {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return precision !== null && EXACT_NUMBER.test(String(value)) ? String(value) : value;
  if (value === null || typeof value === "string") return value;
  return value.join(", ");
}

/** Returns all properties as records: `property,value`. */
export function propertyRecords(file: FileFacts, description: Description, precision: number | null): Records {
  const rows: Cell[][] = Object.entries(properties(file, description)).map(([name, value]) => [
    name,
    cellOf(value, precision),
  ]);
  for (const { name, type, use, missing, example } of file.table ? columnFacts(file.table) : []) {
    const missed = missing === 0 ? "" : `, ${missing} missing`;
    rows.push([`column ${name}`, `${type}, ${use}${missed}${example === null ? "" : `, such as ${example}`}`]);
  }
  return { columns: ["property", "value"], kinds: ["text", "text"], rows };
}

/** Formats the location of a component. */
export function placeText(input: string, { row, component, line, file }: ComponentPlace): string {
  const { name, firstRow } = file ?? { name: input, firstRow: 0 };
  return line === null
    ? `${name}: row ${row - firstRow}, component ${component}`
    : `${name}:${line}: component ${component}`;
}
