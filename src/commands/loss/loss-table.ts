import { isCountColumn, type SimilarityLoss } from "../../loss/types.js";
import { escapeControls } from "../../output/escape.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import { truncate } from "../../output/width.js";
import { bars } from "../../tables/bars.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import { gridLines, rowsShown, type TableOptions } from "../../tables/grid.js";
import type { MatrixWindow } from "../../tables/window.js";
import { indicesOf } from "../../tables/window.js";
import { wrapParts } from "../../tables/wrap.js";
import { type Side, sidesLines } from "../similarity/matrix-table.js";
import { headingOf, markNames, markOf, wordsOf } from "./loss-names.js";

/**
 * Returns the lines of the table view: the matrix with the positive and the closest (or hardest) negative of each anchor
 * marked, one line for each anchor, the reduced losses, then the settings and counts.
 *
 * @param sides the two sets of vectors; null for a matrix that was read. @param window null if the cells are not known.
 */
export function lossTable(
  losses: readonly SimilarityLoss[],
  head: MatrixHead,
  sides: readonly [Side, Side] | null,
  window: MatrixWindow | null,
  options: TableOptions,
): string[] {
  const { paint } = options;
  const [first] = losses;
  const name = `${first.kind} losses`;
  const title = sides
    ? [paint.bold(name), ...sidesLines(...sides, options)]
    : [paint.bold(`${name} of a ${head.rows}×${head.columns} matrix`)];
  return [
    ...title,
    "",
    // The similarities of pairs are a column of the lines of the anchors.
    ...(first.perAnchor.score || !window ? [] : [...markedGrid(first, head, window, options), ""]),
    ...anchorLines(losses, head, options),
    ...lossBars(first, options),
    "",
    ...totalLines(losses, options),
    ...summaryLines(losses, options),
  ];
}

function markedGrid(loss: SimilarityLoss, head: MatrixHead, window: MatrixWindow, options: TableOptions): string[] {
  const grid = gridLines(head, window, options, true, (row, column) => markOf(loss, row, column));
  const [positive, closest] = markNames(loss);
  return [...grid, ...wrapParts([`[ ] ${positive}`, `* ${closest}`], options).map(options.paint.dim)];
}

/** One line for each anchor, with its loss at each margin. With several margins, other columns that depend on it are omitted. */
function anchorLines(losses: readonly SimilarityLoss[], head: MatrixHead, options: TableOptions): string[] {
  const number = numberFormat(options.precision, "-");
  const [{ perAnchor, components, batchSize, anchors }] = losses;
  const { anchorName, otherName } = namesOf(head, anchors, options);
  const several = losses.length > 1;
  const dependsOnMargin = (column: string) => column === "loss" || column in components || isCountColumn(column);
  const shown = Object.keys(perAnchor).filter((column) => !(several && dependsOnMargin(column)));
  const textOf = (column: string): ((value: number) => string) => {
    if (perAnchor[column] instanceof Int32Array) return otherName;
    return isCountColumn(column) ? String : number;
  };
  const columns = [
    ...shown.map((column) => ({ heading: headingOf(column), values: perAnchor[column], text: textOf(column) })),
    ...(several ? losses : []).map((loss) => ({
      heading: `loss at ${loss.settings.margin}`,
      values: loss.perAnchor.loss,
      text: number,
    })),
  ];
  const header = ["anchor", ...columns.map(({ heading }) => heading)];
  const { paint, textWidth, full, width } = options;
  const body = indicesOf(rowsShown(batchSize, full)).map((i) =>
    i === null ? header.map(() => "…") : [anchorName(i), ...columns.map(({ values, text }) => text(values[i]))],
  );
  const [top, ...rest] = alignColumns([header, ...body], textWidth, full ? Number.POSITIVE_INFINITY : width);
  return [paint.dim(top.join(GAP)), ...rest.map(([label, ...cells]) => [paint.dim(label), ...cells].join(GAP))];
}

