import type { VectorSet } from "../../core/vectors.js";
import type { Mined } from "../../neighbours/miner.js";
import { kindOfRows, type Records } from "../../output/format.js";
import { type Carrier, sideOf, withCarried } from "../shared/carried.js";
import type { CarriedColumns } from "../shared/carried-cells.js";
import type { RelevantSets } from "../shared/relevant-sets.js";
import {
  type MinedLayout,
  type MinedRecord,
  minedRecords,
  type RowCells,
  rolesOf,
  trainingRows,
} from "./mined-records.js";

/** The files of anchors and of the corpus, which may be the same. */
type Paths = readonly [anchors: string, corpus: string];

/** How negatives are written as training data. */
export interface TrainingFormat {
  readonly layout: MinedLayout;
  /** Number of negatives of an anchor. */
  readonly negatives: number;
  /** Whether the scores are the one column from which losses of distillation learn. */
  readonly distill: boolean;
}

/**
 * Returns mined negatives as records. Without carried columns, they are ids and scores. With them, the first column stands in the
 * place of the ids, and scores are only written for distillation, so that the columns are those that sentence-transformers trains on.
 */
export async function trainingRecords(
  carrier: Carrier,
  mined: Mined,
  sets: RelevantSets,
  paths: Paths,
  { layout, negatives, distill }: TrainingFormat,
): Promise<Records> {
  const { queries, corpus, relevance } = sets;
  const roles = rolesOf(layout, negatives);
  const training = () => trainingRows(mined, relevance, layout);
  const { names: carry } = carrier;
  if (!carry) {
    const written = distill ? "distill" : "all";
    return minedRecords(training(), layout, roles, idCells(queries), idCells(corpus), written);
  }
  const [ofAnchors, ofCorpus] = await carriedBy(carrier, training(), sets, paths);
  const [text, ...others] = carry;
  const isList = layout === "lists";
  const named = isList || layout === "pairs" ? ["anchor", text] : roles;
  const written = distill ? "distill" : "none";
  const cells = [textCells(ofAnchors, text), textCells(ofCorpus, text)] as const;
  const records = minedRecords(training(), layout, named, ...cells, written);
  const prefixOf = (role: string) => (role === "id" || role === "ids" ? "" : `${role}_`);
  const sides = roles.map((role, k) => ({
    columns: without(k === 0 ? ofAnchors : ofCorpus, text),
    prefix: prefixOf(role),
    isList: isList && k > 0,
  }));
  const rowsOf = function* () {
    for (const { anchor, rows } of training()) yield [anchor, ...(isList ? [rows] : rows)];
  };
  return withCarried(records, others, sides, rowsOf());
}

/** Returns the positives and the candidates of each anchor by their ids, with the carried columns that a teacher reads. */
export async function candidateRecords(
  carrier: Carrier,
  mined: Mined,
  sets: RelevantSets,
  paths: Paths,
): Promise<Records> {
  const training = () => trainingRows(mined, sets.relevance, "pairs");
  const cells = [idCells(sets.queries), idCells(sets.corpus)] as const;
  const records = minedRecords(training(), "pairs", rolesOf("pairs", 0), ...cells, "none");
  const [ofAnchors, ofCorpus] = await carriedBy(carrier, training(), sets, paths);
  const sides = [
    { columns: ofAnchors, prefix: "anchor_" },
    { columns: ofCorpus, prefix: "" },
  ];
  const rowsOf = function* () {
    for (const { anchor, rows } of training()) yield [anchor, ...rows];
  };
  return withCarried(records, carrier.names, sides, rowsOf());
}

/** Reads the carried columns of the anchors and of the rows of the corpus in some records. */
async function carriedBy(
  carrier: Carrier,
  training: Iterable<MinedRecord>,
  { queries, corpus }: RelevantSets,
  [anchorsPath, corpusPath]: Paths,
): Promise<readonly [anchors: CarriedColumns, corpus: CarriedColumns]> {
  const [anchors, others] = [new Set<number>(), new Set<number>()];
  for (const { anchor, rows } of training) {
    anchors.add(anchor);
    for (const row of rows) others.add(row);
  }
  return [
    await carrier.columnsOf(0, sideOf(anchorsPath, queries), anchors),
    await carrier.columnsOf(1, sideOf(corpusPath, corpus), others),
  ];
}

const idCells = ({ ids, firstRow = 0 }: VectorSet): RowCells => ({
  kind: kindOfRows(ids),
  cellOf: (row) => ids?.[row - firstRow] ?? row,
});

/** Returns the cells of one column. */
function textCells({ names, kinds, cellsOf }: CarriedColumns, name: string): RowCells {
  const at = names.indexOf(name);
  return { kind: kinds[at], cellOf: (row) => cellsOf(row)[at] };
}

/** Returns the columns other than one. */
function without({ names, kinds, cellsOf }: CarriedColumns, name: string): CarriedColumns {
  const at = names.indexOf(name);
  const others = <T>(list: readonly T[]) => list.filter((_, k) => k !== at);
  return { names: others(names), kinds: others(kinds), cellsOf: (row) => others(cellsOf(row)) };
}
