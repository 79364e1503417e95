import type { CellGrid } from "../../core/cell-grid.js";
import { isCountColumn, type SimilarityLoss } from "../../loss/types.js";
import { escapeControls } from "../../output/escape.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Bars, Curves, Figure, Panel } from "../../pictures/figure.js";
import { drawHeatmap } from "../../pictures/heatmap.js";
import { pointChart } from "../shared/vector-map.js";
import { headingOf, markNames, markOf, wordsOf } from "./loss-names.js";

/** Up to this number of anchors, each has a bar. */
const ALL_ANCHORS = 60;
/** Number of bars of more anchors. */
const BARS = 120;

/** Returns the charts of losses: the similarities, the losses of the anchors or pairs, and the loss at each margin. */
export function lossFigure(
  losses: readonly SimilarityLoss[],
  sweep: readonly SimilarityLoss[],
  similarities: Panel,
  ids: readonly string[] | null,
  precision: number | null,
): Figure {
  const [first] = losses;
  const number = numberFormat(precision ?? 4, "-");
  const { kind, settings, reduction, anchors, batchSize, components, counts } = first;
  const choices = Object.entries(settings).filter(([name]) => name !== "tieTolerance" && name !== "margin");
  const totals = losses.map((loss) => {
    const parts = Object.entries(loss.components).map(
      ([name, value]) => `${headingOf(name)} ${number(value ?? Number.NaN)}`,
    );
    const at = loss.settings.margin === undefined ? "" : `margin ${loss.settings.margin}: `;
    return `${at}${[...parts, `loss ${number(loss.loss ?? Number.NaN)} (${reduction})`].join(" · ")}`;
  });
  return {
    title: `${TITLES[kind] ?? `${kind[0].toUpperCase()}${kind.slice(1)}`} losses of ${batchSize} ${unitOf(kind)}s`,
    facts: [
      ...(reduction === "none" ? [] : totals),
      [
        ...choices.map(([name, value]) => `${wordsOf(name)}: ${value}`),
        ...(kind === "cosent" ? [] : [`anchors: ${anchors}`]),
      ].join(" · "),
    ],
    notes: [
      Object.entries(counts)
        .map(([name, value]) => `${COUNTS[name] ?? name}: ${value}`)
        .join(" · "),
    ],
    panels: [
      similarities,
      anchorPanel(first, ids, Object.keys(components)),
      ...(sweep.length > 1 && reduction !== "none" ? [sweepPanel(sweep, losses)] : []),
    ],
  };
}

/** Returns the matrix of similarities with its marks. */
export function matrixPanel(loss: SimilarityLoss, head: MatrixHead, grid: CellGrid, precision: number | null): Panel {
  const marks = { of: (row: number, column: number) => markOf(loss, row, column), names: markNames(loss) };
  return { title: "Similarities", kind: "inset", picture: drawHeatmap(grid, head, precision, marks) };
}

/** Returns the similarities of pairs beside their gold scores. */
export function pairPanel({ perAnchor: { score, similarity } }: SimilarityLoss, ids: readonly string[] | null): Panel {
  const points = Array.from(score, (x, i) => ({ x, y: similarity[i], name: ids?.[i] ?? String(i), series: 0 }));
  return {
    title: "Similarity and gold score of each pair",
    ...pointChart(points, { x: "gold score", y: "similarity" }),
  };
}

const unitOf = (kind: SimilarityLoss["kind"]) => (kind === "cosent" ? "pair" : "anchor");

/** Names of kinds that are not words. */
const TITLES: { readonly [kind: string]: string | undefined } = {
  infonce: "InfoNCE",
  siglip: "SigLIP",
  supcon: "SupCon",
  cosent: "CoSENT",
};

const COUNTS: { readonly [count: string]: string | undefined } = {
  withoutNegative: "anchors without a negative",
  withoutPositive: "anchors without a positive",
  active: "terms above 0",
};

/** Returns the loss of each anchor, in parts if it has any; of many anchors, the largest and the mean of each group. */
function anchorPanel(
  { kind, perAnchor, batchSize }: SimilarityLoss,
  ids: readonly string[] | null,
  components: string[],
): Panel {
  const lossOf = (i: number) => (perAnchor.loss[i] > 0 ? perAnchor.loss[i] : 0);
  if (batchSize <= ALL_ANCHORS) {
    const parts = components.filter((name) => perAnchor[name] && !isCountColumn(name));
    const columns = parts.length > 0 ? parts : ["loss"];
    return {
      title: `Loss of each ${unitOf(kind)}`,
      kind: "bars",
      x: unitOf(kind),
      y: "loss",
      names: Array.from({ length: batchSize }, (_, i) => escapeControls(ids?.[i] ?? String(i))),
      series: columns.map((name) => ({
        name: headingOf(name),
        values: Array.from(perAnchor[name], (value) => (value > 0 ? value : 0)),
      })),
    } satisfies Panel & Bars;
  }
  const count = Math.min(BARS, batchSize);
  const edge = (k: number) => Math.floor((k * batchSize) / count);
  const groups = Array.from({ length: count }, (_, k) => {
    let [largest, sum] = [0, 0];
    for (let i = edge(k); i < edge(k + 1); i++) {
      largest = Math.max(largest, lossOf(i));
      sum += lossOf(i);
    }
    return { largest, mean: sum / (edge(k + 1) - edge(k)) };
  });
  return {
    title: `Losses of the ${unitOf(kind)}s, in groups of ${Math.ceil(batchSize / count)}`,
    kind: "bars",
    x: `first ${unitOf(kind)} of the group`,
    y: "loss",
    names: groups.map((_, k) => String(edge(k))),
    isOverlaid: true,
    series: [
      { name: "largest", values: groups.map(({ largest }) => largest) },
      { name: "mean", values: groups.map(({ mean }) => mean) },
    ],
  } satisfies Panel & Bars;
}

/** Returns the loss, and its parts, at several margins; marks those that were asked for. */
export function sweepPanel(sweep: readonly SimilarityLoss[], losses: readonly SimilarityLoss[]): Panel {
  const [{ components, reduction }] = sweep;
  const pointsOf = (value: (loss: SimilarityLoss) => number | null) =>
    sweep.map((loss): [number, number] => [Number(loss.settings.margin), value(loss) ?? Number.NaN]);
  const names = Object.keys(components);
  return {
    title: "Loss at other margins",
    kind: "curves",
    x: { label: "margin" },
    y: { label: `loss (${reduction})` },
    series: [
      ...(names.length > 1
        ? names.map((name) => ({ name: headingOf(name), points: pointsOf((loss) => loss.components[name]) }))
        : []),
      { name: "loss", points: pointsOf(({ loss }) => loss) },
    ],
    marks: losses.map(({ settings }) => ({ at: Number(settings.margin), name: `margin ${settings.margin}` })),
  } satisfies Panel & Curves;
}

/** Number of margins of the curve. */
const MARGINS = 25;

/** Returns the margins of the curve: from 0 to 1, or to twice the largest margin that was asked for. */
export function sweptMargins(asked: readonly number[]): number[] {
  const end = Math.max(1, 2 * Math.max(...asked));
  return Array.from({ length: MARGINS }, (_, i) => (end * i) / (MARGINS - 1));
}
