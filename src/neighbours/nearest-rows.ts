import type { Nearer, NearestWanted, ScoredMatrix } from "../core/matrix.js";
import type { Ranked } from "./row-scores.js";
import { searchedRows } from "./searched-rows.js";

/** The nearest rows of a corpus for each of n queries: at most k, nearest first. */
export interface Neighbours {
  readonly k: number;
  /** Number of neighbours of each query. */
  readonly counts: Int32Array;
  /** n×k rows of the corpus. */
  readonly rows: Int32Array;
  /** n×k scores. */
  readonly scores: Float64Array;
  /** n×k ids; empty if the corpus has none. */
  readonly ids: (string | undefined)[];
  /** n×k scores by a finer measure, if one was given. */
  readonly refined?: Float64Array;
}

const NONE: Ranked = { columns: [], scores: [] };

/** Limits on the neighbours. */
export interface NearestOptions {
  readonly k: number;
  /** Minimum score; for distances, the maximum. */
  readonly minScore?: number;
  /** Whether row i of the corpus is query i and is excluded from its neighbours. */
  readonly excludeSelf?: boolean;
  /** The number of the first query, if only some are searched for. */
  readonly firstQuery?: number;
  /** Whether each part is added with a finer measure. */
  readonly isRefined?: boolean;
}

/**
 * Collects the k nearest rows of a corpus for each query. Parts of the corpus are added one by one, each as a matrix of
 * scores with a row per query. Neighbours are ordered by score, then by row; tiles and threads do not change the result.
 */
export class NearestRows {
  private readonly found: Neighbours;

  /** @param queries the number of queries. */
  constructor(
    queries: number,
    private readonly options: NearestOptions,
  ) {
    const { k, isRefined = false } = options;
    this.found = {
      k,
      counts: new Int32Array(queries),
      rows: new Int32Array(queries * k),
      scores: new Float64Array(queries * k),
      ids: [],
      ...(isRefined && { refined: new Float64Array(queries * k) }),
    };
  }

  /**
   * Adds the next m rows of the corpus, which begin at row `firstRow`.
   *
   * @param scores n×m, with a column for each of these rows.
   * @param ids the ids of these rows, if they have any.
   * @param refine returns a finer score of a query and one of these rows, for `Neighbours.refined`.
   */
  async add(
    scores: ScoredMatrix,
    firstRow = 0,
    ids: readonly string[] | null = null,
    refine: ScoredMatrix["exact"] = () => Number.NaN,
  ): Promise<void> {
    const { k, excludeSelf = false, firstQuery = 0 } = this.options;
    const minScoreOf = this.minScores(scores.nearer);
    const wanted = { k, selfOffset: excludeSelf ? firstQuery - firstRow : null, ...(minScoreOf && { minScoreOf }) };
    for await (const searched of searchedRows(scores, wanted)) {
      const query = searched.row;
      const { columns, scores: found } = searched.nearest(k) ?? NONE;
      for (let r = 0; r < columns.length; r++) {
        const place = this.insert(scores, query, firstRow + columns[r], found[r], ids?.[columns[r]]);
        if (place === null) break;
        if (this.found.refined) this.found.refined[place] = refine(query, columns[r]);
      }
    }
  }

  /** Returns the least score that is near enough for each query; undefined if any score is. */
  private minScores(nearer: Nearer): NearestWanted["minScoreOf"] {
    const { k, minScore } = this.options;
    const { counts, scores } = this.found;
    const any = nearer === "greater" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const strictest = nearer === "greater" ? Math.max : Math.min;
    if (minScore === undefined && !counts.includes(k)) return undefined;
    return (query) => strictest(minScore ?? any, counts[query] === k ? scores[query * k + k - 1] : any);
  }

  /** Inserts a row in order. Returns its place; null if it is not near enough, then none of the following rows is. */
  private insert(
    { nearer }: ScoredMatrix,
    query: number,
    corpusRow: number,
    score: number,
    id?: string,
  ): number | null {
    const { k, minScore } = this.options;
    const { counts, rows, scores, ids, refined } = this.found;
    const isNearer = (x: number, y: number) => (nearer === "greater" ? x > y : x < y);
    if (minScore !== undefined && isNearer(minScore, score)) return null;
    const first = query * k;
    let place = first + counts[query];
    // Rows are added in ascending order, so a row follows those with the same score.
    while (place > first && isNearer(score, scores[place - 1])) place--;
    if (place === first + k) return null;
    const end = first + Math.min(k, counts[query] + 1);
    rows.copyWithin(place + 1, place, end - 1);
    scores.copyWithin(place + 1, place, end - 1);
    refined?.copyWithin(place + 1, place, end - 1);
    if (id !== undefined) {
      for (let at = end - 1; at > place; at--) ids[at] = ids[at - 1];
      ids[place] = id;
    }
    rows[place] = corpusRow;
    scores[place] = score;
    counts[query] = end - first;
    return place;
  }

  result(): Neighbours {
    return this.found;
  }
}
