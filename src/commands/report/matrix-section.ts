import { joinedBins } from "../../core/bins.js";
import type { VectorSet } from "../../core/vectors.js";
import type { MatrixHead } from "../../output/format.js";
import type { Block, Section } from "../../pages/page.js";
import type { MetricFacts } from "../../similarity/metrics/metric.js";
import { scorePanel } from "../eval/evaluation-figure.js";
import { MOST_SORTED } from "./comparison.js";
import { type Model, number, ofModels } from "./model.js";

/** The number of bins of an evaluation that are drawn as one. */
const BINS_JOINED = 10;

/** Returns the heatmap and the distribution of its scores. */
export function matrixSection(models: readonly Model[], metric: MetricFacts, pixels: number): Section {
  const [{ comparison }] = models;
  const isLarge = Math.max(comparison.queries.rows, comparison.corpus.rows) > MOST_SORTED;
  const sorted = isLarge ? [`Sorting by cluster is available up to ${MOST_SORTED} rows.`] : [];
  const diagonal = comparison.isSelf ? ["The diagonal compares each row with itself."] : [];
  return {
    title: metric.title[0].toUpperCase() + metric.title.slice(1),
    blocks: [
      ...[...sorted, ...diagonal].map((text): Block => ({ kind: "text", text })),
      ...ofModels(models, ({ comparison: { queries, corpus, isSelf, grid, evaluation, relevance }, orders, lines }) => {
        const rowIds = namesWithLabels(queries);
        const head: MatrixHead = {
          rows: grid.rows,
          columns: grid.columns,
          rowIds,
          columnIds: isSelf ? rowIds : namesWithLabels(corpus),
          flat: false,
          members: {},
          picture: { title: metric.title, range: metric.range, sides: [queries.name, corpus.name] },
        };
        const { bins, auc } = evaluation;
        const panels = bins
          ? [
              relevance
                ? scorePanel(bins)
                : {
                    title: "Scores of all pairs of rows",
                    kind: "histogram" as const,
                    x: "score",
                    from: bins.from,
                    to: bins.to,
                    series: [{ name: "pairs", counts: joinedBins(bins.negative, BINS_JOINED) }],
                  },
            ]
          : [];
        return [
          { kind: "matrix", view: { head, grid, orders, exactCells: Math.floor(0.55 * pixels * pixels) } },
          { kind: "command", command: lines.line(metric.name, ["-o", "matrix.svg"]) },
          { kind: "charts", panels },
          ...(auc === null
            ? []
            : [
                {
                  kind: "text" as const,
                  text: `A relevant row scores better than another one with probability ${number(auc)} (AUC).`,
                },
              ]),
        ];
      }),
    ],
  };
}

/** Returns the ids of the rows with their labels in brackets; of rows without ids, the labels. */
function namesWithLabels({ ids, labels }: VectorSet): readonly string[] | null {
  if (!labels) return ids;
  return ids ? ids.map((id, i) => `${id} (${labels[i]})`) : labels;
}
