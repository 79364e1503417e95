import { escapeControls } from "../output/escape.js";
import { numberFormat } from "../output/number.js";
import { drawPanel } from "../pictures/draw-panel.js";
import type { Panel } from "../pictures/figure.js";
import { html } from "../pictures/markup.js";
import type { Drawn } from "./page.js";
import { drawTable } from "./table.js";

/**
 * The losses of a batch at any margin α: the sum of `max(negative − positive + α, 0)` over the columns of negatives. They are
 * recomputed in the page, in the order of the anchors as `simcli loss` sums them.
 */
export interface LossView {
  readonly margin: number;
  readonly reduction: "sum" | "nonzero";
  /** What the positive and the last of the terms are called. */
  readonly names: { readonly positive: string; readonly negative: string };
  readonly positive: Float64Array;
  /** Negatives of each anchor, NaN where there is none: of one or two terms of the loss. */
  readonly terms: readonly { readonly name: string; readonly negative: Float64Array }[];
  /** Rows of the hardest positive and the closest negative of each anchor; −1 if there is none. */
  readonly positiveIndex: Int32Array | null;
  readonly negativeIndex: Int32Array;
  readonly anchorIds: readonly string[] | null;
  readonly otherIds: readonly string[] | null;
}

/** Maximum number of bars. */
const BARS = 120;

/** Returns the loss of each anchor, or the largest loss of each group of anchors. */
function anchorBars(losses: Float64Array): Panel {
  const count = Math.min(BARS, losses.length);
  const edge = (k: number) => Math.floor((k * losses.length) / count);
  const values = Array.from({ length: count }, (_, k) => Math.max(0, ...losses.subarray(edge(k), edge(k + 1))));
  return {
    title: "Losses of anchors",
    kind: "bars",
    x: "anchor",
    y: "loss",
    names: values.map((_, k) => String(edge(k))),
    series: [{ name: "loss", values }],
  };
}

/** Number of anchors in the table. */
const HARDEST = 20;

/** Draws the losses at one margin as tables; the script adds a slider. */
export function drawLoss(view: LossView): Drawn {
  const { margin, reduction, names, positive, terms, positiveIndex, negativeIndex, anchorIds, otherIds } = view;
  const number = numberFormat(4, "nan");
  const hinges = terms.map(({ negative }) =>
    negative.map((value, i) => (Number.isNaN(value - positive[i]) ? 0 : Math.max(value - positive[i] + margin, 0))),
  );
  const losses = positive.map((_, i) => hinges.reduce((sum, hinge) => sum + hinge[i], 0));
  const active = losses.filter((loss) => loss > 0).length;
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const divisor = reduction === "sum" ? 1 : Math.max(1, active);
  const totals = [
    ...(terms.length > 1 ? terms.map(({ name }, k) => [name, number(total(hinges[k]) / divisor)] as const) : []),
    [`loss (${reduction === "sum" ? "sum" : "mean of losses above 0"})`, number(total(losses) / divisor)] as const,
    ["anchors with a loss above 0", `${active} of ${positive.length}`] as const,
  ];
  const order = Array.from(positive.keys())
    .filter((i) => losses[i] > 0)
    .sort((one, other) => losses[other] - losses[one] || one - other);
  const nameOf = (ids: readonly string[] | null, i: number) => (i < 0 ? "none" : (ids?.[i] ?? String(i)));
  const exact = (value: number) => (Number.isNaN(value) ? "none" : String(value));
  const closest = terms[terms.length - 1].negative;
  const rows = order
    .slice(0, HARDEST)
    .map((i) => [
      nameOf(anchorIds, i),
      ...(positiveIndex ? [nameOf(otherIds, positiveIndex[i])] : []),
      exact(positive[i]),
      nameOf(otherIds, negativeIndex[i]),
      exact(negativeIndex[i] < 0 ? Number.NaN : closest[i]),
      number(losses[i]),
    ]);
  const isNumber = true as const;
  const markup = html(
    "div",
    { class: "loss" },
    html(
      "dl",
      { class: "totals" },
      html("div", {}, html("dt", {}, "margin"), html("dd", {}, String(margin))),
      ...totals.map(([name, value]) => html("div", {}, html("dt", {}, name), html("dd", {}, value))),
    ),
    html("h3", {}, losses.length <= BARS ? "Loss of each anchor" : "Largest loss of each group of anchors"),
    html("div", { class: "anchors" }, drawPanel(anchorBars(losses), 470, { hasTitle: false }).markup),
    drawTable({
      caption: "The anchors with the largest losses",
      columns: [
        { name: "anchor" },
        ...(positiveIndex ? [{ name: names.positive }] : []),
        { name: `score of the ${names.positive}`, isNumber },
        { name: names.negative },
        { name: `score of the ${names.negative}`, isNumber },
        { name: "loss", isNumber },
      ],
      rows,
    }),
  );
  const base64 = (list: Float64Array | Int32Array) =>
    Buffer.from(list.buffer, list.byteOffset, list.byteLength).toString("base64");
  const ids = (list: readonly string[] | null) => list?.map(escapeControls) ?? null;
  const data = {
    margin,
    reduction,
    positive: base64(positive),
    terms: terms.map(({ name, negative }) => ({ name, negative: base64(negative) })),
    positiveIndex: positiveIndex && base64(positiveIndex),
    negativeIndex: base64(negativeIndex),
    anchorIds: ids(anchorIds),
    otherIds: otherIds === anchorIds ? "same" : ids(otherIds),
  };
  return { markup, data };
}
