import type { ScoredMatrix } from "../core/matrix.js";
import { RowScores } from "./row-scores.js";

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
}

/** Limits on the neighbours. */
export interface NearestOptions {
  readonly k: number;
  /** Minimum score; for distances, the maximum. */
  readonly minScore?: number;
  /** Whether row i of the corpus is query i and is excluded from its neighbours. */
  readonly excludeSelf?: boolean;
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
    const { k } = options;
    this.found = {
      k,
      counts: new Int32Array(queries),
      rows: new Int32Array(queries * k),
      scores: new Float64Array(queries * k),
      ids: [],
    };
  }

  /**
   * Adds the next m rows of the corpus, which begin at row `firstRow`.
   *
   * @param scores n×m, with a column for each of these rows.
   * @param ids the ids of these rows, if they have any.
   */
  async add(scores: ScoredMatrix, firstRow = 0, ids: readonly string[] | null = null): Promise<void> {
    const { k, excludeSelf = false } = this.options;
    const row = new RowScores(scores);
    try {
      for await (const tile of scores.tiles()) {
        for (let i = 0; i < tile.rows; i++) {
          const query = tile.firstRow + i;
          const self = query - firstRow;
          const excluded = excludeSelf && self >= 0 && self < tile.columns ? [self] : [];
          row.load(query, tile.values.subarray(i * tile.columns, (i + 1) * tile.columns), excluded);
          const nearest = row.nearest(k);
          for (let r = 0; r < nearest.columns.length; r++) {
            const column = nearest.columns[r];
            if (!this.insert(scores, query, firstRow + column, nearest.scores[r], ids?.[column])) break;
          }
        }
      }
    } finally {
      row.close();
    }
  }

  /** Inserts a row in order. Returns false if it is not near enough; then none of the following rows is. */
  private insert({ nearer }: ScoredMatrix, query: number, corpusRow: number, score: number, id?: string): boolean {
    const { k, minScore } = this.options;
    const { counts, rows, scores, ids } = this.found;
    const isNearer = (x: number, y: number) => (nearer === "greater" ? x > y : x < y);
    if (minScore !== undefined && isNearer(minScore, score)) return false;
    const first = query * k;
    let place = first + counts[query];
    // Rows are added in ascending order, so a row follows those with the same score.
    while (place > first && isNearer(score, scores[place - 1])) place--;
    if (place === first + k) return false;
    const end = first + Math.min(k, counts[query] + 1);
    rows.copyWithin(place + 1, place, end - 1);
    scores.copyWithin(place + 1, place, end - 1);
    if (id !== undefined) {
      for (let at = end - 1; at > place; at--) ids[at] = ids[at - 1];
      ids[place] = id;
    }
    rows[place] = corpusRow;
    scores[place] = score;
    counts[query] = end - first;
    return true;
  }

  result(): Neighbours {
    return this.found;
  }
}
