import { MachineError } from "../core/errors.js";
import type { ScoredMatrix } from "../core/matrix.js";
import { RowScores } from "./row-scores.js";

/** Pairs of rows of one set, each once, the nearest first. */
export interface Pairs {
  readonly count: number;
  /** The earlier row of each pair, and the later one. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly scores: Float64Array;
}

const PAIR_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT;
const START = 1024;

/** Gathers pairs, and keeps the nearest where only so many are wanted. */
export class PairList {
  private first = new Int32Array(START);
  private second = new Int32Array(START);
  private scores = new Float64Array(START);
  private count = 0;

  /**
   * @param most how many pairs are wanted.
   * @param sign 1 where the greater score is nearer, −1 where the less is.
   * @param maxBytes what they may take.
   */
  constructor(
    private readonly most: number,
    private readonly sign: 1 | -1,
    private readonly maxBytes: number,
  ) {}

  /** @throws {MachineError} when there are more pairs than memory holds. */
  add(first: number, second: number, score: number): void {
    if (this.count >= 2 * this.most) this.keepNearest();
    if (this.count === this.scores.length) this.makeRoom();
    this.first[this.count] = first;
    this.second[this.count] = second;
    this.scores[this.count++] = score;
  }

  private makeRoom(): void {
    const room = 2 * this.count;
    if (room * PAIR_BYTES > this.maxBytes) {
      throw new MachineError(
        `expected at most ${Math.floor(this.maxBytes / PAIR_BYTES)} pairs in the memory there is, found more`,
        "use a stricter --min-score or --max-pairs",
      );
    }
    const { first, second, scores } = this;
    this.first = new Int32Array(room);
    this.first.set(first);
    this.second = new Int32Array(room);
    this.second.set(second);
    this.scores = new Float64Array(room);
    this.scores.set(scores);
  }

  private keepNearest(): void {
    const { count, first, second, scores } = this.sorted();
    this.first.set(first);
    this.second.set(second);
    this.scores.set(scores);
    this.count = count;
  }

  /** The pairs in their order: the nearer score, then the earlier first row, then the earlier second row. */
  sorted(): Pairs {
    const { first, second, scores, sign } = this;
    const order = Uint32Array.from({ length: this.count }, (_, i) => i).sort(
      (i, j) => sign * (scores[j] - scores[i]) || first[i] - first[j] || second[i] - second[j],
    );
    const kept = order.subarray(0, this.most);
    return {
      count: kept.length,
      first: Int32Array.from(kept, (i) => first[i]),
      second: Int32Array.from(kept, (i) => second[i]),
      scores: Float64Array.from(kept, (i) => scores[i]),
    };
  }
}

/**
 * Tells of every pair of rows of a set whose score is `minScore` or nearer, each once.
 *
 * @param scores n×n, the set against itself.
 * @param tell gets the earlier row, the later one, and their score.
 */
export async function findPairs(
  scores: ScoredMatrix,
  minScore: number,
  tell: (first: number, second: number, score: number) => void,
): Promise<void> {
  const row = new RowScores(scores);
  try {
    for await (const { firstRow, rows, columns, values } of scores.tiles()) {
      for (let i = 0; i < rows; i++) {
        const first = firstRow + i;
        row.load(first, values.subarray(i * columns, (i + 1) * columns), [], first + 1);
        const near = row.atLeast(minScore);
        for (let k = 0; k < near.columns.length; k++) tell(first, near.columns[k], near.scores[k]);
      }
    }
  } finally {
    row.close();
  }
}
