import type { HardNegativeLoss } from "../../core/results.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";

/** The losses of each anchor as records; a leading `margin` where several were asked for. */
export function lossRecords(losses: readonly HardNegativeLoss[], ids: readonly string[] | null): Records {
  const columns = "anchor,positive,mean_negative,closest_negative,closest_negative_index,l1,l2,loss".split(",");
  return recordsOfAnchors(
    losses,
    columns,
    ids,
    ({ margin }) => margin,
    (loss, i) => anchorCells(loss, i, ids),
  );
}

/** Columns of losses that hold whole numbers. */
const COUNTED = /(?:_index|^terms|^active)$/;

/** A record an anchor, of one loss after the other; a leading `margin` where there are several. */
export function recordsOfAnchors<Loss extends { readonly batchSize: number }>(
  losses: readonly Loss[],
  columns: readonly string[],
  ids: readonly string[] | null,
  marginOf: (loss: Loss) => Cell,
  cellsOf: (loss: Loss, anchor: number) => Cell[],
): Records {
  const several = losses.length > 1;
  function* rows(): Generator<Cell[]> {
    for (const loss of losses) {
      for (let i = 0; i < loss.batchSize; i++) {
        const cells = cellsOf(loss, i);
        yield several ? [marginOf(loss), ...cells] : cells;
      }
    }
  }
  const names = several ? ["margin", ...columns] : columns;
  const kindOf = (name: string) => (name === "anchor" ? kindOfRows(ids) : COUNTED.test(name) ? "whole" : "number");
  return { columns: names, kinds: names.map(kindOf), rows: rows() };
}

/** The losses of one margin as the object that JSON shows. */
export function lossObject(loss: HardNegativeLoss, ids: readonly string[] | null): { [name: string]: unknown } {
  const keys = ["anchor", "positive", "meanNegative", "closestNegative", "closestNegativeIndex", "l1", "l2", "loss"];
  const perAnchor = Array.from({ length: loss.batchSize }, (_, i) =>
    Object.fromEntries(anchorCells(loss, i, ids).map((cell, k) => [keys[k], cell])),
  );
  const { margin, negatives, reduction, anchors, fallback, batchSize, l1, l2, ties, withoutNegative } = loss;
  return {
    margin,
    negatives,
    reduction,
    anchors,
    fallback,
    batchSize,
    l1,
    l2,
    loss: loss.loss,
    ties,
    withoutNegative,
    perAnchor,
  };
}

function anchorCells({ perAnchor: p }: HardNegativeLoss, i: number, ids: readonly string[] | null): Cell[] {
  return [
    ids?.[i] ?? i,
    p.positive[i],
    orNull(p.meanNegative[i]),
    orNull(p.closestNegative[i]),
    indexOrNull(p.closestNegativeIndex[i]),
    p.l1[i],
    p.l2[i],
    p.loss[i],
  ];
}

export const orNull = (value: number) => (Number.isNaN(value) ? null : value);
export const indexOrNull = (index: number) => (index < 0 ? null : index);
