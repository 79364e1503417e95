/** The relevant rows of a corpus for each of n queries. */
export interface Relevance {
  /** Returns the relevant rows of a query, in ascending order. */
  rowsOf(query: number): ArrayLike<number>;
  /** Returns the relevance grades of these rows, above 0; null for binary relevance. */
  gradesOf(query: number): ArrayLike<number> | null;
  /** Returns the rows that were judged and are not relevant; absent if every row is judged. */
  othersOf?(query: number): readonly JudgedRow[];
}

/** A row of the corpus and its relevance grade. */
export interface JudgedRow {
  readonly row: number;
  readonly grade: number;
}

/** Returns the relevance in which only row i of the corpus is relevant to query i. */
export function relevanceByRow(): Relevance {
  return { rowsOf: (query) => [query], gradesOf: () => null };
}

/**
 * Returns the relevance in which the rows of a query's class are relevant to it.
 *
 * @param queries one class label per query. @param corpus one class label per row.
 * @param excludeSelf whether row i of the corpus is query i and not relevant to it.
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

/** Returns the relevance without row i of the corpus for query i. */
export function withoutSelf(relevance: Relevance): Relevance {
  const rowsOf = (query: number) => Array.from(relevance.rowsOf(query));
  const { othersOf } = relevance;
  return {
    ...(othersOf && { othersOf: (query: number) => othersOf(query).filter(({ row }) => row !== query) }),
    rowsOf: (query) => rowsOf(query).filter((row) => row !== query),
    gradesOf(query) {
      const grades = relevance.gradesOf(query);
      if (!grades) return null;
      const rows = rowsOf(query);
      return Array.from(grades).filter((_, k) => rows[k] !== query);
    },
  };
}

/** A relevance judgement: the grade of a document for a query, both identified by id. */
export interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
}

/** Relevance from judgements. */
export interface JudgedRelevance extends Relevance {
  /** Number of judgements whose query or document matches no row, and the first such name. */
  readonly unknown: number;
  readonly firstUnknown: string | null;
  /** Number of ignored judgements that only relate a query to itself. */
  readonly ofSelf: number;
}

/** The names of the rows of a set. */
export interface NamedRows {
  readonly rows: number;
  /** Null if rows are named by their number from 0; an id shared by several rows names all of them. */
  readonly ids: readonly string[] | null;
}

/**
 * Returns the relevance from judgements. A grade of 0 or less, or less than `level`, means not relevant. Judgements of rows
 * that do not exist are counted in `unknown`.
 *
 * @param excludeSelf whether row i of the corpus is query i and not relevant to it, even if it was judged so.
 * @param level the smallest grade of a relevant row, above 0. Default: any.
 */
export function relevanceByJudgement(
  judgements: Iterable<Judgement>,
  queries: NamedRows,
  corpus: NamedRows,
  excludeSelf = false,
  level = Number.MIN_VALUE,
): JudgedRelevance {
  const queriesOf = rowsByName(queries);
  const answersOf = rowsByName(corpus);
  const grades = new Map<number, Map<number, number>>();
  let [unknown, ofSelf] = [0, 0];
  let firstUnknown: string | null = null;
  for (const { query, document, grade } of judgements) {
    const queryRows = queriesOf(query);
    const corpusRows = answersOf(document);
    if (queryRows.length === 0 || corpusRows.length === 0) {
      unknown++;
      firstUnknown ??= queryRows.length === 0 ? query : document;
    }
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
        // Of several judgements, the last one above 0 counts.
        if (grade > 0 || !judged.has(corpusRow)) grades.set(queryRow, judged.set(corpusRow, grade));
      }
    }
    if (grade > 0 && isOfSelf && !isOfOther) ofSelf++;
  }
  const judgedOf = (query: number): JudgedRow[] =>
    Array.from(grades.get(query) ?? [], ([row, grade]) => ({ row, grade })).sort((one, other) => one.row - other.row);
  const relevantOf = (query: number) => judgedOf(query).filter(({ grade }) => grade >= level);
  return {
    unknown,
    firstUnknown,
    ofSelf,
    rowsOf: (query) => relevantOf(query).map(({ row }) => row),
    gradesOf: (query) => relevantOf(query).map(({ grade }) => grade),
    othersOf: (query) => judgedOf(query).filter(({ grade }) => !(grade >= level)),
  };
}

/**
 * Returns a function from a name to its rows; none for an unknown name. A name matches an id exactly, or else without the blanks
 * around both: delimited text drops them, JSON and Parquet keep them.
 */
export function rowsByName({ rows, ids }: NamedRows): (name: string) => readonly number[] {
  // Only the canonical form of a number is accepted: an id such as 01 is not row 1.
  if (!ids) return (name) => (/^(?:0|[1-9]\d*)$/.test(name) && Number(name) < rows ? [Number(name)] : []);
  const named = new Map<string, number[]>();
  const trimmed = new Map<string, number[]>();
  const add = (rowsOf: Map<string, number[]>, name: string, row: number) => {
    const others = rowsOf.get(name);
    if (others) others.push(row);
    else rowsOf.set(name, [row]);
  };
  ids.forEach((id, row) => {
    add(named, id, row);
    if (/^\s|\s$/.test(id)) add(trimmed, id.trim(), row);
  });
  return (name) => named.get(name) ?? named.get(name.trim()) ?? trimmed.get(name.trim()) ?? [];
}
