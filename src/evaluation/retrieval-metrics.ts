import { UsageError } from "../core/errors.js";
import type { Relevance } from "../core/relevance.js";
import type { QuerySummary } from "../core/results.js";

/** The ranks of the relevant rows of a query. */
export interface QueryRanks {
  readonly query: number;
  /** The ranks of the relevant rows, from 1, ascending; infinite for a row without a score. */
  readonly ranks: readonly number[];
  /** The relevance grades, in the order of the ranks; null for binary relevance. */
  readonly grades: readonly number[] | null;
  /** Rows whose grade is above 0 but below the relevance level: not relevant, but with a gain. */
  readonly lesser?: Pick<QueryRanks, "ranks" | "grades">;
  /**
   * The number of rows that are judged not relevant, and how many of them are ranked above each relevant row with a score; null if
   * every row is judged. Absent if not known.
   */
  readonly nonRelevant?: { readonly count: number; readonly above: readonly number[] | null };
}

/** Which metrics are computed. */
export interface MetricChoice {
  /**
   * Names such as `ndcg` (at every k, and for the whole ranking if it has such a value), `ndcg@10`, or `all`. Default: accuracy, precision,
   * recall, mrr, ndcg and map at every k, mrr, r-precision, and mean-rank.
   */
  readonly names?: readonly string[];
  /** The persistence p of rank-biased precision, 0 < p < 1. Default: 0.8. */
  readonly persistence?: number;
}

const DEFAULT_PERSISTENCE = 0.8;

/** The mean over all queries of each metric by name: `accuracy@1`, `mrr`, …; null if it is not finite. */
export type RetrievalMetrics = { readonly [name: string]: number | null };

type MetricAt = (found: QueryRanks, k: number) => number;
type MetricOfAll = (found: QueryRanks, persistence: number) => number;

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
  ndcg: (found, k) => discountedGain(found, k, (grade) => grade),
  /** Σ (i / rᵢ) over the h within k, divided by min(k, R). */
  map: ({ ranks }, k) => averagePrecision(ranks, k) / Math.min(k, ranks.length),
};

/** Metrics at a cutoff that are computed by name only. */
const MORE_AT: { readonly [name: string]: MetricAt } = {
  /** The name of accuracy in trec_eval. */
  success: ({ ranks }, k) => (ranks[0] <= k ? 1 : 0),
  /** @see C. Burges et al., "Learning to rank using gradient descent", https://doi.org/10.1145/1102351.1102363 */
  "ndcg-exp": (found, k) => discountedGain(found, k, exponentialGain),
};

const OF_ALL: { readonly [name: string]: MetricOfAll } = {
  /** 1 / r₁. */
  mrr: ({ ranks }) => 1 / ranks[0],
  /** The share of relevant rows among the first R. */
  "r-precision": ({ ranks }) => within(ranks, ranks.length) / ranks.length,
  /** r₁. */
  "mean-rank": ({ ranks }) => ranks[0],
};

/** Metrics of the whole ranking that are computed by name only. */
const MORE_OF_ALL: { readonly [name: string]: MetricOfAll } = {
  /** Σ (i / rᵢ) / R. */
  map: ({ ranks }) => averagePrecision(ranks, Number.POSITIVE_INFINITY) / ranks.length,
  ndcg: (found) => discountedGain(found, Number.POSITIVE_INFINITY, (grade) => grade),
  "ndcg-exp": (found) => discountedGain(found, Number.POSITIVE_INFINITY, exponentialGain),
  /** Σ (i / rᵢ) over the h within R, divided by R. @see https://arxiv.org/abs/2003.08505 */
  "map-at-r": ({ ranks }) => averagePrecision(ranks, ranks.length) / ranks.length,
  bpref,
  /** (1 − p) Σ p^(rᵢ − 1). @see A. Moffat, J. Zobel, "Rank-biased precision", https://doi.org/10.1145/1416950.1416952 */
  rbp: ({ ranks }, p) => (1 - p) * ranks.reduce((sum, rank) => sum + p ** (rank - 1), 0),
};

