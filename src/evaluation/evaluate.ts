import { type Relevance, withoutSelf } from "../core/relevance.js";
import type { Spread } from "../core/results.js";
import type { ScoredMatrix } from "../core/scores.js";
import { RowScores } from "../neighbours/row-scores.js";
import { AucCounter } from "./auc.js";
import { BinnedAucCounter } from "./binned-auc.js";
import type { QueryRanks } from "./retrieval-metrics.js";
import { MOST_KEPT, SpreadGatherer } from "./spread.js";

/** What a matrix of scores tells of a retrieval model. */
export interface Evaluation {
  /** How many queries have an answer, and how many answers there are in all. */
  readonly answered: number;
  readonly answers: number;
  /** How the scores of answers, and of all other rows, are spread; null where there are none. */
  readonly positive: Spread | null;
  readonly negative: Spread | null;
  /** The area under the ROC curve of answers against other rows; null where one of the two is lacking. */
  readonly auc: number | null;
  /** How far it may be off: 0 unless there are too many answers to keep their scores. */
  readonly aucError: number | null;
}

/**
 * Ranks the answers of every query, and compares their scores with those of the other rows, in one pass over the tiles.
 *
 * @param scores n×m, the queries in the rows.
 * @param excludeSelf whether row i of the corpus is query i, and neither an answer to it nor another row.
 * @param take is given the ranks of each query that has an answer, in order; they are not kept.
 * @param mostKept up to so many scores of answers, and of other rows, are kept, and quartiles and AUC are exact; of more
 * than that they come from histograms, and are told with the most that they may be off.
 */
export async function evaluate(
  scores: ScoredMatrix,
  relevance: Relevance,
  excludeSelf: boolean,
  take: (query: QueryRanks) => void,
  mostKept = MOST_KEPT,
): Promise<Evaluation> {
  const { rows: n, columns: m, nearer } = scores;
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  const positive = new SpreadGatherer(mostKept);
  for (let query = 0; query < n; query++) {
    for (const row of Array.from(relevant.rowsOf(query))) {
      const score = scores.exact(query, row);
      if (!Number.isNaN(score)) positive.add(score);
    }
  }
  const negative = new SpreadGatherer(mostKept);
  const { scores: kept } = positive;
  const counter = kept instanceof Float64Array ? new AucCounter(kept) : new BinnedAucCounter(kept);
  const row = new RowScores(scores);
  let [answered, answers] = [0, 0];
  try {
    for await (const tile of scores.tiles()) {
      for (let i = 0; i < tile.rows; i++) {
        const query = tile.firstRow + i;
        const cells = tile.values.subarray(i * m, (i + 1) * m);
        const own = Array.from(relevant.rowsOf(query));
        if (own.length > 0) {
          row.load(query, cells, excludeSelf ? [query] : []);
          take({ query, ...ranked(row.ranksOf(own), relevant.gradesOf(query)) });
          answered++;
          answers += own.length;
        }
        let next = 0;
        for (let j = 0; j < m; j++) {
          if (own[next] === j) next++;
          else if (!(excludeSelf && j === query) && !Number.isNaN(cells[j])) {
            negative.add(cells[j]);
            counter.add(cells[j], scores.slack(query, Math.abs(cells[j])), () => scores.exact(query, j));
          }
        }
      }
    }
  } finally {
    row.close();
  }
  const found = counter.result();
  // Of distances the less is the nearer.
  const auc = found && (nearer === "greater" ? found.area : 1 - found.area);
  return {
    answered,
    answers,
    positive: positive.result(),
    negative: negative.result(),
    auc,
    aucError: found?.error ?? null,
  };
}

/** Ranks from 0, or NaN, and grades, in the order of the ranks. */
function ranked(places: readonly number[], grades: ArrayLike<number> | null): Omit<QueryRanks, "query"> {
  const answers = places.map((place, k) => ({
    rank: Number.isNaN(place) ? Number.POSITIVE_INFINITY : place + 1,
    grade: grades?.[k] ?? 1,
  }));
  answers.sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
  return { ranks: answers.map(({ rank }) => rank), grades: grades && answers.map(({ grade }) => grade) };
}
