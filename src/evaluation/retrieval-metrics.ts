/** The ranks of what answers one query. */
export interface QueryRanks {
  readonly query: number;
  /** The ranks, from 1, of the rows that answer it, ascending; infinite for one without a score. */
  readonly ranks: readonly number[];
  /** How well each of them does, in the order of the ranks; null where all do alike. */
  readonly grades: readonly number[] | null;
}

/** The mean over all queries of each metric, by its name: `accuracy@1`, `mrr`, … */
export type RetrievalMetrics = { readonly [name: string]: number };

type MetricAt = (found: QueryRanks, k: number) => number;
type MetricOfAll = (found: QueryRanks) => number;

/**
 * Metrics at a cut-off k: R rows answer the query, h of them within the first k, at the ranks r₁ < r₂ < …
 *
 * @see https://sbert.net/docs/package_reference/sentence_transformer/evaluation.html (InformationRetrievalEvaluator)
 */
const AT: { readonly [name: string]: MetricAt } = {
  /** Whether h > 0. */
  accuracy: ({ ranks }, k) => (ranks[0] <= k ? 1 : 0),
  /** h / k. */
  precision: ({ ranks }, k) => within(ranks, k) / k,
  /** h / R. */
  recall: ({ ranks }, k) => within(ranks, k) / ranks.length,
  /** 1 / r₁, 0 where it is beyond k. */
  mrr: ({ ranks }, k) => (ranks[0] <= k ? 1 / ranks[0] : 0),
  ndcg: discountedGain,
  /** Σ (i / rᵢ) over the h within k, divided by min(k, R). */
  map: ({ ranks }, k) => averagePrecision(ranks, k) / Math.min(k, ranks.length),
};

const OF_ALL: { readonly [name: string]: MetricOfAll } = {
  /** 1 / r₁. */
  mrr: ({ ranks }) => 1 / ranks[0],
  /** The share of answers among the first R. */
  "r-precision": ({ ranks }) => within(ranks, ranks.length) / ranks.length,
  /** r₁. */
  "mean-rank": ({ ranks }) => ranks[0],
};

/**
 * The means of all metrics over some queries, each of which has an answer at least.
 *
 * @param cutoffs the k of the metrics at k.
 */
export function retrievalMetrics(found: readonly QueryRanks[], cutoffs: readonly number[]): RetrievalMetrics {
  const mean = (metric: MetricOfAll) => found.reduce((sum, query) => sum + metric(query), 0) / found.length;
  const at = Object.entries(AT).flatMap(([name, metric]) =>
    cutoffs.map((k) => [`${name}@${k}`, mean((query) => metric(query, k))] as const),
  );
  const ofAll = Object.entries(OF_ALL).map(([name, metric]) => [name, mean(metric)] as const);
  return Object.fromEntries([...at, ...ofAll]);
}

function within(ranks: readonly number[], k: number): number {
  const beyond = ranks.findIndex((rank) => rank > k);
  return beyond < 0 ? ranks.length : beyond;
}

/** Σ (i / rᵢ) over the ranks within k. */
function averagePrecision(ranks: readonly number[], k: number): number {
  let sum = 0;
  for (let i = 0; i < within(ranks, k); i++) sum += (i + 1) / ranks[i];
  return sum;
}

/**
 * The discounted gain Σ gᵢ / log₂(rᵢ + 1) within k, relative to that of the best order; a gain is a grade, or 1.
 *
 * @see K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", https://doi.org/10.1145/582415.582418
 */
function discountedGain({ ranks, grades }: QueryRanks, k: number): number {
  const gains = grades ?? ranks.map(() => 1);
  let gained = 0;
  for (let i = 0; i < within(ranks, k); i++) gained += gains[i] / Math.log2(ranks[i] + 1);
  let best = 0;
  const sorted = [...gains].sort((one, other) => other - one);
  for (let i = 0; i < Math.min(k, sorted.length); i++) best += sorted[i] / Math.log2(i + 2);
  return gained / best;
}
