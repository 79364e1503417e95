import type { Nearer, ScoredMatrix } from "../core/matrix.js";
import { type JudgedRow, type Relevance, withoutSelf } from "../core/relevance.js";
import type { ScoreBins, Spread } from "../core/results.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import type { CellRanks } from "../kernels/score-reducer.js";
import { RowScores, rankedBy } from "../neighbours/row-scores.js";
import type { Part } from "./moments.js";
import { type OtherDistribution, OtherScores } from "./other-scores.js";
import { type MetricChoice, MetricMeans, type QueryRanks, type RetrievalMetrics, ranked } from "./retrieval-metrics.js";
import type { ScoreHistogram } from "./score-histogram.js";
import { MAX_KEPT, SpreadGatherer } from "./spread.js";

/** The result of {@link evaluate}. */
export interface Evaluation {
  /** The number of queries with a relevant row, and the total number of relevant rows. */
  readonly answered: number;
  readonly answers: number;
  /** The means of the retrieval metrics over all queries with a relevant row. */
  readonly metrics: RetrievalMetrics;
  /** The distribution of the scores of relevant rows, and of all other rows; null if there are none. */
  readonly positive: Spread | null;
  readonly negative: Spread | null;
  /** The scores of both in bins over their common range; null if there are none. */
  readonly bins: ScoreBins | null;
  /** The area under the ROC curve of relevant rows against other rows; null if there are none of either. */
  readonly auc: number | null;
  /** The maximum error of the area: 0 unless there are too many relevant rows to keep their scores. */
  readonly aucError: number | null;
}

export interface EvaluationOptions {
  /** Whether row i of the corpus is query i and is ignored for it. Default: false. */
  readonly excludeSelf?: boolean;
  /** The values of k of metrics such as `recall@k`. Default: 1, 3, 5 and 10. */
  readonly cutoffs?: readonly number[];
  /** The retrieval metrics; see {@link MetricChoice}. */
  readonly metrics?: MetricChoice;
  /** Receives the ranks of each query that has a relevant row, in order. */
  readonly onQuery?: (query: QueryRanks) => void;
  /**
   * Maximum number of scores of relevant rows, and of other rows, to keep. Up to it, quartiles and the area are exact;
   * beyond it, they are computed from histograms and have an error bound.
   */
  readonly maxKept?: number;
  /** Threads to use. Default: `defaultRuntime()`. */
  readonly runtime?: Runtime;
}

/**
 * Ranks the relevant rows of each query and compares their scores with those of the other rows, in one pass over the
 * tiles.
 *
 * @param scores n×m, one row per query.
 */
export async function evaluate(
  scores: ScoredMatrix,
  relevance: Relevance,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const { cutoffs = [1, 3, 5, 10], maxKept = MAX_KEPT } = options;
  const means = new MetricMeans(cutoffs, options.metrics);
  const relevant = options.excludeSelf ? withoutSelf(relevance) : relevance;
  const positive = new SpreadGatherer(maxKept);
  for (const score of positiveScores(scores, relevant)) positive.add(score);
  const ranked = await rankQueries(scores, relevant, sortedOf(positive.scores), options, (ranks) => {
    means.add(ranks);
    options.onQuery?.(ranks);
  });
  return evaluationOf({ ...ranked, means, positive, nearer: scores.nearer });
}

/** Yields the exact scores of all relevant rows, query by query, without those that are not a number. */
export function* positiveScores(
  { rows, exact }: Pick<ScoredMatrix, "rows" | "exact">,
  relevant: Relevance,
): Generator<number> {
  for (let query = 0; query < rows; query++) {
    for (const row of Array.from(relevant.rowsOf(query))) {
      const score = exact(query, row);
      if (!Number.isNaN(score)) yield score;
    }
  }
}

/** Returns scores in ascending order, or their histogram. */
export const sortedOf = (scores: Float64Array | ScoreHistogram): Float64Array | ScoreHistogram =>
  scores instanceof Float64Array ? scores.slice().sort() : scores;

/** Returns the number of pairs of a query and a row that is not relevant, if their scores are kept; otherwise null. */
export function keptOthers(
  { rows: n, columns: m }: Pick<ScoredMatrix, "rows" | "columns">,
  relevant: Relevance,
  { excludeSelf = false, maxKept = MAX_KEPT }: EvaluationOptions,
): number | null {
  let others = n * m - (excludeSelf ? Math.min(n, m) : 0);
  for (let query = 0; query < n; query++) {
    for (const row of Array.from(relevant.rowsOf(query))) if (row < m) others--;
  }
  return others <= maxKept ? others : null;
}

/** What is found of queries. */
export interface RankedQueries extends Pick<Evaluation, "answered" | "answers"> {
  /** The scores of the rows that are not relevant. */
  readonly negative: OtherDistribution;
}

/**
 * Ranks the relevant rows of the queries in the tiles.
 *
 * @param scores n×m, which may have the tiles of some rows only. @param relevant without the query itself if `excludeSelf` is set.
 * @param positives the scores of all relevant rows in ascending order, or their histogram if there are too many.
 * @param onQuery receives the ranks of each query that has a relevant row, in order.
 * @param onRow receives the moments of the scores of the other rows of each query, in order.
 */
