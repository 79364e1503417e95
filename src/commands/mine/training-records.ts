import type { VectorSet } from "../../core/vectors.js";
import type { Mined } from "../../neighbours/miner.js";
import { kindOfRows, type Records } from "../../output/format.js";
import { type Carrier, sideOf, withCarried } from "../shared/carried.js";
import type { CarriedColumns } from "../shared/carried-cells.js";
import type { RelevantSets } from "../shared/relevant-sets.js";
import { type MinedLayout, minedRecords, type RowCells, rolesOf, trainingRows } from "./mined-records.js";

/** The files of anchors and of the corpus, which may be the same. */
type Paths = readonly [anchors: string, corpus: string];

/**
 * Returns mined negatives as records. Without carried columns, they are ids and scores. With them, the first column stands in the
 * place of the ids and there are no scores, so that the columns are those that sentence-transformers trains on.
 */
export async function trainingRecords(
  carrier: Carrier,
  mined: Mined,
  { queries, corpus, relevance }: RelevantSets,
  [anchorsPath, corpusPath]: Paths,
  layout: MinedLayout,
  negatives: number,
): Promise<Records> {
  const roles = rolesOf(layout, negatives);
  const training = () => trainingRows(mined, relevance, layout);
  const { names: carry } = carrier;
  if (!carry) return minedRecords(training(), layout, roles, idCells(queries), idCells(corpus), true);
  const wanted = [new Set<number>(), new Set<number>()];
  for (const { rows } of training()) for (const [k, row] of rows.entries()) wanted[Math.min(k, 1)].add(row);
  const ofAnchors = await carrier.columnsOf(0, sideOf(anchorsPath, queries), wanted[0]);
  const ofCorpus = await carrier.columnsOf(1, sideOf(corpusPath, corpus), wanted[1]);
  const [text, ...others] = carry;
  const named = layout === "pairs" ? ["anchor", text] : roles;
  const records = minedRecords(training(), layout, named, textCells(ofAnchors, text), textCells(ofCorpus, text), false);
  const prefixOf = (role: string) => (role === "id" ? "" : `${role}_`);
  const sides = roles.map((role, k) => ({
    columns: without(k === 0 ? ofAnchors : ofCorpus, text),
    prefix: prefixOf(role),
  }));
  const rowsOf = function* () {
    for (const { rows } of training()) yield rows;
  };
  return withCarried(records, others, sides, rowsOf());
}

const idCells = ({ ids }: VectorSet): RowCells => ({ kind: kindOfRows(ids), cellOf: (row) => ids?.[row] ?? row });

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
