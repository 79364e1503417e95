import type { VectorSet } from "../../core/vectors.js";
import type { SimilarityLoss } from "../../loss/types.js";
import type { LossView } from "../../pages/loss-view.js";
import type { Block, Section } from "../../pages/page.js";
import { sweepPanel } from "../loss/loss-figure.js";
import { type Model, ofModels } from "./model.js";

/** Up to this number of anchors, the page has their positives and negatives, so that losses can be recomputed. */
const MOST_ANCHORS = 20_000;

/** Returns the losses; null if rows are not pairs. */
export function lossSection(models: readonly Model[]): Section | null {
  const [{ comparison }] = models;
  if (comparison.losses.length === 0) return null;
  const [{ kind, settings }] = comparison.losses;
  const margin = Number(settings.margin);
  const text =
    kind === "hard-negative"
      ? "Losses are of cosine similarities. For each anchor, L1 is max(mean of its negatives − positive + margin, 0), and L2 the same with the closest negative, which is the largest one below the positive. The loss is the sum of both over all anchors."
      : "Losses are of cosine similarities. For each anchor, the loss is max(hardest negative − hardest positive + margin, 0). The total is the mean of the losses above 0: it can fall when the margin grows, because more losses count.";
  return {
    title: "Losses",
    blocks: [
      { kind: "text", text },
      ...ofModels(models, ({ comparison: { losses, queries, corpus }, lines }): Block[] => {
        const [loss, ...sweep] = losses;
        const options = kind === "hard-negative" ? [] : ["--kind", "triplet"];
        return [
          { kind: "loss", view: lossView(loss, queries, corpus), isFixed: loss.batchSize > MOST_ANCHORS },
          { kind: "charts", panels: [sweepPanel(sweep, [loss])] },
          { kind: "command", command: lines.line("loss", [...options, "--margin", String(margin)], ["labels"]) },
        ];
      }),
    ],
  };
}

function lossView(
  { kind, settings, perAnchor, components, loss }: SimilarityLoss,
  queries: VectorSet,
  corpus: VectorSet,
): LossView {
  const doubles = (column: string) => perAnchor[column] as Float64Array;
  const indices = (column: string) => perAnchor[column] as Int32Array;
  const common = {
    margin: Number(settings.margin),
    positive: doubles("positive"),
    anchorIds: queries.ids,
    otherIds: corpus.ids,
    losses: perAnchor.loss,
  };
  const total = loss ?? Number.NaN;
  if (kind === "hard-negative") {
    return {
      ...common,
      reduction: "sum",
      names: { positive: "positive", negative: "closest negative" },
      terms: [
        { name: "L1", negative: doubles("meanNegative") },
        { name: "L2", negative: doubles("closestNegative") },
      ],
      positiveIndex: null,
      totals: [components.l1 ?? Number.NaN, components.l2 ?? Number.NaN, total],
      negativeIndex: indices("closestNegativeIndex"),
    };
  }
  return {
    ...common,
    reduction: "nonzero",
    names: { positive: "hardest positive", negative: "hardest negative" },
    terms: [{ name: "loss", negative: doubles("negative") }],
    positiveIndex: indices("positiveIndex"),
    totals: [total],
    negativeIndex: indices("negativeIndex"),
  };
}
