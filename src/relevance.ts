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
  const relevance: Relevance = { rowsOf: (query) => classes.get(queries[query]) ?? [], gradesOf: () => null };
  return excludeSelf ? withoutSelf(relevance) : relevance;
}

/** The same relevance where row i of the corpus is query i: no query answers itself. */
export function withoutSelf(relevance: Relevance): Relevance {
  const rowsOf = (query: number) => Array.from(relevance.rowsOf(query));
  return {
    rowsOf: (query) => rowsOf(query).filter((row) => row !== query),
    gradesOf(query) {
      const grades = relevance.gradesOf(query);
      if (!grades) return null;
      const rows = rowsOf(query);
      return Array.from(grades).filter((_, k) => rows[k] !== query);
    },
  };
}

/** One judgement: how well a document answers a query, both by their ids. */
export interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
}

/** Judgements by id as relevance by row. */
export interface JudgedRelevance extends Relevance {
  /** How many of them name no row. */
  readonly unknown: number;
  /** How many say that a query answers itself, and were left out. */
  readonly ofSelf: number;
}

/**
 * Relevance that somebody has judged; grades of 0 and below say that a row is no answer.
 *
 * @param queryIds, corpusIds the ids of the rows; null where they are counted from 0.
 * @param excludeSelf whether row i is query i, and no answer to it, whatever was judged.
 */
export function relevanceByJudgement(
  judgements: Iterable<Judgement>,
  queryIds: readonly string[] | null,
  corpusIds: readonly string[] | null,
  excludeSelf = false,
): JudgedRelevance {
  const queryOf = indexOf(queryIds);
  const rowOf = indexOf(corpusIds);
  const grades = new Map<number, Map<number, number>>();
  let [unknown, ofSelf] = [0, 0];
  for (const { query, document, grade } of judgements) {
    const queryRow = queryOf(query);
    const corpusRow = rowOf(document);
    if (queryRow === undefined || corpusRow === undefined) unknown++;
    else if (grade > 0 && excludeSelf && queryRow === corpusRow) ofSelf++;
    else if (grade > 0) {
      const judged = grades.get(queryRow) ?? new Map<number, number>();
      grades.set(queryRow, judged.set(corpusRow, grade));
    }
  }
  const rowsOf = (query: number) => [...(grades.get(query)?.keys() ?? [])].sort((one, other) => one - other);
  return {
    unknown,
    ofSelf,
    rowsOf,
    gradesOf: (query) => rowsOf(query).map((row) => grades.get(query)?.get(row) ?? 0),
  };
}

function indexOf(ids: readonly string[] | null): (id: string) => number | undefined {
  if (!ids) return (id) => (/^\d+$/.test(id) ? Number(id) : undefined);
  const rows = new Map(ids.map((id, row) => [id, row]));
  return (id) => rows.get(id);
}
