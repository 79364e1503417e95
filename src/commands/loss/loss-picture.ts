import { kindOf, settingsOf } from "../../loss/kinds.js";
import { type LossEvaluation, type SimilarityLossOptions, similarityLoss } from "../../loss/similarity-loss.js";
import type { MatrixHead } from "../../output/format.js";
import type { Figure } from "../../pictures/figure.js";
import { gridFor } from "../../pictures/heatmap.js";
import type { Context } from "../../shell/context.js";
import type { Batch } from "./loss-batch.js";
import { lossFigure, matrixPanel, pairPanel, sweptMargins } from "./loss-figure.js";
import type { LossKindOptions } from "./loss-options.js";

/** Computes the losses, also at margins that were not asked for where they cost little, and their charts. */
export async function drawLosses(
  context: Context,
  batch: Batch,
  head: MatrixHead,
  lossOptions: SimilarityLossOptions,
  { kind, mining = "batch-hard", precision = null }: LossKindOptions & { readonly precision?: number | null },
): Promise<{ readonly evaluation: LossEvaluation; readonly figure: Figure }> {
  const { similarity, sets, computed } = batch;
  if (batch.scores) {
    const evaluation = await similarityLoss(context.computing(similarity), lossOptions);
    const { losses } = evaluation;
    const ids = batch.rowIds();
    return { evaluation, figure: lossFigure(losses, losses, pairPanel(losses[0], ids), ids, precision) };
  }
  const asked = settingsOf(kindOf(lossOptions), lossOptions).map(({ margin }) => Number(margin));
  // Of these kinds, another margin costs a few operations per anchor.
  const isCheap = kind === "hard-negative" || (kind === "triplet" && mining === "batch-hard");
  const all = isCheap ? { ...lossOptions, margins: [...asked, ...sweptMargins(asked)] } : lossOptions;
  const grid = gridFor(head);
  const evaluation = await similarityLoss(context.computing(similarity), all, (tile) => grid.add(tile));
  grid.close();
  const losses = evaluation.losses.slice(0, asked.length);
  const sweep = isCheap ? evaluation.losses.slice(asked.length) : losses;
  const picture = {
    title: "similarities",
    range: [-1, computed ? 1 : Number.POSITIVE_INFINITY] as const,
    sides: sets ? ([sets[0].name, sets[1].name] as const) : (["rows", "columns"] as const),
  };
  const ids = losses[0].anchors === "columns" ? head.columnIds : head.rowIds;
  const matrix = matrixPanel(losses[0], { ...head, picture }, grid, precision);
  return { evaluation, figure: lossFigure(losses, sweep, matrix, ids, precision) };
}
