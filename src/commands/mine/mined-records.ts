import { type Cell, type ColumnKind, kindOfRows, type Records } from "../../output/format.js";

/** Layouts of mined negatives as training data. */
export const MINED_LAYOUTS = ["triplets", "tuples", "pairs"] as const;
export type MinedLayout = (typeof MINED_LAYOUTS)[number];

/** The part of `Mined` (`neighbours/miner.ts`) that the records need. */
interface MinedRows {
  readonly counts: Int32Array;
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly positives: readonly (readonly number[])[];
}

interface PositiveRows {
  rowsOf(anchor: number): ArrayLike<number>;
}

/**
 * Returns mined negatives as training data: one record per triplet (anchor, positive, negative); per tuple (anchor,
 * positive, all negatives), for anchors with the requested number of negatives; or per labelled pair, 1 for a positive.
 */
export function minedRecords(
  mined: MinedRows,
  relevance: PositiveRows,
  layout: MinedLayout,
  anchorIds: readonly string[] | null,
  corpusIds: readonly string[] | null,
): Records {
  const { counts, rows, scores, positives } = mined;
  const perAnchor = rows.length / counts.length;
  const idOf = (row: number): Cell => corpusIds?.[row] ?? row;
  const negativesOf = (anchor: number) =>
    Array.from({ length: counts[anchor] }, (_, k) => ({
      id: idOf(rows[anchor * perAnchor + k]),
      score: scores[anchor * perAnchor + k],
    }));
  const kindOf = (column: string): ColumnKind => {
    if (column.endsWith("score")) return "number";
    return column === "label" ? "whole" : kindOfRows(column === "anchor" ? anchorIds : corpusIds);
  };
  function* records(): Generator<Cell[]> {
    for (const [anchor, positiveScores] of positives.entries()) {
      const name = anchorIds?.[anchor] ?? anchor;
      const positiveIds = Array.from(relevance.rowsOf(anchor), idOf);
      const negatives = negativesOf(anchor);
      if (layout === "pairs") {
        for (const [k, id] of positiveIds.entries()) yield [name, id, 1, positiveScores[k]];
        for (const { id, score } of negatives) yield [name, id, 0, score];
        continue;
      }
      for (const [k, id] of positiveIds.entries()) {
        const score = positiveScores[k];
        if (layout === "triplets")
          for (const negative of negatives) yield [name, id, negative.id, score, negative.score];
        else if (negatives.length === perAnchor) {
          yield [name, id, ...negatives.map((negative) => negative.id), score, ...negatives.map((one) => one.score)];
        }
      }
    }
  }
  const columns = columnsOf(layout, perAnchor);
  return { columns, kinds: columns.map(kindOf), rows: records() };
}

function columnsOf(layout: MinedLayout, negatives: number): string[] {
  if (layout === "triplets") return ["anchor", "positive", "negative", "positive_score", "negative_score"];
  if (layout === "pairs") return ["anchor", "id", "label", "score"];
  const numbered = (suffix: string) => Array.from({ length: negatives }, (_, k) => `negative_${k + 1}${suffix}`);
  return ["anchor", "positive", ...numbered(""), "positive_score", ...numbered("_score")];
}
