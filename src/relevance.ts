/** Which rows of a corpus answer each of n queries. */
export interface Relevance {
  /** The rows that answer a query, in ascending order. */
  rowsOf(query: number): ArrayLike<number>;
  /** How well each of them does, above 0; null where all do alike. */
  gradesOf(query: number): ArrayLike<number> | null;
}

/** Row i of the corpus answers query i, and no other one. */
export function relevanceByRow(): Relevance {
  return { rowsOf: (query) => [query], gradesOf: () => null };
}

/**
 * The rows of a query's class answer it.
 *
 * @param queries a class label a query. @param corpus a class label a row.
 * @param excludeSelf whether row i is query i, and no answer to it.
 */
export function relevanceByLabel(
  queries: readonly string[],
  corpus: readonly string[],
  excludeSelf: boolean,
): Relevance {
  const classes = new Map<string, number[]>();
  corpus.forEach((label, row) => {
    const members = classes.get(label);
    if (members) members.push(row);
    else classes.set(label, [row]);
  });
  return {
    rowsOf(query) {
      const rows = classes.get(queries[query]) ?? [];
      return excludeSelf ? rows.filter((row) => row !== query) : rows;
    },
    gradesOf: () => null,
  };
}

/** One judgement: how well a document answers a query, both by their ids. */
export interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
}

/** Judgements by id as relevance by row, and how many of them name no row. */
export interface JudgedRelevance extends Relevance {
  readonly unknown: number;
}

/**
 * Relevance that somebody has judged; grades of 0 and below say that a row is no answer.
 *
 * @param queryIds, corpusIds the ids of the rows; null where they are counted from 0.
 */
export function relevanceByJudgement(
  judgements: Iterable<Judgement>,
  queryIds: readonly string[] | null,
  corpusIds: readonly string[] | null,
): JudgedRelevance {
  const queryOf = indexOf(queryIds);
  const rowOf = indexOf(corpusIds);
  const grades = new Map<number, Map<number, number>>();
  let unknown = 0;
  for (const { query, document, grade } of judgements) {
    const queryRow = queryOf(query);
    const corpusRow = rowOf(document);
    if (queryRow === undefined || corpusRow === undefined) unknown++;
    else if (grade > 0) {
      const judged = grades.get(queryRow) ?? new Map<number, number>();
      grades.set(queryRow, judged.set(corpusRow, grade));
    }
  }
  const rowsOf = (query: number) => [...(grades.get(query)?.keys() ?? [])].sort((one, other) => one - other);
  return {
    unknown,
    rowsOf,
    gradesOf: (query) => rowsOf(query).map((row) => grades.get(query)?.get(row) ?? 0),
  };
}

function indexOf(ids: readonly string[] | null): (id: string) => number | undefined {
  if (!ids) return (id) => (/^\d+$/.test(id) ? Number(id) : undefined);
  const rows = new Map(ids.map((id, row) => [id, row]));
  return (id) => rows.get(id);
}
