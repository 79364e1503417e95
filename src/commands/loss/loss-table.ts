import type { HardNegativeLoss } from "../../core/results.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import { gridLines, type Mark, type TableOptions } from "../../tables/grid.js";
import type { MatrixWindow } from "../../tables/window.js";
import { wrapParts } from "../../tables/wrap.js";
import type { Side } from "../similarity/matrix-table.js";
import { linesOfAnchors, linesOfTotals, namesOf, titleLines } from "./loss-lines.js";

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
  const title = titleLines("hard-negative losses", head, sides, options);
  const marks = wrapParts(["[ ] positive", "* closest negative"], options).map(paint.dim);
  const grid = gridLines(head, window, options, true, (row, column) => markOf(first, row, column));
  const anchors = anchorLines(losses, head, options);
  const totals = totalLines(losses, options);
  return [...title, "", ...grid, ...marks, "", ...anchors, "", ...totals, ...summaryLines(first, options)];
}

function markOf({ anchors, perAnchor }: HardNegativeLoss, row: number, column: number): Mark {
  if (row === column) return "positive";
  const closest = perAnchor.closestNegativeIndex;
  const marked = (anchors !== "columns" && closest[row] === column) || (anchors !== "rows" && closest[column] === row);
  return marked ? "closest" : null;
}

/** A line an anchor, with its losses at one margin, or the sum of both losses at each of several. */
function anchorLines(losses: readonly HardNegativeLoss[], head: MatrixHead, options: TableOptions): string[] {
  const number = numberFormat(options.precision, "-");
  const { perAnchor, batchSize, anchors } = losses[0];
  const { anchorName, otherName } = namesOf(head, anchors, options);
  const several = losses.length > 1;
  const names = several ? losses.map(({ margin }) => `loss at ${margin}`) : ["L1", "L2", "loss"];
  const shares = several ? losses.map((loss) => loss.perAnchor.loss) : [perAnchor.l1, perAnchor.l2, perAnchor.loss];

  const header = ["anchor", "positive", "mean neg", "closest neg", "at", ...names];
  return linesOfAnchors(header, batchSize, options, (i) => [
    anchorName(i),
    number(perAnchor.positive[i]),
    number(perAnchor.meanNegative[i]),
    number(perAnchor.closestNegative[i]),
    otherName(perAnchor.closestNegativeIndex[i]),
    ...shares.map((share) => number(share[i])),
  ]);
}

/** L1, L2 and their sum at each margin, reduced; nothing when they are not reduced. */
function totalLines(losses: readonly HardNegativeLoss[], options: TableOptions): string[] {
  const number = numberFormat(options.precision, "-");
  if (losses[0].reduction === "none") return [];
  const rows = losses.map(({ margin, l1, l2, loss }) => [
    String(margin),
    ...[l1, l2, loss].map((value) => number(value ?? Number.NaN)),
  ]);
  return linesOfTotals(["margin", "L1", "L2", `loss (${losses[0].reduction})`], rows, options);
}

function summaryLines(
  { negatives, anchors, fallback, ties, withoutNegative }: HardNegativeLoss,
  options: TableOptions,
): string[] {
  const { dim } = options.paint;
  const choices = [`${negatives} negatives`, `anchors: ${anchors}`, `fallback: ${fallback}`];
  const counts = [`${dim("ties:")} ${ties}`, `${dim("anchors without an eligible negative:")} ${withoutNegative}`];
  return [...wrapParts(choices, options).map(dim), ...wrapParts(counts, options)];
}