const ALL_AT = { ...AT, ...MORE_AT };
const ALL_OF_ALL = { ...OF_ALL, ...MORE_OF_ALL };
/** Those of the whole ranking that depend on the ranks of relevant rows only. */
const { bpref: _, ...OF_RANKS } = ALL_OF_ALL;
/** The names of the metrics, without cutoffs. */
const NAMES = [...new Set([...Object.keys(ALL_AT), ...Object.keys(ALL_OF_ALL)])];

/** Metrics by name. */
type NamedMetrics = readonly (readonly [name: string, (found: QueryRanks) => number])[];

/** @throws {UsageError} for an unknown name. */
function metricsNamed(
  cutoffs: readonly number[],
  { names, persistence = DEFAULT_PERSISTENCE }: MetricChoice,
): NamedMetrics {
  const atEvery = (metrics: typeof AT) => Object.keys(metrics).flatMap((name) => cutoffs.map((k) => `${name}@${k}`));
  const isAll = names?.includes("all");
  const wanted =
    names && !isAll
      ? names.flatMap((name) => expanded(name, cutoffs))
      : [
          ...[...atEvery(AT), ...(isAll ? atEvery(MORE_AT) : [])],
          ...[...Object.keys(OF_ALL), ...(isAll ? Object.keys(MORE_OF_ALL) : [])],
        ];
  return [...new Set(wanted)].map((name) => {
    const [base, k] = name.split("@");
    return [
      name,
      (found) => (k === undefined ? ALL_OF_ALL[base](found, persistence) : ALL_AT[base](found, Number(k))),
    ] as const;
  });
}

/** Returns the metrics that a name means. */
function expanded(name: string, cutoffs: readonly number[]): string[] {
  const [base, k] = name.split("@");
  const hasCutoff = Object.hasOwn(ALL_AT, base);
  const hasNone = Object.hasOwn(ALL_OF_ALL, base);
  if (k !== undefined && hasCutoff && /^[1-9]\d*$/.test(k)) return [name];
  if (k === undefined && (hasCutoff || hasNone)) {
    return [...(hasCutoff ? cutoffs.map((cutoff) => `${base}@${cutoff}`) : []), ...(hasNone ? [base] : [])];
  }
  throw new UsageError(
    `--metrics: expected ${NAMES.join(", ")} or all, found "${name}"`,
    "ndcg is computed at every k, ndcg@10 at one",
  );
}

/** A retrieval metric of one query. */
export interface RetrievalMetric {
  /** Such as `ndcg@10` or `mrr`. */
  readonly name: string;
  /** The number of nearest rows that it depends on; null if it depends on all ranks. */
  readonly cutoff: number | null;
  of(found: QueryRanks): number;
}

/**
 * Returns the retrieval metric of a name: one that depends on the ranks of relevant rows only.
 *
 * @throws {UsageError} for a name that is none.
 */
export function retrievalMetric(name: string): RetrievalMetric {
  const [, base, cutoff] = /^(.*)@([1-9]\d{0,8})$/.exec(name) ?? [];
  if (base !== undefined && Object.hasOwn(ALL_AT, base)) {
    const k = Number(cutoff);
    return { name, cutoff: k, of: (found) => ALL_AT[base](found, k) };
  }
  if (Object.hasOwn(OF_RANKS, name)) {
    return { name, cutoff: null, of: (found) => OF_RANKS[name](found, DEFAULT_PERSISTENCE) };
  }
  const names = [...Object.keys(ALL_AT).map((one) => `${one}@k`), ...Object.keys(OF_RANKS)];
  throw new UsageError(`expected a retrieval metric, found "${name}"`, `the metrics are ${names.join(", ")}`);
}

/** Returns whether a smaller value of a metric is better: the metric is a rank. */
export const isRank = (name: string): boolean => /^(?:mean|first)[-_]rank$/.test(name);

/** Computes the means of all metrics over queries, each of which has at least one relevant row. */
export class MetricMeans {
  private readonly metrics: NamedMetrics;
  private readonly sums: Float64Array;
  private count = 0;

