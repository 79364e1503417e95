import type { Cell, ColumnKind, Records } from "../../output/format.js";

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

/** A record of training data. */
export interface MinedRecord {
  /** The anchor, and a row of the corpus for each further role. */
  readonly rows: readonly number[];
  /** The label of a pair: 1 for a positive. */
  readonly label?: 0 | 1;
  /** The scores of the rows of the corpus. */
  readonly scores: readonly number[];
}

/** Returns the names of the rows of a record. */
export function rolesOf(layout: MinedLayout, negatives: number): string[] {
  if (layout === "triplets") return ["anchor", "positive", "negative"];
  if (layout === "pairs") return ["anchor", "id"];
  return ["anchor", "positive", ...Array.from({ length: negatives }, (_, k) => `negative_${k + 1}`)];
}

/**
 * Yields mined negatives as training data: one record per triplet (anchor, positive, negative); per tuple (anchor,
 * positive, all negatives), for anchors with the requested number of negatives; or per labelled pair, 1 for a positive.
 */
export function* trainingRows(
  { counts, rows, scores, positives }: MinedRows,
  relevance: PositiveRows,
  layout: MinedLayout,
): Generator<MinedRecord> {
  const perAnchor = rows.length / counts.length;
  for (const [anchor, positiveScores] of positives.entries()) {
    const positiveRows = Array.from(relevance.rowsOf(anchor));
    const first = anchor * perAnchor;
    const negatives = Array.from(rows.subarray(first, first + counts[anchor]));
    const negativeScores = Array.from(scores.subarray(first, first + counts[anchor]));
    if (layout === "pairs") {
      for (const [k, row] of positiveRows.entries())
        yield { rows: [anchor, row], label: 1, scores: [positiveScores[k]] };
      for (const [k, row] of negatives.entries()) yield { rows: [anchor, row], label: 0, scores: [negativeScores[k]] };
      continue;
    }
    for (const [k, row] of positiveRows.entries()) {
      const score = positiveScores[k];
      if (layout === "triplets") {
        for (const [j, negative] of negatives.entries()) {
          yield { rows: [anchor, row, negative], scores: [score, negativeScores[j]] };
        }
      } else if (negatives.length === perAnchor) {
        yield { rows: [anchor, row, ...negatives], scores: [score, ...negativeScores] };
      }
    }
  }
}

/** How the rows of a record are written. */
export interface RowCells {
  readonly kind: ColumnKind;
  cellOf(row: number): Cell;
}

/**
 * Returns records of training data.
 *
 * @param roles the names of the columns of rows. @param withScores whether the scores follow.
 */
export function minedRecords(
  training: Iterable<MinedRecord>,
  layout: MinedLayout,
  roles: readonly string[],
  anchors: RowCells,
  corpus: RowCells,
  withScores: boolean,
): Records {
  const ofPairs = layout === "pairs";
  const scoreNames = ofPairs ? ["score"] : roles.slice(1).map((role) => `${role}_score`);
  function* rows(): Generator<Cell[]> {
    for (const { rows: all, label, scores } of training) {
      const [anchor, ...others] = all;
      yield [
        anchors.cellOf(anchor),
        ...others.map((row) => corpus.cellOf(row)),
        ...(label === undefined ? [] : [label]),
        ...(withScores ? scores : []),
      ];
    }
  }
  return {
    columns: [...roles, ...(ofPairs ? ["label"] : []), ...(withScores ? scoreNames : [])],
    kinds: [
      ...roles.map((_, k) => (k === 0 ? anchors.kind : corpus.kind)),
      ...(ofPairs ? (["whole"] as const) : []),
      ...(withScores ? scoreNames.map(() => "number" as const) : []),
    ],
    rows: rows(),
  };
}
