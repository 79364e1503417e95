import { MachineError } from "../core/errors.js";
import type { ScoredMatrix } from "../core/matrix.js";
import { RowScores, rankedBy } from "./row-scores.js";

/** Pairs of rows of one set, or of a row of one set and a row of another, each listed once, nearest first. */
export interface Pairs {
  readonly count: number;
  /** The smaller row number of each pair; of two sets, the row of the first set. */
  readonly first: Int32Array;
  /** The larger row number of each pair; of two sets, the row of the second set. */
  readonly second: Int32Array;
  readonly scores: Float64Array;
}

const PAIR_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT;
const INITIAL_CAPACITY = 1024;

/** Collects pairs and keeps the nearest ones, up to a maximum number. */
export class PairList {
  private first = new Int32Array(INITIAL_CAPACITY);
  private second = new Int32Array(INITIAL_CAPACITY);
  private scores = new Float64Array(INITIAL_CAPACITY);
  private count = 0;

  /**
   * @param maxPairs maximum number of pairs to keep.
   * @param sign 1 if the greater score is nearer, −1 if the smaller score is.
   * @param maxBytes maximum memory for pairs in bytes.
   */
  constructor(
    private readonly maxPairs: number,
    private readonly sign: 1 | -1,
    private readonly maxBytes: number,
  ) {}

  /** @throws {MachineError} if the pairs exceed the memory limit. */
  add(first: number, second: number, score: number): void {
    if (this.count >= 2 * this.maxPairs) this.keepNearest();
    if (this.count === this.scores.length) this.grow();
    this.first[this.count] = first;
    this.second[this.count] = second;
    this.scores[this.count++] = score;
  }

  private grow(): void {
    const capacity = 2 * this.count;
    if (capacity * PAIR_BYTES > this.maxBytes) {
      throw new MachineError(
        `expected at most ${Math.floor(this.maxBytes / PAIR_BYTES)} pairs in the memory there is, found more`,
        "use a stricter --min-score or --max-pairs",
      );
    }
    const { first, second, scores } = this;
    this.first = new Int32Array(capacity);
    this.first.set(first);
    this.second = new Int32Array(capacity);
    this.second.set(second);
    this.scores = new Float64Array(capacity);
    this.scores.set(scores);
  }

  private keepNearest(): void {
    const { count, first, second, scores } = this.sorted();
    this.first.set(first);
    this.second.set(second);
    this.scores.set(scores);
    this.count = count;
  }

  /** Returns the pairs ordered by score (nearest first), then by first row, then by second row. */
  sorted(): Pairs {
    const { first, second, scores, sign } = this;
    const order = Uint32Array.from({ length: this.count }, (_, i) => i).sort(
      (i, j) => sign * (scores[j] - scores[i]) || first[i] - first[j] || second[i] - second[j],
    );
    const kept = order.subarray(0, this.maxPairs);
    return {
      count: kept.length,
      first: Int32Array.from(kept, (i) => first[i]),
      second: Int32Array.from(kept, (i) => second[i]),
      scores: Float64Array.from(kept, (i) => scores[i]),
    };
  }
}

/** Which pairs to find. */
export interface PairsWanted {
  /** Whether the rows and the columns are of different sets: then every cell is a pair. */
  readonly twoSets?: boolean;
  /** Returns whether the pairs of a row with later columns are not wanted; called when the row is reached. */
  readonly skips?: (row: number) => boolean;
}

/**
 * Finds the pairs of rows of a set, or of two sets, whose score is `minScore` or nearer.
 *
 * @param scores n×n: the set compared with itself; or n×m, with `twoSets`.
 * @param onPair called once for each pair with the smaller row number, the larger row number, and the score: in the order of
 * the smaller numbers, then nearest first. For two sets, with the row, the column and the score.
 */
export async function findPairs(
  scores: ScoredMatrix,
  minScore: number,
  onPair: (first: number, second: number, score: number) => void,
  { twoSets = false, skips = () => false }: PairsWanted = {},
): Promise<void> {
  const { nearer, exact, screen } = scores;
  const candidates = (await screen?.reaching(minScore)) ?? null;
  if (!candidates) return findPairsInTiles(scores, minScore, onPair, { twoSets, skips });
  for await (const { pairs } of candidates) {
    for (let k = 0; k < pairs.length; ) {
      const first = pairs[k];
      const from = k;
      while (k < pairs.length && pairs[k] === first) k += 2;
      if (skips(first)) continue;
      const columns = pairs.subarray(from, k).filter((_, at) => at % 2 === 1);
      const ranked = rankedBy(columns, (column) => exact(first, column), nearer);
      for (const [rank, score] of ranked.scores.entries()) {
        if (nearer === "greater" ? score < minScore : score > minScore) break;
        onPair(first, ranked.columns[rank], score);
      }
    }
  }
}

async function findPairsInTiles(
  scores: ScoredMatrix,
  minScore: number,
  onPair: (first: number, second: number, score: number) => void,
  { twoSets, skips }: Required<PairsWanted>,
): Promise<void> {
  const row = new RowScores(scores);
  try {
    for await (const { firstRow, rows, columns, values } of scores.tiles()) {
      for (let i = 0; i < rows; i++) {
        const first = firstRow + i;
        if (skips(first)) continue;
        row.load(first, values.subarray(i * columns, (i + 1) * columns), [], twoSets ? 0 : first + 1);
        const near = row.atLeast(minScore);
        for (let k = 0; k < near.columns.length; k++) onPair(first, near.columns[k], near.scores[k]);
      }
    }
  } finally {
    row.close();
  }
}
