import type { ScoredMatrix } from "../../core/matrix.js";
import { RowScores } from "../../neighbours/row-scores.js";
import type { ComparedSets } from "./comparison.js";

/** A query and a row that is not relevant to it. */
export interface Negative {
  readonly query: number;
  readonly row: number;
  readonly score: number;
  /** The score of the nearest relevant row; null if there is none. */
  readonly positive: number | null;
}

/** The nearest rows that are not relevant. */
export interface Negatives {
  /** The nearest of all queries, nearest first; of one set compared with itself without relevance, each pair once. */
  readonly nearest: readonly Negative[];
  /** The number of queries with a row that is nearly as near as the nearest relevant one, or nearer. */
  readonly suspicious: number;
}

/** The share of the score of a positive from which a negative may be a positive that is not marked as one. */
export const SUSPICIOUS = 0.95;

/** Finds the nearest rows that are not relevant to their query: the first `count` of all, and the first of each query. */
export async function nearestNegatives(sets: ComparedSets, scores: ScoredMatrix, count: number): Promise<Negatives> {
  const { isSelf, relevance } = sets;
  const sign = scores.nearer === "greater" ? 1 : -1;
  const order = (one: Negative, other: Negative) =>
    sign * (other.score - one.score) || one.query - other.query || one.row - other.row;
  let found: Negative[] = [];
  let suspicious = 0;
  const row = new RowScores(scores);
  try {
    for await (const { firstRow, rows, columns, values } of scores.tiles()) {
      for (let i = 0; i < rows; i++) {
        const query = firstRow + i;
        const relevant = relevantRows(sets, query);
        const positive = nearestPositive(relevant, query, scores);
        row.load(query, values.subarray(i * columns, (i + 1) * columns), isSelf ? [query, ...relevant] : relevant);
        const nearest = row.nearest(count);
        if (positive !== null && nearest.scores.length > 0 && isSuspicious(nearest.scores[0], positive, sign))
          suspicious++;
        for (const [k, other] of nearest.columns.entries()) {
          if (isSelf && !relevance && other < query) continue;
          found.push({ query, row: other, score: nearest.scores[k], positive });
        }
      }
      found = found.sort(order).slice(0, count);
    }
  } finally {
    row.close();
  }
  return { nearest: found, suspicious };
}

/** Returns the rows that are relevant to a query, without the query itself. */
export const relevantRows = ({ isSelf, relevance }: ComparedSets, query: number): number[] =>
  Array.from(relevance?.rowsOf(query) ?? []).filter((row) => !(isSelf && row === query));

/** Returns the score of the nearest of the rows that are relevant to a query; null if none has a score. */
export function nearestPositive(
  relevant: readonly number[],
  query: number,
  { nearer, exact }: Pick<ScoredMatrix, "nearer" | "exact">,
): number | null {
  const scores = relevant.map((row) => exact(query, row)).filter((score) => !Number.isNaN(score));
  const nearest = nearer === "greater" ? Math.max : Math.min;
  return scores.length === 0 ? null : scores.reduce((best, score) => nearest(best, score));
}

/** Returns whether a negative is nearly as near as the positive, or nearer. */
function isSuspicious(score: number, positive: number, sign: 1 | -1): boolean {
  return sign > 0 ? positive > 0 && score >= SUSPICIOUS * positive : SUSPICIOUS * score <= positive;
}
