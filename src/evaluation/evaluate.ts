import type { ScoredMatrix } from "../core/matrix.js";
import { type Relevance, withoutSelf } from "../core/relevance.js";
import type { ScoreBins, Spread } from "../core/results.js";
import { RowScores } from "../neighbours/row-scores.js";
import { AucCounter } from "./auc.js";
import { BinnedAucCounter } from "./binned-auc.js";
import { OtherScores } from "./other-scores.js";
import { MetricMeans, type QueryRanks, type RetrievalMetrics } from "./retrieval-metrics.js";
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
  /** Receives the ranks of each query that has a relevant row, in order. */
  readonly onQuery?: (query: QueryRanks) => void;
  /**
   * Maximum number of scores of relevant rows, and of other rows, to keep. Up to it, quartiles and the area are exact;
   * beyond it, they are computed from histograms and have an error bound.
   */
  readonly maxKept?: number;
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
  { excludeSelf = false, cutoffs = [1, 3, 5, 10], onQuery, maxKept = MAX_KEPT }: EvaluationOptions = {},
): Promise<Evaluation> {
  const { rows: n, columns: m, nearer } = scores;
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  const means = new MetricMeans(cutoffs);
  const positive = new SpreadGatherer(maxKept);
  for (let query = 0; query < n; query++) {
    for (const row of Array.from(relevant.rowsOf(query))) {
      const score = scores.exact(query, row);
      if (!Number.isNaN(score)) positive.add(score);
    }
  }
  const negative = new SpreadGatherer(maxKept);
  const { scores: kept } = positive;
  const counter = kept instanceof Float64Array ? new AucCounter(kept) : new BinnedAucCounter(kept);
  const row = new RowScores(scores);
  const others = new OtherScores(m);
  let [answered, answers] = [0, 0];
  try {
    for await (const tile of scores.tiles()) {
      for (let i = 0; i < tile.rows; i++) {
        const query = tile.firstRow + i;
        const cells = tile.values.subarray(i * m, (i + 1) * m);
        const own = Array.from(relevant.rowsOf(query));
        if (own.length > 0) {
          row.load(query, cells, excludeSelf ? [query] : []);
          const ranks = { query, ...ranked(row.ranksOf(own), relevant.gradesOf(query)) };
          means.add(ranks);
          onQuery?.(ranks);
          answered++;
          answers += own.length;
        }
        others.load(cells, excludeSelf && query < m ? withSelf(own, query) : own);
        negative.addAll(others.scores);
        counter.addAll(others.scores, scores.slack(query, others.largest), (k) =>
          scores.exact(query, others.columnOf(k)),
        );
      }
    }
  } finally {
    row.close();
  }
  const found = counter.result();
  // For distances, smaller is nearer.
  const auc = found && (nearer === "greater" ? found.area : 1 - found.area);
  const spreads = { positive: positive.result(), negative: negative.result() };
  return {
    answered,
    answers,
    metrics: means.result(),
    ...spreads,
    bins: binsOf([spreads.positive, spreads.negative], positive, negative, nearer === "less"),
    auc,
    aucError: found?.error ?? null,
  };
}

/** Returns relevant rows and the query itself, in ascending order. */
const withSelf = (rows: readonly number[], query: number): number[] => {
  const after = rows.findIndex((row) => row > query);
  return after < 0 ? [...rows, query] : [...rows.slice(0, after), query, ...rows.slice(after)];
};

const BINS = 600;

function binsOf(
  spreads: readonly (Spread | null)[],
  positive: SpreadGatherer,
  negative: SpreadGatherer,
  isDistance: boolean,
): ScoreBins | null {
  const ranges = spreads.filter((spread) => spread !== null);
  if (ranges.length === 0) return null;
  const from = Math.min(...ranges.map(({ min }) => min));
  const to = Math.max(...ranges.map(({ max }) => max));
  if (!Number.isFinite(to - from)) return null;
  return { from, to, isDistance, positive: positive.counts(from, to, BINS), negative: negative.counts(from, to, BINS) };
}

/** Returns ranks from 1, in ascending order, with their grades; the rank of a row without a score is infinite. */
function ranked(places: readonly number[], grades: ArrayLike<number> | null): Omit<QueryRanks, "query"> {
  const answers = places.map((place, k) => ({
    rank: Number.isNaN(place) ? Number.POSITIVE_INFINITY : place + 1,
    grade: grades?.[k] ?? 1,
  }));
  answers.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return { ranks: answers.map(({ rank }) => rank), grades: grades && answers.map(({ grade }) => grade) };
}