/** Draws the losses of all anchors, in their order, if some of their lines are left out. */
function lossBars({ perAnchor, batchSize }: SimilarityLoss, options: TableOptions): string[] {
  const { paint, width, full, textWidth } = options;
  const shown = rowsShown(batchSize, full);
  if (shown.head + shown.tail === batchSize) return [];
  const label = "losses";
  const together = Math.ceil(batchSize / Math.max(8, Math.min(width, MAX_BARS) - label.length - GAP.length));
  const largest = new Array<number>(Math.ceil(batchSize / together)).fill(0);
  // Anchors without a loss are NaN.
  for (const [i, loss] of perAnchor.loss.entries()) {
    if (loss > largest[Math.floor(i / together)]) largest[Math.floor(i / together)] = loss;
  }
  const unit = together === 1 ? "a bar is an anchor" : `a bar is the largest loss of ${together} anchors`;
  return ["", `${paint.dim(label)}${GAP}${bars(largest).trimEnd()}`, paint.dim(truncate(unit, width, textWidth))];
}

const MAX_BARS = 80;
const LONGEST_NAME = 12;

/** Names of anchors and of the rows they are compared with: ids or indices, `-` for index −1. */
function namesOf(head: MatrixHead, anchors: SimilarityLoss["anchors"], { textWidth }: TableOptions) {
  const [anchorIds, otherIds] = anchors === "columns" ? [head.columnIds, head.rowIds] : [head.rowIds, head.columnIds];
  const nameBy = (ids: readonly string[] | null) => (i: number) =>
    i < 0 ? "-" : truncate(escapeControls(ids?.[i] ?? String(i)), LONGEST_NAME, textWidth);
  return { anchorName: nameBy(anchorIds), otherName: nameBy(otherIds) };
}

/** The components of the loss and the loss, in bold, at each margin; no lines for reduction `none`. */
function totalLines(losses: readonly SimilarityLoss[], { paint, textWidth, precision }: TableOptions): string[] {
  const number = numberFormat(precision, "-");
  const [{ reduction, settings, components }] = losses;
  if (reduction === "none") return [];
  const header = [settings.margin === undefined ? "" : "margin", ...Object.keys(components).map(headingOf)];
  const rows = losses.map((loss) => [
    String(loss.settings.margin ?? "total"),
    ...[...Object.values(loss.components), loss.loss].map((value) => number(value ?? Number.NaN)),
  ]);
  const [top, ...body] = alignColumns([[...header, `loss (${reduction})`], ...rows], textWidth);
  return [
    paint.dim(top.join(GAP)),
    ...body.map((cells) => [...cells.slice(0, -1), paint.bold(cells.at(-1) ?? "")].join(GAP)),
    "",
  ];
}

const COUNTS: { readonly [count: string]: string } = {
  ties: "ties",
  terms: "terms",
  active: "above 0",
  withoutPositive: "anchors without a positive",
};

function countName(name: string, kind: SimilarityLoss["kind"]): string {
  if (name !== "withoutNegative") return COUNTS[name];
  return kind === "hard-negative" ? "anchors without an eligible negative" : "without a negative";
}

function summaryLines(losses: readonly SimilarityLoss[], options: TableOptions): string[] {
  const { dim } = options.paint;
  const [{ kind, settings, anchors, excludeSelf, counts }] = losses;
  const own = Object.entries(settings).filter(([name]) => name !== "margin" && name !== "tieTolerance");
  const choices = [
    ...own.map(([name, value]) => `${wordsOf(name)}: ${value}`),
    `anchors: ${anchors}`,
    ...(excludeSelf ? ["the diagonal is not a pair"] : []),
  ];
  const lines = Object.keys(counts).map((name) => {
    // Only the number of active terms depends on the margin.
    const values = name === "active" ? losses.map((loss) => loss.counts[name]).join(", ") : counts[name];
    return `${dim(`${countName(name, kind)}:`)} ${values}`;
  });
  return [...wrapParts(choices, options).map(dim), ...wrapParts(lines, options)];
}
