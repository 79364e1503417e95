import type { Agreement, Range, Statistics } from "../../core/results.js";
import { escapeControls } from "../../output/escape.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import { padEnd, truncate } from "../../output/width.js";
import { gridLines, type Scale, type TableOptions } from "../../tables/grid.js";
import type { Paint } from "../../tables/paint.js";
import type { MatrixWindow } from "../../tables/window.js";
import { wrapParts } from "../../tables/wrap.js";

/** One of the two sets that a matrix compares. */
export interface Side {
  readonly name: string;
  readonly rows: number;
  readonly dimensions: number;
}

/** Returns the lines that name the rows and the columns of the matrix, and whether they can be pairs. */
export function sidesLines(rows: Side, columns: Side, { paint, width, textWidth }: TableOptions): string[] {
  const name = (side: Side) => truncate(escapeControls(side.name), Math.max(12, width - 30), textWidth);
  const nameWidth = Math.max(textWidth(name(rows)), textWidth(name(columns)));
  const line = (role: string, side: Side) =>
    `${paint.dim(role)}  ${padEnd(name(side), nameWidth, textWidth)}  ${side.rows}×${side.dimensions}`;
  return [line("rows   ", rows), line("columns", columns), batchLine(rows, columns, paint)];
}

/** Returns the line `batch sizes match: yes`: whether row i of both sets can be a pair. */
export function batchLine(a: Side, b: Side, paint: Paint): string {
  const verdict = a.rows === b.rows ? paint.good("yes") : `no (${a.rows} and ${b.rows})`;
  return `${paint.dim("batch sizes match:")} ${verdict}`;
}

/** The properties of a metric that a table shows. */
export interface MetricTitle {
  readonly title: string;
  readonly range: readonly [number, number];
}

/** Returns the lines of the table view: the sets, the matrix, the range of its cells, the agreement. */
export function metricTable(
  { title, range }: MetricTitle,
  head: MatrixHead,
  sides: readonly [Side, Side],
  window: MatrixWindow,
  statistics: Statistics,
  agreement: Agreement | null,
  options: TableOptions,
): string[] {
  const { paint } = options;
  const scale = scaleOf(range, statistics.all);
  const grid = gridLines(head, window, options, Number.isFinite(range[1]), null, scale);
  const lines = [
    paint.bold(head.flat ? `${title} of pairs` : title),
    ...sidesLines(...sides, options),
    "",
    ...grid,
    "",
  ];
  lines.push(...rangeLines(head.flat ? "all pairs" : "all cells", statistics.all, options));
  if (statistics.diagonal) lines.push(...rangeLines("diagonal ", statistics.diagonal, options));
  if (agreement) lines.push(...wrapParts(agreementParts(agreement, paint), options));
  return lines;
}

/** Returns the scale of a heatmap: the range of the metric if it is finite, else the range of the values. */
function scaleOf([least, greatest]: MetricTitle["range"], { min, max }: Range): Scale {
  const end = Number.isFinite(greatest) ? greatest : Math.max(-min, max) || 1;
  return { end, signed: least < 0 };
}

/** Returns the lines of a table of vectors, without a colour scale. */
export function vectorsTable(head: MatrixHead, name: string, window: MatrixWindow, options: TableOptions): string[] {
  const title = `${options.paint.bold(escapeControls(name))}   ${head.rows}×${head.columns}`;
  return [title, "", ...gridLines(head, window, options, false)];
}

/** Returns lines such as `all cells   -0.9509 … 0.9918   mean 0.0895`. */
function rangeLines(label: string, { min, max, mean, missing }: Range, options: TableOptions): string[] {
  const { precision, paint } = options;
  const number = numberFormat(precision, "nan");
  const width = Math.max(precision + 3, number(min).length, number(max).length);
  const parts = [
    `${paint.dim(label)}   ${number(min).padStart(width)} … ${number(max).padStart(width)}`,
    `${paint.dim("mean")} ${number(mean).padStart(width)}`,
  ];
  if (missing > 0) parts.push(`${missing} nan`);
  return wrapParts(parts, options);
}

/** Returns the parts of `loop and matrix agree: yes   largest difference 1.11e-16 at (1, 2)`. */
export function agreementParts({ agree, maxDifference, at, rtol, atol }: Agreement, paint: Paint): string[] {
  const verdict = agree ? paint.good("yes") : paint.bad("no");
  const size = Number.isNaN(maxDifference) ? "nan" : maxDifference === 0 ? "0" : maxDifference.toExponential(2);
  const difference = `${paint.dim("largest difference")} ${size} at (${at.join(", ")})`;
  const bound = agree ? [] : [`rtol ${rtol}, atol ${atol}`];
  return [`${paint.dim("loop and matrix agree:")} ${verdict}`, difference, ...bound];
}
