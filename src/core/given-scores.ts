import { type NamedRows, rowsByName } from "./relevance.js";

/** Scores of pairs of an anchor and a row of the corpus, such as those of a cross-encoder: greater is nearer. */
export class GivenScores {
  /** Number of pairs that were added, of those whose ids match no row, and of those that had a score before. */
  added = 0;
  unknown = 0;
  /** The first id that matches no row. */
  firstUnknown: string | null = null;
  repeated = 0;
  private readonly scores = new Map<number, Map<number, number>>();
  private readonly anchorsOf: (name: string) => readonly number[];
  private readonly rowsOf: (name: string) => readonly number[];

  /** @param excludeSelf whether row i of the corpus is anchor i, a pair whose score is ignored. */
  constructor(
    anchors: NamedRows,
    corpus: NamedRows,
    private readonly excludeSelf: boolean,
  ) {
    this.anchorsOf = rowsByName(anchors);
    this.rowsOf = rowsByName(corpus);
  }

  /** Adds the score of all rows with these ids; of several scores of a pair, the last one counts. */
  add(anchorId: string, id: string, score: number): void {
    this.added++;
    const [anchors, rows] = [this.anchorsOf(anchorId), this.rowsOf(id)];
    if (anchors.length === 0 || rows.length === 0) {
      this.unknown++;
      this.firstUnknown ??= anchors.length === 0 ? anchorId : id;
    }
    let isRepeated = false;
    for (const anchor of anchors) {
      const known = this.scores.get(anchor) ?? new Map<number, number>();
      for (const row of rows) {
        if (this.excludeSelf && row === anchor) continue;
        isRepeated ||= known.has(row);
        known.set(row, score);
      }
      if (known.size > 0) this.scores.set(anchor, known);
    }
    if (isRepeated) this.repeated++;
  }

  /** Returns the score of a pair; undefined if it has none. */
  of(anchor: number, row: number): number | undefined {
    return this.scores.get(anchor)?.get(row);
  }

  /** Returns the rows that have a score for an anchor. */
  rowsWith(anchor: number): number[] {
    return [...(this.scores.get(anchor)?.keys() ?? [])];
  }

  /** The maximum number of rows with a score for an anchor. */
  get most(): number {
    let most = 0;
    for (const { size } of this.scores.values()) most = Math.max(most, size);
    return most;
  }
}
