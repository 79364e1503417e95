import type { SimilarityLoss } from "../../core/results.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import { gridLines, type Mark, type TableOptions } from "../../tables/grid.js";
import type { MatrixWindow } from "../../tables/window.js";
import { wrapParts } from "../../tables/wrap.js";
import type { Side } from "../similarity/matrix-table.js";
import { linesOfAnchors, linesOfTotals, namesOf, titleLines } from "./loss-lines.js";

/**
 * What a person sees of the losses of a kind, line by line: the matrix with each anchor's hardest positive and negative
 * marked, a line an anchor, the reduced losses, then the settings and counts.
 *
 * @param sides the two sets, or null where a matrix was read.
 */
export function similarityLossTable(
  losses: readonly SimilarityLoss[],
  head: MatrixHead,
  sides: readonly [Side, Side] | null,
  window: MatrixWindow,
  options: TableOptions,
): string[] {
  const first = losses[0];
  const title = titleLines(`${first.kind} losses`, head, sides, options);
  const grid = gridLines(head, window, options, true, (row, column) => markOf(first, row, column));
  const marks = wrapParts(["[ ] hardest positive", "* hardest negative"], options).map(options.paint.dim);
  const anchors = anchorLines(losses, head, options);
  return [
    ...title,
    "",
    ...grid,
    ...marks,
    "",
    ...anchors,
    "",
    ...totalLines(losses, options),
    ...summaryLines(losses, options),
  ];
}

function markOf(
  { anchors, perAnchor: { positiveIndex, negativeIndex } }: SimilarityLoss,
  row: number,
  column: number,
): Mark {
  const marked = (index: Int32Array) =>
    (anchors !== "columns" && index[row] === column) || (anchors !== "rows" && index[column] === row);
  return marked(positiveIndex) ? "positive" : marked(negativeIndex) ? "closest" : null;
}

/** A line an anchor, with its loss at each of several margins. */
function anchorLines(losses: readonly SimilarityLoss[], head: MatrixHead, options: TableOptions): string[] {
  const number = numberFormat(options.precision, "-");
  const { perAnchor: p, batchSize, anchors } = losses[0];
  const { anchorName, otherName } = namesOf(head, anchors, options);
  const several = losses.length > 1;
  const parts = [
    { name: "terms", values: several ? null : p.terms, text: String },
    { name: "above 0", values: several ? null : p.active, text: String },
    { name: "positives", values: p.positiveLoss, text: number },
    { name: "negatives", values: p.negativeLoss, text: number },
    ...losses.map(({ settings, perAnchor }) => ({
      name: several ? `loss at ${settings.margin}` : "loss",
      values: perAnchor.loss,
      text: number,
    })),
  ].flatMap(({ values, ...part }) => (values ? [{ ...part, values }] : []));
  const header = ["anchor", "positive", "at", "negative", "at", ...parts.map(({ name }) => name)];
  return linesOfAnchors(header, batchSize, options, (i) => [
    anchorName(i),
    number(p.positive[i]),
    otherName(p.positiveIndex[i]),
    number(p.negative[i]),
    otherName(p.negativeIndex[i]),
    ...parts.map(({ values, text }) => text(values[i])),
  ]);
}

/** The reduced loss and its parts, at each margin; nothing when they are not reduced. */
function totalLines(losses: readonly SimilarityLoss[], options: TableOptions): string[] {
  const number = numberFormat(options.precision, "-");
  const [{ reduction, settings, perAnchor }] = losses;
  if (reduction === "none") return [];
  const parts = perAnchor.positiveLoss ? ["positives", "negatives"] : [];
  const rows = losses.map((each) => [
    String(each.settings.margin ?? "total"),
    ...(parts.length > 0 ? [each.positiveLoss, each.negativeLoss, each.loss] : [each.loss]).map((value) =>
      number(value ?? Number.NaN),
    ),
  ]);
  const label = settings.margin === undefined ? "" : "margin";
  return linesOfTotals([label, ...parts, `loss (${reduction})`], rows, options);
}

function summaryLines(losses: readonly SimilarityLoss[], options: TableOptions): string[] {
  const { paint } = options;
  const [{ settings, anchors, excludeSelf, withoutPositive, withoutNegative }] = losses;
  const own = Object.entries(settings).filter(([name]) => name !== "margin");
  const words = own.map(
    ([name, value]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${value}`,
  );
  const choices = [...words, `anchors: ${anchors}`, ...(excludeSelf ? ["the diagonal is no pair"] : [])];
  const each = (of: (loss: SimilarityLoss) => number) => losses.map(of).join(", ");
  const counts = [
    `${paint.dim("terms:")} ${losses[0].terms}`,
    `${paint.dim("above 0:")} ${each(({ active }) => active)}`,
    `${paint.dim("anchors without a positive:")} ${withoutPositive}`,
    `${paint.dim("without a negative:")} ${withoutNegative}`,
  ];
  return [...wrapParts(choices, options).map(paint.dim), ...wrapParts(counts, options)];
}
