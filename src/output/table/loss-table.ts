import type { HardNegativeLoss } from "../../results.js";
import { escapeControls } from "../escape.js";
import type { MatrixHead } from "../format.js";
import { numberFormat } from "../number.js";
import { alignColumns, GAP } from "./columns.js";
import { gridLines, type Mark, rowsShown, type TableOptions } from "./grid.js";
import { type Side, sidesLines } from "./matrix-table.js";
import type { Paint } from "./paint.js";
import { indicesOf } from "./span.js";
import { truncate } from "./width.js";
import type { MatrixWindow } from "./window.js";

/**
 * What a person sees of the losses of a batch, line by line: the matrix with each anchor's positive and closest negative marked,
 * a line an anchor, the reduced losses, then the counts.
 *
 * @param sides the two sets, or null where a matrix was read.
 */
export function lossTable(
  losses: readonly HardNegativeLoss[],
  head: MatrixHead,
  sides: readonly [Side, Side] | null,
  window: MatrixWindow,
  options: TableOptions,
): string[] {
  const { paint } = options;
  const first = losses[0];
  const title = sides
    ? [paint.bold("hard-negative losses"), ...sidesLines(...sides, options)]
    : [paint.bold(`hard-negative losses of a ${head.rows}×${head.columns} matrix`)];
  const marks = paint.dim("[ ] positive   * closest negative");
  const grid = gridLines(head, window, options, true, (row, column) => markOf(first, row, column));
  const anchors = anchorLines(losses, head, options);
  const totals = totalLines(losses, options);
  return [...title, "", ...grid, marks, "", ...anchors, "", ...totals, ...summaryLines(first, paint)];
}

function markOf({ anchors, perAnchor }: HardNegativeLoss, row: number, column: number): Mark {
  if (row === column) return "positive";
  const closest = perAnchor.closestNegativeIndex;
  const marked = (anchors !== "columns" && closest[row] === column) || (anchors !== "rows" && closest[column] === row);
  return marked ? "closest" : null;
}

const LONGEST_NAME = 12;

/** A line an anchor, with its losses at one margin, or the sum of both losses at each of several. */
function anchorLines(losses: readonly HardNegativeLoss[], head: MatrixHead, options: TableOptions): string[] {
  const { paint, precision, textWidth, full, width } = options;
  const number = numberFormat(precision, "-");
  const { perAnchor, batchSize, anchors } = losses[0];
  const [anchorIds, otherIds] = anchors === "columns" ? [head.columnIds, head.rowIds] : [head.rowIds, head.columnIds];
  const anchorName = (ids: readonly string[] | null, i: number) =>
    truncate(escapeControls(ids?.[i] ?? String(i)), LONGEST_NAME, textWidth);
  const several = losses.length > 1;
  const names = several ? losses.map(({ margin }) => `loss at ${margin}`) : ["L1", "L2", "loss"];
  const shares = several ? losses.map((loss) => loss.perAnchor.loss) : [perAnchor.l1, perAnchor.l2, perAnchor.loss];

  const header = ["anchor", "positive", "mean neg", "closest neg", "at", ...names];
  const body = indicesOf(rowsShown(batchSize, full)).map((i) => {
    if (i === null) return header.map(() => "…");
    const index = perAnchor.closestNegativeIndex[i];
    return [
      anchorName(anchorIds, i),
      number(perAnchor.positive[i]),
      number(perAnchor.meanNegative[i]),
      number(perAnchor.closestNegative[i]),
      index < 0 ? "-" : anchorName(otherIds, index),
      ...shares.map((share) => number(share[i])),
    ];
  });
  const [top, ...rest] = alignColumns([header, ...body], textWidth, full ? Number.POSITIVE_INFINITY : width);
  return [paint.dim(top.join(GAP)), ...rest.map(([label, ...cells]) => [paint.dim(label), ...cells].join(GAP))];
}

/** L1, L2 and their sum at each margin, reduced; nothing when they are not reduced. */
function totalLines(losses: readonly HardNegativeLoss[], { paint, precision, textWidth }: TableOptions): string[] {
  const number = numberFormat(precision, "-");
  if (losses[0].reduction === "none") return [];
  const rows = losses.map(({ margin, l1, l2, loss }) => [
    String(margin),
    ...[l1, l2, loss].map((value) => number(value ?? Number.NaN)),
  ]);
  const [header, ...body] = alignColumns([["margin", "L1", "L2", `loss (${losses[0].reduction})`], ...rows], textWidth);
  return [
    paint.dim(header.join(GAP)),
    ...body.map((cells) => [...cells.slice(0, 3), paint.bold(cells[3])].join(GAP)),
    "",
  ];
}

function summaryLines(
  { negatives, anchors, fallback, ties, withoutNegative }: HardNegativeLoss,
  paint: Paint,
): string[] {
  const counts = `${paint.dim("ties:")} ${ties}   ${paint.dim("anchors without an eligible negative:")} ${withoutNegative}`;
  return [paint.dim(`${negatives} negatives   anchors: ${anchors}   fallback: ${fallback}`), counts];
}
