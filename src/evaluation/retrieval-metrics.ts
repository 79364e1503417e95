import { UsageError } from "../core/errors.js";
import type { QuerySummary } from "../core/results.js";

/** The ranks of the relevant rows of a query. */
export interface QueryRanks {
  readonly query: number;
  /** The ranks of the relevant rows, from 1, ascending; infinite for a row without a score. */
  readonly ranks: readonly number[];
  /** The relevance grades, in the order of the ranks; null for binary relevance. */
  readonly grades: readonly number[] | null;
}

/** The mean over all queries of each metric by name: `accuracy@1`, `mrr`, …; null if it is not finite. */
export type RetrievalMetrics = { readonly [name: string]: number | null };

type MetricAt = (found: QueryRanks, k: number) => number;
type MetricOfAll = (found: QueryRanks) => number;

/**
 * Metrics at a cutoff k. A query has R relevant rows at the ranks r₁ < r₂ < …, of which h are within the first k.
 *
 * @see https://sbert.net/docs/package_reference/sentence_transformer/evaluation.html (InformationRetrievalEvaluator)
 */
const AT: { readonly [name: string]: MetricAt } = {
  /** 1 if h > 0, otherwise 0. */
  accuracy: ({ ranks }, k) => (ranks[0] <= k ? 1 : 0),
  /** h / k. */
  precision: ({ ranks }, k) => within(ranks, k) / k,
  /** h / R. */
  recall: ({ ranks }, k) => within(ranks, k) / ranks.length,
  /** 1 / r₁, or 0 if r₁ > k. */
  mrr: ({ ranks }, k) => (ranks[0] <= k ? 1 / ranks[0] : 0),
  ndcg: discountedGain,
  /** Σ (i / rᵢ) over the h within k, divided by min(k, R). */
  map: ({ ranks }, k) => averagePrecision(ranks, k) / Math.min(k, ranks.length),
};

const OF_ALL: { readonly [name: string]: MetricOfAll } = {
  /** 1 / r₁. */
  mrr: ({ ranks }) => 1 / ranks[0],
  /** The share of relevant rows among the first R. */
  "r-precision": ({ ranks }) => within(ranks, ranks.length) / ranks.length,
  /** r₁. */
  "mean-rank": ({ ranks }) => ranks[0],
};

/** A retrieval metric of one query. */
export interface RetrievalMetric {
  /** Such as `ndcg@10` or `mrr`. */
  readonly name: string;
  /** The number of nearest rows that it depends on; null if it depends on all ranks. */
  readonly cutoff: number | null;
  of(found: QueryRanks): number;
}

/**
 * Returns the retrieval metric of a name.
 *
 * @throws {UsageError} for a name that is none.
 */
export function retrievalMetric(name: string): RetrievalMetric {
  const [, base, cutoff] = /^(.*)@([1-9]\d{0,8})$/.exec(name) ?? [];
  if (base !== undefined && Object.hasOwn(AT, base)) {
    const k = Number(cutoff);
    return { name, cutoff: k, of: (found) => AT[base](found, k) };
  }
  if (Object.hasOwn(OF_ALL, name)) return { name, cutoff: null, of: OF_ALL[name] };
  const names = [...Object.keys(AT).map((one) => `${one}@k`), ...Object.keys(OF_ALL)];
  throw new UsageError(`expected a retrieval metric, found "${name}"`, `the metrics are ${names.join(", ")}`);
}

/** Returns whether a smaller value of a metric is better: the metric is a rank. */
export const isRank = (name: string): boolean => /^(?:mean|first)[-_]rank$/.test(name);

/** Computes the means of all metrics over queries, each of which has at least one relevant row. */
export class MetricMeans {
  private readonly metrics: readonly (readonly [string, MetricOfAll])[];
  private readonly sums: Float64Array;
  private count = 0;

  /** @param cutoffs the values of k. */
  constructor(cutoffs: readonly number[]) {
    const at = Object.entries(AT).flatMap(([name, metric]) =>
      cutoffs.map((k) => [`${name}@${k}`, (found: QueryRanks) => metric(found, k)] as const),
    );
    this.metrics = [...at, ...Object.entries(OF_ALL)];
    this.sums = new Float64Array(this.metrics.length);
  }

  add(found: QueryRanks): void {
    this.count++;
    for (const [i, [, metric]] of this.metrics.entries()) this.sums[i] += metric(found);
  }

  result(): RetrievalMetrics {
    const means = this.metrics.map(([name], i) => {
      const mean = this.sums[i] / this.count;
      return [name, Number.isFinite(mean) ? mean : null] as const;
    });
    return Object.fromEntries(means);
  }
}

/** Returns the summary of one query. */
export function summaryOf({ query, ranks }: QueryRanks): QuerySummary {
  return {
    query,
    relevant: ranks.length,
    firstRank: Number.isFinite(ranks[0]) ? ranks[0] : null,
    reciprocalRank: 1 / ranks[0],
    averagePrecision: averagePrecision(ranks, Number.POSITIVE_INFINITY) / ranks.length,
  };
}

/**
 * Returns ranks from 1, in ascending order, with their grades.
 *
 * @param places the places from 0 of the relevant rows; NaN for a row without one, whose rank is infinite.
 */
export function ranked(places: readonly number[], grades: ArrayLike<number> | null): Omit<QueryRanks, "query"> {
  const rankOf = (place: number) => (Number.isNaN(place) ? Number.POSITIVE_INFINITY : place + 1);
  if (!grades) return { ranks: Array.from(Float64Array.from(places, rankOf).sort()), grades };
  const answers = places.map((place, k) => ({ rank: rankOf(place), grade: grades[k] }));
  answers.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return { ranks: answers.map(({ rank }) => rank), grades: answers.map(({ grade }) => grade) };
}

function within(ranks: readonly number[], k: number): number {
  const beyond = ranks.findIndex((rank) => rank > k);
  return beyond < 0 ? ranks.length : beyond;
}

/** Returns Σ (i / rᵢ) over the ranks up to k. */
function averagePrecision(ranks: readonly number[], k: number): number {
  const found = within(ranks, k);
  let sum = 0;
  for (let i = 0; i < found; i++) sum += (i + 1) / ranks[i];
  return sum;
}

/**
 * Returns NDCG: the discounted gain Σ gᵢ / log₂(rᵢ + 1) up to rank k, divided by that of the ideal order; a gain is a
 * grade, or 1.
 *
 * @see K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * https://doi.org/10.1145/582415.582418
 */
function discountedGain({ ranks, grades }: QueryRanks, k: number): number {
  const found = within(ranks, k);
  let gained = 0;
  for (let i = 0; i < found; i++) gained += (grades?.[i] ?? 1) / Math.log2(ranks[i] + 1);
  const sorted = grades && [...grades].sort((one, other) => other - one);
  let best = 0;
  for (let i = 0; i < Math.min(k, ranks.length); i++) best += (sorted?.[i] ?? 1) / Math.log2(i + 2);
  return gained / best;
}
