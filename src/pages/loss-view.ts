import { escapeControls } from "../output/escape.js";
import { numberFormat } from "../output/number.js";
import { drawPanel, PANEL_WIDTH } from "../pictures/draw-panel.js";
import type { Panel } from "../pictures/figure.js";
import { html } from "../pictures/markup.js";
import { base64 } from "./base64.js";
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
  /** The loss of each anchor at the margin; NaN or 0 if it has none. */
  readonly losses: Float64Array;
  /** The reduced loss at the margin, after its parts if it has several. */
  readonly totals: readonly number[];
}

/** Maximum number of bars. */
const BARS = 120;

/** Returns the loss of each anchor, or the largest loss of each group of anchors. */
function anchorBars(losses: Float64Array): Panel {
  const count = Math.min(BARS, losses.length);
  const edge = (k: number) => Math.floor((k * losses.length) / count);
  const largest = (most: number, loss: number) => (loss > most ? loss : most);
  const values = Array.from({ length: count }, (_, k) => losses.subarray(edge(k), edge(k + 1)).reduce(largest, 0));
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
  const {
    margin,
    reduction,
    names,
    positive,
    terms,
    positiveIndex,
    negativeIndex,
    anchorIds,
    otherIds,
    losses,
    totals,
  } = view;
  const number = numberFormat(4, "nan");
  const active = losses.filter((loss) => loss > 0).length;
  const parts = terms.length > 1 ? terms.map(({ name }) => name) : [];
  const shown = [
    ...[...parts, `loss (${reduction === "sum" ? "sum" : "mean of losses above 0"})`].map(
      (name, k) => [name, number(totals[k])] as const,
    ),
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
      ...shown.map(([name, value]) => html("div", {}, html("dt", {}, name), html("dd", {}, value))),
    ),
    html("h3", {}, losses.length <= BARS ? "Loss of each anchor" : "Largest loss of each group of anchors"),
    html("div", { class: "anchors" }, drawPanel(anchorBars(losses), PANEL_WIDTH, { hasTitle: false }).markup),
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