  /** @param cutoffs the values of k. @throws {UsageError} for an unknown name of a metric. */
  constructor(cutoffs: readonly number[], choice: MetricChoice = {}) {
    this.metrics = metricsNamed(cutoffs, choice);
    this.sums = new Float64Array(this.metrics.length);
  }

  /** The names of the metrics, in the order of the result. */
  get names(): string[] {
    return this.metrics.map(([name]) => name);
  }

  /** Returns the metrics of one query, in the order of the names. */
  valuesOf(found: QueryRanks): number[] {
    return this.metrics.map(([, metric]) => metric(found));
  }

  add(found: QueryRanks): void {
    this.addValues(this.valuesOf(found));
  }

  /** Adds the metrics of one query, in the order of the names. */
  addValues(values: readonly number[]): void {
    this.count++;
    for (const [i, value] of values.entries()) this.sums[i] += value;
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

/**
 * Returns the ranks of the relevant rows of a query, and of the rows whose grade is below the relevance level.
 *
 * @param placeOf returns the place from 0 of a row; NaN for a row without one.
 */
export function ranksAt(relevance: Relevance, query: number, placeOf: (row: number) => number): QueryRanks {
  const lesser = (relevance.othersOf?.(query) ?? []).filter(({ grade }) => grade > 0);
  const own = ranked(Array.from(relevance.rowsOf(query), placeOf), relevance.gradesOf(query));
  if (lesser.length === 0) return { query, ...own };
  const places = lesser.map(({ row }) => placeOf(row));
  const grades = lesser.map(({ grade }) => grade);
  return { query, ...own, lesser: ranked(places, grades) };
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
 * Returns NDCG: the discounted gain Σ gᵢ / log₂(rᵢ + 1) up to rank k, divided by that of the ideal order.
 *
 * @param gainOf returns the gain of a grade; the grade of binary relevance is 1.
 * @see K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * https://doi.org/10.1145/582415.582418
 */
function discountedGain(found: QueryRanks, k: number, gainOf: (grade: number) => number): number {
  const { ranks, grades } = withLesser(found);
  const count = within(ranks, k);
  let gained = 0;
  for (let i = 0; i < count; i++) gained += gainOf(grades?.[i] ?? 1) / Math.log2(ranks[i] + 1);
  const sorted = grades && [...grades].sort((one, other) => other - one);
  let best = 0;
  for (let i = 0; i < Math.min(k, ranks.length); i++) best += gainOf(sorted?.[i] ?? 1) / Math.log2(i + 2);
  return gained / best;
}

const exponentialGain = (grade: number): number => 2 ** grade - 1;

/** Returns all rows with a gain in the order of their ranks. */
function withLesser({ ranks, grades, lesser }: QueryRanks): Pick<QueryRanks, "ranks" | "grades"> {
  if (!lesser) return { ranks, grades };
  const all = [
    ...ranks.map((rank, i) => ({ rank, grade: grades?.[i] ?? 1 })),
    ...lesser.ranks.map((rank, i) => ({ rank, grade: lesser.grades?.[i] ?? 1 })),
  ];
  all.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return { ranks: all.map(({ rank }) => rank), grades: all.map(({ grade }) => grade) };
}

/**
 * Returns bpref: the mean over the R relevant rows of 1 − min(n, R) / min(N, R), where n of the N rows that are judged not relevant
 * are ranked above the row. Rows that are not judged do not count.
 *
 * @see C. Buckley, E. M. Voorhees, "Retrieval evaluation with incomplete information",
 * https://doi.org/10.1145/1008992.1009000, as trec_eval computes it (m_bpref.c)
 */
function bpref({ ranks, nonRelevant }: QueryRanks): number {
  if (!nonRelevant) return Number.NaN;
  const { count, above } = nonRelevant;
  const most = ranks.length;
  let sum = 0;
  for (const [i, rank] of ranks.entries()) {
    if (!Number.isFinite(rank)) break;
    const before = above ? above[i] : rank - i - 1;
    sum += before === 0 ? 1 : 1 - Math.min(before, most) / Math.min(count, most);
  }
  return sum / most;
}
