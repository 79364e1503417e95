import type { RecallAtK } from "../../evaluation/neighbour-recall.js";
import { percentile } from "../../evaluation/percentile.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";

/** Returns one record for each k: `k,queries,recall,tie_tolerant,lowest,p5,complete`. */
export function recallRecords(at: readonly RecallAtK[]): Records {
  const rows = at.map(({ k, hits, withinTolerance }): Cell[] => {
    const queries = hits.length;
    const sorted = hits.slice().sort();
    // Sums of whole numbers are exact.
    const recallOf = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0) / (k * queries);
    const complete = hits.reduce((count, own) => count + (own === k ? 1 : 0), 0);
    const tieTolerant = withinTolerance && recallOf(withinTolerance);
    return [k, queries, recallOf(hits), tieTolerant, sorted[0] / k, percentile(sorted, 0.05) / k, complete / queries];
  });
  return {
    columns: ["k", "queries", "recall", "tie_tolerant", "lowest", "p5", "complete"],
    kinds: ["whole", "whole", "number", "number", "number", "number", "number"],
    rows,
  };
}

/** Returns one record for each query: `query`, and `recall@k` and `tie_tolerant@k` for each k. */
export function queryRecallRecords(at: readonly RecallAtK[], queryIds: readonly string[] | null): Records {
  const queries = at[0].hits.length;
  const rows = Array.from({ length: queries }, (_, query): Cell[] => [
    queryIds?.[query] ?? query,
    ...at.flatMap(({ k, hits, withinTolerance }) => [hits[query] / k, withinTolerance && withinTolerance[query] / k]),
  ]);
  return {
    columns: ["query", ...at.flatMap(({ k }) => [`recall@${k}`, `tie_tolerant@${k}`])],
    kinds: [kindOfRows(queryIds), ...at.flatMap(() => ["number", "number"] as const)],
    rows,
  };
}
