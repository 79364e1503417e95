import type { Anchors } from "../../core/results.js";
import { escapeControls } from "../../output/escape.js";
import type { MatrixHead } from "../../output/format.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import { rowsShown, type TableOptions } from "../../tables/grid.js";
import { indicesOf } from "../../tables/span.js";
import { truncate } from "../../tables/width.js";
import { type Side, sidesLines } from "../similarity/matrix-table.js";

/** What the losses are, and of what: two sets, or a matrix. */
export function titleLines(
  name: string,
  head: MatrixHead,
  sides: readonly [Side, Side] | null,
  options: TableOptions,
): string[] {
  const { paint } = options;
  return sides
    ? [paint.bold(name), ...sidesLines(...sides, options)]
    : [paint.bold(`${name} of a ${head.rows}×${head.columns} matrix`)];
}

const LONGEST_NAME = 12;

/** How anchors, and the others that they are compared with, are called: by id or index, `-` for none. */
export function namesOf(head: MatrixHead, anchors: Anchors, { textWidth }: TableOptions) {
  const [anchorIds, otherIds] = anchors === "columns" ? [head.columnIds, head.rowIds] : [head.rowIds, head.columnIds];
  const nameBy = (ids: readonly string[] | null) => (i: number) =>
    i < 0 ? "-" : truncate(escapeControls(ids?.[i] ?? String(i)), LONGEST_NAME, textWidth);
  return { anchorName: nameBy(anchorIds), otherName: nameBy(otherIds) };
}

/** A line an anchor, its cells aligned under a header; of many anchors the first and last few. */
export function linesOfAnchors(
  header: readonly string[],
  batchSize: number,
  { paint, textWidth, full, width }: TableOptions,
  cellsOf: (anchor: number) => string[],
): string[] {
  const body = indicesOf(rowsShown(batchSize, full)).map((i) => (i === null ? header.map(() => "…") : cellsOf(i)));
  const [top, ...rest] = alignColumns([header, ...body], textWidth, full ? Number.POSITIVE_INFINITY : width);
  return [paint.dim(top.join(GAP)), ...rest.map(([label, ...cells]) => [paint.dim(label), ...cells].join(GAP))];
}

/** The reduced losses, the last of each line in bold, and a blank line. */
export function linesOfTotals(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { paint, textWidth }: TableOptions,
): string[] {
  const [top, ...body] = alignColumns([header, ...rows], textWidth);
  return [
    paint.dim(top.join(GAP)),
    ...body.map((cells) => [...cells.slice(0, -1), paint.bold(cells.at(-1) ?? "")].join(GAP)),
    "",
  ];
}
