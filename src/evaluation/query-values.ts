import type { ScoredMatrix } from "../core/matrix.js";
import type { QueryValues } from "../core/query-values.js";
import { type Relevance, withoutSelf } from "../core/relevance.js";
import type { Runtime } from "../kernels/runtime.js";
import { NearestRows } from "../neighbours/nearest-rows.js";
import { evaluate } from "./evaluate.js";
import { type QueryRanks, type RetrievalMetric, ranksAt } from "./retrieval-metrics.js";

/** Returns the values of metrics from the ranks of the relevant rows of each query. */
export function valuesOf(
  name: string,
  ids: readonly string[] | null,
  ranks: readonly QueryRanks[],
  metrics: readonly RetrievalMetric[],
): QueryValues {
  return {
    name,
    queries: ranks.map(({ query }) => ids?.[query] ?? String(query)),
    relevant: ranks.map((found) => found.ranks.length),
    measures: new Map(metrics.map((metric) => [metric.name, Float64Array.from(ranks, (found) => metric.of(found))])),
  };
}

/** From this cutoff on, ranking the relevant rows in complete rows of scores takes less time than a search. */
const MAX_SEARCHED = 1000;

/**
 * Returns the largest cutoff of metrics that depend only on so few nearest rows that a search finds them; null if some
 * depend on more.
 */
export function searchedCutoff(metrics: readonly RetrievalMetric[]): number | null {
  const cutoffs = metrics.map(({ cutoff }) => cutoff ?? Number.POSITIVE_INFINITY);
  const largest = Math.max(1, ...cutoffs);
  return largest > MAX_SEARCHED ? null : largest;
}

export interface RanksOptions {
  /** Whether row i of the corpus is query i and is ignored for it. Default: false. */
  readonly excludeSelf?: boolean;
  /** The ranks that are needed: those up to this cutoff, the others are infinite; null for all. Default: null. */
  readonly cutoff?: number | null;
  readonly runtime?: Runtime;
}

/**
 * Returns the ranks of the relevant rows of each query that has one.
 *
 * @param scores n×m, one row per query.
 */
export async function ranksOf(
  scores: ScoredMatrix,
  relevance: Relevance,
  { excludeSelf = false, cutoff = null, ...options }: RanksOptions = {},
): Promise<QueryRanks[]> {
  const ranks: QueryRanks[] = [];
  if (cutoff === null) {
    await evaluate(scores, relevance, { ...options, excludeSelf, onQuery: (found) => ranks.push(found) });
    return ranks;
  }
  const nearest = new NearestRows(scores.rows, { k: Math.min(cutoff, scores.columns), excludeSelf });
  await nearest.add(scores);
  const { k, counts, rows } = nearest.result();
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  for (let query = 0; query < scores.rows; query++) {
    const found = rows.subarray(query * k, query * k + counts[query]);
    const placeOf = (row: number) => {
      const place = found.indexOf(row);
      return place < 0 ? Number.NaN : place;
    };
    const ofQuery = ranksAt(relevant, query, placeOf);
    if (ofQuery.ranks.length > 0) ranks.push(ofQuery);
  }
  return ranks;
}
