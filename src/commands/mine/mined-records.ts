import type { Cell, ColumnKind, RecordCell, Records } from "../../output/format.js";

/** Layouts of mined negatives as training data. */
export const MINED_LAYOUTS = ["triplets", "tuples", "pairs", "lists"] as const;
export type MinedLayout = (typeof MINED_LAYOUTS)[number];

/** Which scores are written: those of all rows, or the one column from which losses of distillation learn. */
export type WrittenScores = "none" | "all" | "distill";

/** The part of `Mined` (`neighbours/miner.ts`) that the records need. */
interface MinedRows {
  readonly firstAnchor: number;
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
  readonly anchor: number;
  /** Rows of the corpus: the positive first, or the only row of a labelled pair. */
  readonly rows: readonly number[];
  readonly scores: readonly number[];
  /** 1 for a positive, 0 for a negative. */
  readonly labels: readonly (0 | 1)[];
}

/** Returns the names of the columns of rows. */
export function rolesOf(layout: MinedLayout, negatives: number): string[] {
  if (layout === "triplets") return ["anchor", "positive", "negative"];
  if (layout === "pairs") return ["anchor", "id"];
  if (layout === "lists") return ["anchor", "ids"];
  return ["anchor", "positive", ...Array.from({ length: negatives }, (_, k) => `negative_${k + 1}`)];
}

/**
 * Yields mined negatives as training data: one record per triplet (anchor, positive, negative); per positive with all negatives, as
 * tuples for anchors with the requested number of negatives, as lists for anchors with any; or per labelled pair.
 */
export function* trainingRows(
  { firstAnchor, counts, rows, scores, positives }: MinedRows,
  relevance: PositiveRows,
  layout: MinedLayout,
): Generator<MinedRecord> {
  const perAnchor = rows.length / counts.length;
  for (const [place, positiveScores] of positives.entries()) {
    const anchor = firstAnchor + place;
    const first = place * perAnchor;
    const all = [
      ...Array.from(relevance.rowsOf(anchor), (row, k) => ({ row, score: positiveScores[k], label: 1 as const })),
      ...Array.from({ length: counts[place] }, (_, k) => ({
        row: rows[first + k],
        score: scores[first + k],
        label: 0 as const,
      })),
    ];
    const record = (some: typeof all): MinedRecord => ({
      anchor,
      rows: some.map(({ row }) => row),
      scores: some.map(({ score }) => score),
      labels: some.map(({ label }) => label),
    });
    if (layout === "pairs") {
      for (const one of all) yield record([one]);
      continue;
    }
    const negatives = all.slice(positiveScores.length);
    for (const positive of all.slice(0, positiveScores.length)) {
      if (layout === "triplets") for (const negative of negatives) yield record([positive, negative]);
      else if (negatives.length === perAnchor || (layout === "lists" && negatives.length > 0))
        yield record([positive, ...negatives]);
    }
  }
}

/** How the rows of a record are written. */
export interface RowCells {
  readonly kind: ColumnKind;
  cellOf(row: number): Cell;
}

type Kind = Records["kinds"][number];

/** The columns of a layout behind those of rows. */
interface ScoreColumns {
  readonly columns: readonly string[];
  readonly kinds: readonly Kind[];
  cellsOf(record: MinedRecord): readonly RecordCell[];
}

/** Returns the columns of labels and scores. Losses read one column `label`, `labels`, `score` or `scores`. */
function scoreColumns(layout: MinedLayout, roles: readonly string[], written: WrittenScores): ScoreColumns {
  const isList = layout === "lists";
  const hasLabels = (isList || layout === "pairs") && written !== "distill";
  const labels: ScoreColumns = {
    columns: hasLabels ? [isList ? "labels" : "label"] : [],
    kinds: hasLabels ? [isList ? "list of whole" : "whole"] : [],
    cellsOf: ({ labels }) => (hasLabels ? [isList ? labels : labels[0]] : []),
  };
  const scores = columnsOfScores(layout, roles, written);
  return {
    columns: [...labels.columns, ...scores.columns],
    kinds: [...labels.kinds, ...scores.kinds],
    cellsOf: (record) => [...labels.cellsOf(record), ...scores.cellsOf(record)],
  };
}

function columnsOfScores(layout: MinedLayout, roles: readonly string[], written: WrittenScores): ScoreColumns {
  if (written === "none") return { columns: [], kinds: [], cellsOf: () => [] };
  if (layout === "lists") return { columns: ["scores"], kinds: ["list of number"], cellsOf: ({ scores }) => [scores] };
  if (layout === "pairs") return { columns: ["score"], kinds: ["number"], cellsOf: ({ scores }) => scores };
  if (written === "all") {
    const columns = roles.slice(1).map((role) => `${role}_score`);
    return { columns, kinds: columns.map(() => "number" as const), cellsOf: ({ scores }) => scores };
  }
  if (layout === "tuples") return { columns: ["score"], kinds: ["list of number"], cellsOf: ({ scores }) => [scores] };
  return {
    columns: ["score"],
    kinds: ["number"],
    cellsOf: ({ scores: [positive, negative] }) => [positive - negative],
  };
}

/**
 * Returns records of training data.
 *
 * @param roles the names of the columns of rows.
 */
export function minedRecords(
  training: Iterable<MinedRecord>,
  layout: MinedLayout,
  roles: readonly string[],
  anchors: RowCells,
  corpus: RowCells,
  written: WrittenScores,
): Records {
  const scores = scoreColumns(layout, roles, written);
  const isList = layout === "lists";
  const kinds = roles.slice(1).map((): Kind => (isList ? `list of ${corpus.kind}` : corpus.kind));
  function* rows(): Generator<RecordCell[]> {
    for (const record of training) {
      const cells = record.rows.map((row) => corpus.cellOf(row));
      yield [anchors.cellOf(record.anchor), ...(isList ? [cells] : cells), ...scores.cellsOf(record)];
    }
  }
  return {
    columns: [...roles, ...scores.columns],
    kinds: [anchors.kind, ...kinds, ...scores.kinds],
    rows: rows(),
  };
}
