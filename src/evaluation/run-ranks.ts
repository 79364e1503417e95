import { type Judgement, relevanceByJudgement } from "../core/relevance.js";
import { type QueryRanks, ranksAt } from "./retrieval-metrics.js";

/** The documents that a system found for each query. */
export interface FoundDocuments {
  readonly queries: readonly string[];
  readonly documents: readonly string[];
  /** Returns the documents of a query as indices, the best first. */
  documentsOf(query: number): ArrayLike<number>;
}

/** The ranks of the relevant documents of a run. */
export interface RunRanks {
  /** The ids of all queries: those of the run, then those that only have judgements. */
  readonly queries: readonly string[];
  /** One for each query with a relevant document. A document that was not found has an infinite rank. */
  readonly ranks: readonly QueryRanks[];
  /** Number of queries with a relevant document that are not in the run. */
  readonly notInRun: number;
}

/**
 * Returns the ranks of the relevant documents of each query in a run, found or not.
 *
 * @param level the smallest grade of a relevant document, above 0. Default: any.
 */
export function ranksInRun(run: FoundDocuments, judgements: readonly Judgement[], level?: number): RunRanks {
  const queries = [...new Set([...run.queries, ...judgements.map(({ query }) => query)])];
  const documents = [...new Set([...run.documents, ...judgements.map(({ document }) => document)])];
  const relevance = relevanceByJudgement(
    judgements,
    { rows: queries.length, ids: queries },
    { rows: documents.length, ids: documents },
    false,
    level,
  );
  // The place of each document that the query has, and that query plus 1.
  const places = new Uint32Array(documents.length);
  const placedFor = new Uint32Array(documents.length);
  const ranks: QueryRanks[] = [];
  for (let query = 0; query < queries.length; query++) {
    if (relevance.rowsOf(query).length === 0) continue;
    const found = query < run.queries.length ? run.documentsOf(query) : [];
    for (let place = 0; place < found.length; place++) {
      places[found[place]] = place;
      placedFor[found[place]] = query + 1;
    }
    const placeOf = (document: number) => (placedFor[document] === query + 1 ? places[document] : Number.NaN);
    const own = ranksAt(relevance, query, placeOf);
    const others = relevance.othersOf?.(query) ?? [];
    ranks.push({
      ...own,
      nonRelevant: {
        count: others.length,
        above: own.ranks.map((rank) => others.filter(({ row }) => placeOf(row) + 1 < rank).length),
      },
    });
  }
  return { queries, ranks, notInRun: ranks.filter(({ query }) => query >= run.queries.length).length };
}
