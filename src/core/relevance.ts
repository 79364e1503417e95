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
  /** How many say no more than that a query answers itself, and were left out. */
  readonly ofSelf: number;
}

/** How the rows of a set are called. */
export interface NamedRows {
  readonly rows: number;
  /** Null where they are counted from 0; an id that several rows share names all of them. */
  readonly ids: readonly string[] | null;
}

/**
 * Relevance that somebody has judged; grades of 0 and below say that a row is no answer. Throws nothing: judgements of
 * rows that do not exist are counted in `unknown`.
 *
 * @param excludeSelf whether row i is query i, and no answer to it, whatever was judged.
 */
export function relevanceByJudgement(
  judgements: Iterable<Judgement>,
  queries: NamedRows,
  corpus: NamedRows,
  excludeSelf = false,
): JudgedRelevance {
  const queriesOf = rowsByName(queries);
  const answersOf = rowsByName(corpus);
  const grades = new Map<number, Map<number, number>>();
  let [unknown, ofSelf] = [0, 0];
  for (const { query, document, grade } of judgements) {
    const queryRows = queriesOf(query);
    const corpusRows = answersOf(document);
    if (queryRows.length === 0 || corpusRows.length === 0) unknown++;
    if (!(grade > 0)) continue;
    let isOfSelf = false;
    let isOfOther = false;
    for (const queryRow of queryRows) {
      for (const corpusRow of corpusRows) {
        if (excludeSelf && queryRow === corpusRow) {
          isOfSelf = true;
          continue;
        }
        isOfOther = true;
        const judged = grades.get(queryRow) ?? new Map<number, number>();
        grades.set(queryRow, judged.set(corpusRow, grade));
      }
    }
    if (isOfSelf && !isOfOther) ofSelf++;
  }
  const rowsOf = (query: number) => [...(grades.get(query)?.keys() ?? [])].sort((one, other) => one - other);
  return {
    unknown,
    ofSelf,
    rowsOf,
    gradesOf: (query) => rowsOf(query).map((row) => grades.get(query)?.get(row) ?? 0),
  };
}

/** The rows that a name stands for: none where it is unknown. */
function rowsByName({ rows, ids }: NamedRows): (name: string) => readonly number[] {
  // Written in one way only, so that an id such as 01 is never taken for row 1.
  if (!ids) return (name) => (/^(?:0|[1-9]\d*)$/.test(name) && Number(name) < rows ? [Number(name)] : []);
  const named = new Map<string, number[]>();
  ids.forEach((id, row) => {
    const others = named.get(id);
    if (others) others.push(row);
    else named.set(id, [row]);
  });
  return (name) => named.get(name) ?? [];
}
