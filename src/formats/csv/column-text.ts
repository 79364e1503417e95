import { DataError, UsageError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import type { DecimalMark } from "../../input/reader.js";
import type { Evidence, TextRow } from "./layout.js";

/** The first rows of a file. */
export interface Table {
  readonly file: string;
  readonly header: readonly string[] | null;
  readonly data: readonly TextRow[];
  readonly fields: number;
  readonly evidence: readonly Evidence[];
  readonly decimal: DecimalMark;
}

/** Returns the error for a table without a column of numbers among `fields`. */
export function noNumbers({ file, header, evidence }: Table, fields: readonly number[]): DataError {
  if (fields.length === 0) return new DataError(`${file}: expected columns of numbers, found none left`);
  const found = fields.slice(0, 4).map((i) => `${columnName(header, i)} (${shortened(evidence[i].cell)})`);
  const more = fields.length > found.length ? ", …" : "";
  return new DataError(
    `${file}: expected columns of numbers, found ${header ? "" : "no header and "}only text: ${found.join(", ")}${more}`,
    /^[[{]/.test(evidence[fields[0]].cell)
      ? "is it JSON? --input-format json reads it"
      : `what the columns hold: simcli describe ${shellWord(file)}`,
  );
}

/** Returns the error for a selection of columns that are used as ids or labels. */
export const onlyTexts = (file: string, columns: string) =>
  new UsageError(
    `${file}: expected columns of numbers, found only the column of ids or labels in "${columns}"`,
    "--columns selects the columns of numbers; --id-column and --labels name the others",
  );

/** Returns the note about columns that were left out, and what decides otherwise. */
export function leftOutText(table: Table, leftOut: readonly number[], values: readonly number[]): [string, string] {
  const { file, header, evidence } = table;
  const empty = leftOut.filter((i) => evidence[i].kind === "missing");
  const texts = leftOut.filter((i) => evidence[i].kind !== "missing");
  const parts = [
    ...(texts.length > 0 ? [`the text column${plural(texts)} ${listed(header, texts)}`] : []),
    ...(empty.length > 0 ? [`the empty column${plural(empty)} ${listed(header, empty)}`] : []),
  ];
  const uses = texts
    .slice(0, 1)
    .map((i) => `--labels ${columnSelection(header, i)} or --id-column ${columnSelection(header, i)} uses it`);
  const same = values.length === 0 ? [] : [`--columns ${ranges(values)} reads the same columns without this note`];
  return [`${file}: left out ${parts.join(" and ")}`, [...uses, ...same].join(", ") || "no column holds numbers"];
}

const plural = (list: readonly unknown[]) => (list.length === 1 ? "" : "s");

const LISTED = 6;

/** Returns columns as messages list them, the first six. */
export function listed(header: readonly string[] | null, fields: readonly number[]): string {
  const names = fields.slice(0, LISTED).map((i) => columnName(header, i));
  return names.join(", ") + (fields.length > LISTED ? `, … (${fields.length} columns)` : "");
}

/** Returns a column as messages show it: its name in quotes, or its number from 1. */
export function columnName(header: readonly string[] | null, field: number): string {
  const name = header?.[field] ?? "";
  return name === "" ? String(field + 1) : `"${name}"`;
}

/** Returns a column as options name it: its name, if that is one word, or its number from 1. */
export function columnSelection(header: readonly string[] | null, field: number): string {
  const name = header?.[field] ?? "";
  return /^[A-Za-z_]\w*$/.test(name) && header?.indexOf(name) === field ? name : String(field + 1);
}

/** Returns fields as a selection of columns: `1-4,6`. */
export function ranges(fields: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < fields.length; ) {
    let end = i;
    while (fields[end + 1] === fields[end] + 1) end++;
    parts.push(end === i ? `${fields[i] + 1}` : `${fields[i] + 1}-${fields[end] + 1}`);
    i = end + 1;
  }
  return parts.join(",");
}

const SHOWN = 24;

/** Returns a cell in quotes, cut to 24 characters. */
function shortened(cell: string): string {
  return cell === "" ? "empty" : `"${cell.length > SHOWN ? `${cell.slice(0, SHOWN)}…` : cell}"`;
}
