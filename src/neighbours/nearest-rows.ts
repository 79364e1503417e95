import type { ScoredMatrix } from "../core/matrix.js";
import { RowScores } from "./row-scores.js";

/** What is kept of the rows of a corpus for each of n queries: at most k, the nearest first. */
export interface Neighbours {
  readonly k: number;
  /** How many each query has. */
  readonly counts: Int32Array;
  /** n×k rows of the corpus. */
  readonly rows: Int32Array;
  /** n×k scores. */
  readonly scores: Float64Array;
  /** n×k ids, where the corpus has them. */
  readonly ids: (string | undefined)[];
}

/** Which neighbours count. */
export interface NearestOptions {
  readonly k: number;
  /** Only as near as this, or nearer. */
  readonly minScore?: number;
  /** Row i of the corpus is query i, and no neighbour of its own. */
  readonly excludeSelf?: boolean;
}

/**
 * Keeps the k nearest rows of a corpus for every query, while parts of the corpus go by, each a matrix of scores with
 * the queries in its rows. Order: the nearer score, then the earlier row, whatever the tiles and the threads.
 */
export class NearestRows {
  private readonly found: Neighbours;

  /** @param queries n. */
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
   * Takes the next rows of the corpus, from row `firstRow` on.
   *
   * @param scores n×m, the m rows in its columns.
   * @param ids of the m rows, where they have them.
   */
  async add(scores: ScoredMatrix, firstRow = 0, ids: readonly string[] | null = null): Promise<void> {
    const { k, excludeSelf = false } = this.options;
    const row = new RowScores(scores);
    try {
      for await (const tile of scores.tiles()) {
        for (let i = 0; i < tile.rows; i++) {
          const query = tile.firstRow + i;
          const self = query - firstRow;
          const leftOut = excludeSelf && self >= 0 && self < tile.columns ? [self] : [];
          row.load(query, tile.values.subarray(i * tile.columns, (i + 1) * tile.columns), leftOut);
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

  /** Puts a row where it belongs among those kept; false when it is not near enough, as none that follows is. */
  private insert({ nearer }: ScoredMatrix, query: number, corpusRow: number, score: number, id?: string): boolean {
    const { k, minScore } = this.options;
    const { counts, rows, scores, ids } = this.found;
    const isNearer = (x: number, y: number) => (nearer === "greater" ? x > y : x < y);
    if (minScore !== undefined && isNearer(minScore, score)) return false;
    const first = query * k;
    let place = first + counts[query];
    // Rows come in their order, so that an earlier one of the same score is there already.
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
