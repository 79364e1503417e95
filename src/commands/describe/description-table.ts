import { escapeControls } from "../../output/escape.js";
import { numberFormat } from "../../output/number.js";
import type { TableOptions } from "../../tables/grid.js";
import { truncate } from "../../tables/width.js";
import { type Description, UNIT_TOLERANCE } from "./description.js";
import { type FileFacts, placeText } from "./description-records.js";

/** A line of the table; the label is empty if the line continues the previous one. */
type Fact = readonly [label: string, text: string];

/** Returns the lines of the table, one fact per line. */
export function descriptionTable(file: FileFacts, description: Description, options: TableOptions): string[] {
  const { paint, width, full, precision, textWidth } = options;
  const facts = factsFor(file, description, precision);
  const labelWidth = Math.max(...facts.map(([label]) => label.length));
  const room = full ? Number.POSITIVE_INFINITY : Math.max(20, width - labelWidth - 2);
  const lines = facts.map(([label, text]) => {
    return `${paint.dim(label.padEnd(labelWidth))}  ${truncate(escapeControls(text), room, textWidth)}`;
  });
  return [paint.bold(escapeControls(file.file)), "", ...lines];
}

function factsFor(file: FileFacts, description: Description, precision: number): Fact[] {
  const { norms, duplicateRows, firstNonFinite, zeroRows, hasIds, firstIds } = description;
  const number = (value: number) => short(value, precision);
  const facts: Fact[] = [["format", formatText(file)]];
  facts.push(["vectors", `${description.rows}×${description.dimensions} ${description.dtype}`]);
  if (hasIds) {
    const more = description.rows > firstIds.length ? ", …" : "";
    facts.push(["ids", `${firstIds.join(", ")}${more}${repeated(description.duplicateIds)}`]);
  } else {
    facts.push(["ids", "none"]);
  }
  if (file.columns) facts.push(["columns", someOf(file.columns)]);
  if (norms) {
    facts.push(["norms", `${number(norms.min)} … ${number(norms.max)}   median ${number(norms.median)}`]);
    facts.push(["", unitText(description)]);
  }
  const { min, max, mean } = description;
  if (min !== null && max !== null) {
    facts.push(["components", `${number(min)} … ${number(max)}${mean === null ? "" : `   mean ${number(mean)}`}`]);
  }
  facts.push(["zero rows", zeroRows === 0 ? "none" : `${zeroRows}   first: row ${description.firstZeroRow}`]);
  const [again, earlier] = duplicateRows.first ?? [];
  facts.push([
    "duplicates",
    duplicateRows.count === 0 ? "none" : `${duplicateRows.count}   row ${again} equals row ${earlier}`,
  ]);
  if (firstNonFinite) {
    const { nan, infinite } = description;
    const place = placeText(file.file, firstNonFinite);
    facts.push(["non-finite", `${nan} nan, ${infinite} infinite   first: ${place}`]);
  } else {
    facts.push(["non-finite", "none"]);
  }
  return facts;
}

const DELIMITER_NAMES: ReadonlyMap<string, string> = new Map([
  [",", "comma"],
  ["	", "tab"],
  [";", "semicolon"],
  ["|", "bar"],
  [" ", "space"],
]);

function formatText({ format, compression, delimiter, quoted, columns }: FileFacts): string {
  const parts = [format];
  if (delimiter !== null) {
    parts.push(`delimiter ${DELIMITER_NAMES.get(delimiter) ?? delimiter}`, columns ? "header" : "no header");
    if (quoted) parts.push("quotes");
  }
  if (compression) parts.push(compression);
  return parts.join(", ");
}

function unitText({ hasUnitRows }: Description): string {
  if (hasUnitRows) return `all rows have length 1 (within ${UNIT_TOLERANCE}): cosine equals dot product`;
  return "rows do not have length 1: cosine differs from dot product";
}

const repeated = (count: number) => (count === 0 ? "" : `   ${count} duplicate${count === 1 ? "" : "s"}`);

const NAMES_SHOWN = 8;

const someOf = (names: readonly string[]) =>
  names.slice(0, NAMES_SHOWN).join(", ") + (names.length > NAMES_SHOWN ? ", …" : "");

/** Formats a number in decimal notation, or in scientific notation if it is too small or too large for that. */
function short(value: number, precision: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -precision || size >= 1e9)) return value.toExponential(precision);
  return numberFormat(precision, "nan")(value);
}
