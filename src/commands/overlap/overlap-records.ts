import { jsonText } from "../../formats/json/write-json.js";
import type { Neighbours } from "../../neighbours/nearest-rows.js";
import type { NeighbourOverlap } from "../../neighbours/overlap.js";
import { escapeControls } from "../../output/escape.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import { type NumberFormat, numberFormat } from "../../output/number.js";
import { truncate } from "../../output/width.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import type { TableOptions } from "../../tables/grid.js";
import type { Side } from "../similarity/matrix-table.js";

/** The result of `simcli overlap`. */
export interface OverlapReport {
  readonly sides: readonly [Side, Side];
  readonly metric: string;
  readonly k: number;
  readonly persistence: number;
  readonly ids: readonly string[] | null;
  readonly neighbours: readonly [Neighbours, Neighbours];
  readonly overlap: NeighbourOverlap;
  readonly cka: number;
  /** Number of rows to list that changed most. */
  readonly changed: number;
}

const meanOf = (values: Float64Array): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/** Returns the names and values of the quantities; null for one that does not exist. */
export const summaryOf = ({ k, overlap, cka }: OverlapReport): readonly (readonly [string, number | null])[] => [
  [`jaccard@${k}`, orNull(meanOf(overlap.jaccard))],
  [`rbo@${k}`, orNull(meanOf(overlap.rankBiased))],
  ["cka", orNull(cka)],
];

/** Returns one record per quantity: `metric,value`. */
export function summaryRecords(report: OverlapReport, precision: number | null): Records {
  const [{ rows }] = report.sides;
  const count: Cell[] = ["rows", precision === null ? rows : String(rows)];
  const rest = summaryOf(report).map((quantity): Cell[] => [...quantity]);
  return { columns: ["metric", "value"], kinds: ["text", "text"], rows: [count, ...rest] };
}

/** Returns one record per row, in the order of a: `row,jaccard,rbo,nearest_a,nearest_b`. */
export function rowRecords(report: OverlapReport): Records {
  const rows = Array.from(report.overlap.jaccard.keys(), (row) => rowCells(report, row));
  const kind = kindOfRows(report.ids);
  return { columns: [...ROW_COLUMNS], kinds: [kind, "number", "number", kind, kind], rows };
}

const ROW_COLUMNS = ["row", "jaccard", "rbo", "nearest_a", "nearest_b"] as const;

function rowCells({ ids, overlap, neighbours }: OverlapReport, row: number): Cell[] {
  const nameOf = (index: number) => ids?.[index] ?? index;
  const nearest = neighbours.map(({ k, counts, rows }) => (counts[row] > 0 ? nameOf(rows[row * k]) : null));
  return [nameOf(row), orNull(overlap.jaccard[row]), orNull(overlap.rankBiased[row]), ...nearest];
}

/** Returns the rows with the least rank-biased overlap, then with the least Jaccard index. */
function changedRows({ overlap: { jaccard, rankBiased }, changed }: OverlapReport): number[] {
  const rows = Array.from(rankBiased.keys()).filter((row) => !Number.isNaN(rankBiased[row]));
  return rows.sort((i, j) => rankBiased[i] - rankBiased[j] || jaccard[i] - jaccard[j] || i - j).slice(0, changed);
}

/** Formats a report as a JSON object. */
export function overlapJson(report: OverlapReport, number: NumberFormat): string {
  const { metric, k, persistence, sides } = report;
  const counts = jsonText({ metric, k, persistence, rows: sides[0].rows }, String);
  const [[, jaccard], [, rbo], [, cka]] = summaryOf(report);
  const changed = changedRows(report).map((row) => {
    const cells = rowCells(report, row);
    return Object.fromEntries(ROW_COLUMNS.map((name, i) => [name, cells[i]]));
  });
  return `${counts.slice(0, -1)},${jsonText({ jaccard, rbo, cka, changed }, number).slice(1)}`;
}

/** Returns the lines of the table: the sets, the mean overlaps, and the rows that changed most. */
export function overlapTable(report: OverlapReport, options: TableOptions): string[] {
  const { paint, precision, textWidth, width } = options;
  const number = numberFormat(precision, "-");
  const { sides, metric, persistence } = report;
  const notes = ["mean over rows", `mean over rows, persistence ${persistence}`, "of all components, centred"];
  const summary = summaryOf(report).map(([name, value], i) => [
    name === "cka" ? "linear CKA" : name,
    number(value ?? Number.NaN),
    notes[i],
  ]);
  const shown = changedRows(report).map((row) => {
    return rowCells(report, row).map((cell, i) => {
      if (cell === null) return "-";
      return i === 1 || i === 2 ? number(Number(cell)) : truncate(escapeControls(String(cell)), MAX_NAME, textWidth);
    });
  });
  const headings = ["row", "jaccard", "rbo", "nearest in a", "nearest in b"];
  const [head, ...body] = alignColumns([headings, ...shown], textWidth, width);
  const changed = shown.length === 0 ? [] : ["", "rows that changed most", paint.dim(head.join(GAP))];
  return [
    paint.bold(`overlap of neighbours by ${metric}`),
    ...sides.map(({ name, rows, dimensions }, i) => {
      const text = truncate(escapeControls(name), Math.max(MAX_NAME, width - 30), textWidth);
      return `${paint.dim("ab"[i])}  ${text}  ${rows}×${dimensions}`;
    }),
    "",
    ...alignColumns(summary, textWidth, width).map(([name, value, note]) =>
      [paint.dim(name), paint.bold(value), paint.dim(note.trim())].join(GAP),
    ),
    ...changed,
    ...body.map((cells) => cells.join(GAP)),
  ];
}

const MAX_NAME = 24;