export async function rankQueries(
  scores: ScoredMatrix,
  relevant: Relevance,
  positives: Float64Array | ScoreHistogram,
  options: EvaluationOptions,
  onQuery: (query: QueryRanks) => void,
  onRow?: (part: Part) => void,
): Promise<RankedQueries> {
  const { excludeSelf = false, runtime = defaultRuntime() } = options;
  const { columns: m } = scores;
  const negative = new OtherScores(scores, {
    relevance: relevant,
    excludeSelf,
    positives,
    kept: keptOthers(scores, relevant, options),
    pool: runtime.pool,
    ...(onRow && { onRow }),
  });
  const row = new RowScores(scores);
  let [answered, answers] = [0, 0];
  try {
    for await (const tile of scores.tiles()) {
      const ranksOf = await negative.add(tile);
      for (let i = 0; i < tile.rows; i++) {
        const query = tile.firstRow + i;
        const own = Array.from(relevant.rowsOf(query));
        if (own.length === 0) continue;
        const grades = relevant.gradesOf(query);
        const others = relevant.othersOf?.(query) ?? null;
        const lesser = others?.filter(({ grade }) => grade > 0) ?? [];
        const clear = lesser.length === 0 ? ranksOf(query) : null;
        if (!clear) row.load(query, tile.values.subarray(i * m, (i + 1) * m), excludeSelf ? [query] : []);
        const places = clear ? placesOf(clear, grades !== null) : row.ranksOf(own);
        const lesserPlaces = lesser.length === 0 ? [] : row.ranksOf(lesser.map((judged) => judged.row));
        const ranks: QueryRanks = {
          query,
          ...ranked(places, grades),
          ...(lesser.length > 0 && {
            lesser: ranked(
              lesserPlaces,
              lesser.map(({ grade }) => grade),
            ),
          }),
          nonRelevant: others
            ? { count: others.length, above: nonRelevantAbove(scores, query, own, others) }
            : { count: m - own.length - (excludeSelf && query < m ? 1 : 0), above: null },
        };
        onQuery(ranks);
        answered++;
        answers += own.length;
      }
    }
    return { answered, answers, negative: negative.result() };
  } finally {
    row.close();
    negative.close();
  }
}

/** What an evaluation is computed from. */
export interface EvaluationParts extends RankedQueries {
  readonly means: MetricMeans;
  readonly positive: SpreadGatherer;
  readonly nearer: Nearer;
}

export function evaluationOf({ answered, answers, negative, means, positive, nearer }: EvaluationParts): Evaluation {
  const [ofPositive, ofNegative, found] = [positive.result(), negative.spread(), negative.area()];
  return {
    answered,
    answers,
    metrics: means.result(),
    positive: ofPositive,
    negative: ofNegative,
    bins: binsOf([ofPositive, ofNegative], positive, negative, nearer === "less"),
    // For distances, smaller is nearer.
    auc: found && (nearer === "greater" ? found.area : 1 - found.area),
    aucError: found?.error ?? null,
  };
}

/**
 * Returns for each relevant row, in the order of their ranks, how many rows that were judged not relevant have a smaller rank.
 * Only the scores of judged rows are needed.
 */
function nonRelevantAbove(
  { exact, nearer }: ScoredMatrix,
  query: number,
  relevant: readonly number[],
  others: readonly JudgedRow[],
): number[] {
  if (others.length === 0) return relevant.map(() => 0);
  const isOther = new Set(others.map(({ row }) => row));
  const ranking = rankedBy([...relevant, ...isOther], (row) => exact(query, row), nearer).columns;
  let before = 0;
  const above: number[] = [];
  for (const row of ranking) {
    if (isOther.has(row)) before++;
    else above.push(before);
  }
  return above;
}

const BINS = 600;

function binsOf(
  spreads: readonly (Spread | null)[],
  positive: SpreadGatherer,
  negative: OtherDistribution,
  isDistance: boolean,
): ScoreBins | null {
  const ranges = spreads.filter((spread) => spread !== null);
  if (ranges.length === 0) return null;
  const from = Math.min(...ranges.map(({ min }) => min));
  const to = Math.max(...ranges.map(({ max }) => max));
  if (!Number.isFinite(to - from)) return null;
  return { from, to, isDistance, positive: positive.counts(from, to, BINS), negative: negative.counts(from, to, BINS) };
}

/** Returns the places from 0 of relevant rows, in the order of the rows or in any order; NaN for a row without a score. */
function placesOf({ cells, nearer }: CellRanks, inOrder: boolean): number[] {
  if (!inOrder) return Array.from(cells, (_, k) => nearer[k] ?? Number.NaN);
  const order = Array.from(cells.keys()).filter((k) => !Number.isNaN(cells[k]));
  order.sort((one, other) => cells[one] - cells[other]);
  const places = new Array<number>(cells.length).fill(Number.NaN);
  for (const [at, k] of order.entries()) places[k] = nearer[at];
  return places;
}
