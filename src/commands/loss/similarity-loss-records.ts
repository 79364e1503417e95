import type { SimilarityLoss } from "../../core/results.js";
import type { Cell, Records } from "../../output/format.js";
import { camelCase } from "../../output/number.js";
import { indexOrNull, orNull, recordsOfAnchors } from "./loss-records.js";

/** The losses of each anchor as records, with the columns that the kind has; a leading `margin` where there are several. */
export function similarityLossRecords(losses: readonly SimilarityLoss[], ids: readonly string[] | null): Records {
  const columns = Array.from(anchorCells(losses[0], 0, ids).keys());
  const cellsOf = (loss: SimilarityLoss, i: number) => Array.from(anchorCells(loss, i, ids).values());
  return recordsOfAnchors(losses, columns, ids, ({ settings }) => settings.margin, cellsOf);
}

/** The losses of one kind as the object that JSON shows. */
export function similarityLossObject(loss: SimilarityLoss, ids: readonly string[] | null): { [name: string]: unknown } {
  const { kind, settings, reduction, anchors, excludeSelf, batchSize, positiveLoss, negativeLoss, perAnchor } = loss;
  const { terms, active, withoutPositive, withoutNegative } = loss;
  return {
    kind,
    ...settings,
    reduction,
    anchors,
    excludeSelf,
    batchSize,
    ...(perAnchor.positiveLoss && { positiveLoss, negativeLoss }),
    loss: loss.loss,
    terms,
    active,
    withoutPositive,
    withoutNegative,
    perAnchor: Array.from({ length: batchSize }, (_, i) =>
      Object.fromEntries(Array.from(anchorCells(loss, i, ids), ([name, cell]) => [camelCase(name), cell])),
    ),
  };
}

function anchorCells({ perAnchor: p }: SimilarityLoss, i: number, ids: readonly string[] | null): Map<string, Cell> {
  const cells = new Map<string, Cell>([
    ["anchor", ids?.[i] ?? i],
    ["positive", orNull(p.positive[i])],
    ["positive_index", indexOrNull(p.positiveIndex[i])],
    ["negative", orNull(p.negative[i])],
    ["negative_index", indexOrNull(p.negativeIndex[i])],
  ]);
  if (p.terms) cells.set("terms", p.terms[i]);
  if (p.active) cells.set("active", p.active[i]);
  if (p.positiveLoss) cells.set("positive_loss", p.positiveLoss[i]);
  if (p.negativeLoss) cells.set("negative_loss", p.negativeLoss[i]);
  return cells.set("loss", orNull(p.loss[i]));
}
