import { RowScores } from "../neighbours/row-scores.js";
import { type Relevance, withoutSelf } from "../relevance.js";
import type { ScoredMatrix } from "../scores.js";
import { AucCounter } from "./auc.js";
import type { QueryRanks } from "./retrieval-metrics.js";
import { type Spread, SpreadGatherer } from "./spread.js";

/** What a matrix of scores tells of a retrieval model. */
export interface Evaluation {
  /** The queries that have an answer, in order. */
  readonly queries: readonly QueryRanks[];
  /** How the scores of answers, and of all other rows, are spread; null where there are none. */
  readonly positive: Spread | null;
  readonly negative: Spread | null;
  /** The area under the ROC curve of answers against other rows; null where one of the two is lacking. */
  readonly auc: number | null;
}

/** From so many answers on, a row is sorted once. */
const WORTH_SORTING = 32;

/**
 * Ranks the answers of every query, and compares their scores with those of the other rows, in one pass over the tiles.
 *
 * @param scores n×m, the queries in the rows.
 * @param excludeSelf whether row i of the corpus is query i, and neither an answer to it nor another row.
 */
export async function evaluate(scores: ScoredMatrix, relevance: Relevance, excludeSelf: boolean): Promise<Evaluation> {
  const { rows: n, columns: m, nearer } = scores;
  const sign = nearer === "greater" ? 1 : -1;
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  const answers = Array.from({ length: n }, (_, query) => Array.from(relevant.rowsOf(query)));
  const positive = new SpreadGatherer();
  const positives: number[] = [];
  for (const [query, rows] of answers.entries()) {
    for (const row of rows) {
      const score = scores.exact(query, row);
      if (Number.isNaN(score)) continue;
      positive.add(score);
      positives.push(sign * score);
    }
  }
  const negative = new SpreadGatherer();
  const auc = new AucCounter(Float64Array.from(positives));
  const row = new RowScores(scores);
  const queries: QueryRanks[] = [];
  try {
    for await (const tile of scores.tiles()) {
      for (let i = 0; i < tile.rows; i++) {
        const query = tile.firstRow + i;
        const cells = tile.values.subarray(i * m, (i + 1) * m);
        const own = answers[query];
        if (own.length > 0) {
          row.load(query, cells, excludeSelf ? [query] : []);
          queries.push(ranksOf(row, query, own, relevant.gradesOf(query), m));
        }
        let next = 0;
        for (let j = 0; j < m; j++) {
          if (own[next] === j) next++;
          else if (!(excludeSelf && j === query) && !Number.isNaN(cells[j])) {
            negative.add(cells[j]);
            auc.add(sign * cells[j], scores.slack(query, Math.abs(cells[j])), () => sign * scores.exact(query, j));
          }
        }
      }
    }
  } finally {
    row.close();
  }
  return { queries, positive: positive.result(), negative: negative.result(), auc: auc.result() };
}

function ranksOf(
  row: RowScores,
  query: number,
  answers: readonly number[],
  grades: ArrayLike<number> | null,
  m: number,
): QueryRanks {
  const ranked = answers.map((answer, k) => ({ rank: 0, answer, grade: grades?.[k] ?? 1 }));
  const places = answers.length < WORTH_SORTING ? null : placesIn(row.nearest(m).columns, m);
  for (const one of ranked) {
    const isScored = !Number.isNaN(row.scoreOf(one.answer));
    one.rank = isScored ? 1 + (places ? places[one.answer] : row.rankOf(one.answer)) : Number.POSITIVE_INFINITY;
  }
  ranked.sort((one, other) => one.rank - other.rank);
  return { query, ranks: ranked.map(({ rank }) => rank), grades: grades && ranked.map(({ grade }) => grade) };
}

function placesIn(order: readonly number[], m: number): Int32Array {
  const places = new Int32Array(m);
  order.forEach((column, place) => {
    places[column] = place;
  });
  return places;
}
