import type { Nearer } from "../core/matrix.js";
import type { NearestOptions, Neighbours } from "./nearest-rows.js";
import { rankedBy } from "./row-scores.js";

/**
 * Returns the k nearest of the neighbours of each query by their refined scores; equal scores are in the order of the rows.
 *
 * @param found neighbours with refined scores.
 */
export function rescored(
  found: Neighbours,
  { k, minScore }: Pick<NearestOptions, "k" | "minScore">,
  nearer: Nearer,
): Neighbours {
  const queries = found.counts.length;
  const result = {
    k,
    counts: new Int32Array(queries),
    rows: new Int32Array(queries * k),
    scores: new Float64Array(queries * k),
    ids: [] as (string | undefined)[],
  };
  const sign = nearer === "greater" ? 1 : -1;
  for (let query = 0; query < queries; query++) {
    const first = query * found.k;
    const placeOf = new Map(
      Array.from(found.rows.subarray(first, first + found.counts[query]), (row, rank) => [row, first + rank]),
    );
    const scoreOf = (row: number) => found.refined?.[placeOf.get(row) ?? 0] ?? Number.NaN;
    const ranked = rankedBy([...placeOf.keys()], scoreOf, nearer);
    for (const [rank, row] of ranked.columns.slice(0, k).entries()) {
      const score = ranked.scores[rank];
      if (minScore !== undefined && sign * score < sign * minScore) break;
      const at = query * k + rank;
      result.rows[at] = row;
      result.scores[at] = score;
      const id = found.ids[placeOf.get(row) ?? 0];
      if (id !== undefined) result.ids[at] = id;
      result.counts[query]++;
    }
  }
  return result;
}
