import { escapeControls } from "../../output/escape.js";
import { numberFormat } from "../../output/number.js";
import { truncate } from "../../output/width.js";
import { counted } from "../../shell/report.js";
import { bars } from "../../tables/bars.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import type { TableOptions } from "../../tables/grid.js";
import { type ColumnFacts, columnFacts } from "./column-facts.js";
import { type Description, UNIT_TOLERANCE } from "./description.js";
import { type FileFacts, hasHeader, placeText, textsAmongNumbers } from "./description-records.js";

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
  return [paint.bold(escapeControls(file.file)), "", ...lines, ...columnLines(file, options)];
}

/** Components that are listed unless `--full` was given; columns of other kinds are always listed. */
const COMPONENTS_LISTED = 8;
const EXAMPLE_WIDTH = 24;

/** Returns a line for each column of a table. */
function columnLines({ table }: FileFacts, { paint, precision, textWidth, width, full }: TableOptions): string[] {
  if (!table) return [];
  const all = columnFacts(table);
  let components = 0;
  const isListed = ({ use, type, missing }: ColumnFacts) =>
    full || use !== "component" || type !== "numbers" || missing > 0 || ++components <= COMPONENTS_LISTED;
  const listed = all.filter(isListed);
  const number = (value: number | null) => (value === null ? "" : short(value, precision));
  const clean = (text: string) => truncate(escapeControls(text.replace(/\s+/g, " ")), EXAMPLE_WIDTH, textWidth);
  const rows = alignColumns(
    [
      ["column", "holds", "used as", "min", "max", "missing", "example"],
      ...listed.map(({ name, type, use, min, max, missing, example }) => {
        return [
          clean(name),
          type,
          use,
          number(min),
          number(max),
          missing === 0 ? "" : String(missing),
          clean(example ?? ""),
        ];
      }),
    ],
    textWidth,
    full ? Number.POSITIVE_INFINITY : width,
  ).map((cells, i) => (i === 0 ? paint.dim(cells.join(GAP)) : cells.join(GAP).trimEnd()));
  const hidden = all.length - listed.length;
  const more = hidden > 0 ? [`… ${counted(hidden, "more column")} of numbers; --full lists them`] : [];
  const mixed = all.flatMap(({ name, mixture }) => (mixture ? [escapeControls(`${name} is mixed: ${mixture}`)] : []));
  return ["", ...rows, ...more, ...mixed];
}

/** The norms of more rows than these are drawn as a histogram. */
const FEW_ROWS = 20;

function factsFor(file: FileFacts, description: Description, precision: number): Fact[] {
  const { norms, duplicateRows, firstNonFinite, zeroRows, hasIds, firstIds } = description;
  const number = (value: number) => short(value, precision);
  const facts: Fact[] = [["format", formatText(file)]];
  if (description.dimensions === 0)
    return [...facts, ["vectors", "none: no column holds only numbers"], ...lineFacts(file)];
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
    const { normCounts, hasUnitRows, rows } = description;
    if (normCounts && !hasUnitRows && rows > FEW_ROWS) facts.push(["", bars(normCounts).trimEnd()]);
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
    const texts = textsAmongNumbers(file);
    const text = texts === 0 ? "" : `, ${texts} text${texts === 1 ? "" : "s"}`;
    facts.push(["non-finite", `${nan - texts} nan, ${infinite} infinite${text}   first: ${place}`]);
  } else {
    facts.push(["non-finite", "none"]);
  }
  return [...facts, ...lineFacts(file), ...hubnessFacts(file, precision)];
}

function hubnessFacts({ hubness }: FileFacts, precision: number): Fact[] {
  if (!hubness) return [];
  const { k, metric, skewness, hubs, antihubs } = hubness;
  const skew =
    skewness === null ? "none: all rows are neighbours equally often" : `skewness ${short(skewness, precision)}`;
  return [
    ["hubness", `${skew}   by ${metric}, ${counted(k, "neighbour")} of each row`],
    ["hubs", hubs.map(([name, rows]) => `${name} (${rows})`).join(", ")],
    ["antihubs", antihubs === 0 ? "none" : `${antihubs}   neighbours of no row`],
  ];
}

/** Returns the fact about lines that were not read. */
function lineFacts({ table }: FileFacts): Fact[] {
  if (!table || table.raggedLines === 0) return [];
  const { raggedLines, firstRaggedLine, columns } = table;
  return [
    [
      "ragged",
      `${raggedLines} line${raggedLines === 1 ? "" : "s"} without ${columns.length} fields   first: line ${firstRaggedLine}`,
    ],
  ];
}

const DELIMITER_NAMES: ReadonlyMap<string, string> = new Map([
  [",", "comma"],
  ["	", "tab"],
  [";", "semicolon"],
  ["|", "bar"],
  [" ", "space"],
]);

function formatText(file: FileFacts): string {
  const { format, compression, delimiter, quoted, files } = file;
  const parts = files === null ? [format] : [`${files} files`, format];
  if (delimiter !== null) {
    parts.push(`delimiter ${DELIMITER_NAMES.get(delimiter) ?? delimiter}`, hasHeader(file) ? "header" : "no header");
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
