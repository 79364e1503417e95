import type { VectorSet } from "../../core/vectors.js";
import type { Mined } from "../../neighbours/miner.js";
import type { Suspect } from "../../neighbours/suspects.js";
import { type Carrier, sideOf } from "../shared/carried.js";
import type { RelevantSets } from "../shared/relevant-sets.js";

/** Characters of a text that are shown. */
const SHOWN = 60;

/** Returns a function that names the pair of a suspect: by ids, and by the first carried column if a carrier has one. */
export async function suspectNames(
  carrier: Carrier | null,
  { suspects: { kept, excluded } }: Mined,
  { queries, corpus }: RelevantSets,
  [anchorsPath, corpusPath]: readonly [string, string],
): Promise<(suspect: Suspect) => string> {
  const nameOf = ({ ids, firstRow = 0 }: VectorSet, row: number) => ids?.[row - firstRow] ?? String(row);
  const idsOf = ({ anchor, column }: Suspect) => `${nameOf(queries, anchor)} ${nameOf(corpus, column)}`;
  if (!carrier?.names) return idsOf;
  const all = [...kept, ...excluded];
  const sideColumns = (side: number, path: string, set: VectorSet, rows: readonly number[]) =>
    carrier.columnsOf(side, sideOf(path, set), rows);
  const anchors = await sideColumns(
    0,
    anchorsPath,
    queries,
    all.map(({ anchor }) => anchor),
  );
  const others = await sideColumns(
    1,
    corpusPath,
    corpus,
    all.map(({ column }) => column),
  );
  const textOf = (cell: unknown) => {
    const text = String(cell ?? "").replace(/\s+/g, " ");
    return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
  };
  return (suspect) => {
    const [[one], [other]] = [anchors.cellsOf(suspect.anchor), others.cellsOf(suspect.column)];
    return `${idsOf(suspect)} (${textOf(one)} | ${textOf(other)})`;
  };
}
