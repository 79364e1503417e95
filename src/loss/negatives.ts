import type { Tile } from "../core/matrix.js";
import { AnchorScanner } from "../kernels/anchor-scanner.js";
import { noSimilarity } from "./batch.js";
import type { Pairs } from "./pairs.js";
import type { Direction, Fallback, Negatives } from "./types.js";

/** How the closest negative of an anchor is chosen. */
export type NegativeOptions = {
  readonly negatives: Negatives;
  readonly fallback: Fallback;
  /** A negative with `|S[i, j] − S[i, i]|` up to this is a tie: it is kept as a negative and counted. */
  readonly tieTolerance: number;
};

/** The positive and the negatives of each of b anchors; NaN, or index −1, where there is none. */
export type AnchorNegatives = {
  readonly positive: Float64Array;
  readonly meanNegative: Float64Array;
  readonly closestNegative: Float64Array;
  readonly closestNegativeIndex: Int32Array;
  /** Number of negatives that are ties. */
  readonly ties: Int32Array;
  /** 1 for an anchor without an eligible negative, otherwise 0. */
  readonly withoutNegative: Int32Array;
};

/** The fallback `subtract` subtracts the width of [−1, 1] from ineligible negatives. */
const MASK = 2;

/**
 * Finds the negatives of every anchor in a stream of tiles of S.
 *
 * ```
 * s_ap[i]        = S[i,i]
 * mean_neg[i]    = Σ_{j≠i} S[i,j] / (b − 1)
 * closest_neg[i] = max of S[i,j], j≠i, S[i,j] ≤ s_ap[i]     (semi-hard; hard: of all j≠i)
 * ```
 *
 * The cells of an anchor are always summed in the same order, so the sums have the same bits for any division into tiles.
 * A kernel scans the rows where rows are anchors and there are no labels; otherwise cells are visited one by one.
 *
 * @see https://arxiv.org/abs/1503.03832 (semi-hard negatives), and the TensorFlow and Trax versions of the
 * triplet loss with hard negative mining for the fallback `subtract`; TensorFlow Addons for `easiest`.
 */
export class NegativeFinder {
  private readonly positive: Float64Array;
  private readonly sum: Float64Array;
  private readonly count: Int32Array;
  private readonly closest: Float64Array;
  private readonly closestIndex: Int32Array;
  /** The closest negative of an anchor that has no eligible one. */
  private readonly substitute: Float64Array;
  private readonly substituteIndex: Int32Array;
  private readonly ties: Int32Array;

  /** With columns as anchors, a first pass reads the diagonal. */
  readonly passes: number;

  constructor(
    private readonly pairs: Pairs,
    private readonly options: NegativeOptions,
    private readonly direction: Direction,
  ) {
    const { size } = pairs;
    this.passes = direction === "columns" ? 2 : 1;
    this.positive = new Float64Array(size);
    this.sum = new Float64Array(size);
    this.count = new Int32Array(size);
    this.ties = new Int32Array(size);
    this.closest = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.closestIndex = new Int32Array(size).fill(-1);
    // The masked diagonal counts as 0 − 2.
    this.substitute = new Float64Array(size).fill(options.fallback === "easiest" ? Number.POSITIVE_INFINITY : -MASK);
    this.substituteIndex = new Int32Array(size).fill(-1);
  }

  /** @throws {DataError} for a cell that is NaN. */
  add(tile: Tile, pass: number): void {
    if (pass < this.passes - 1) this.addDiagonal(tile);
    else if (this.direction === "columns" || this.pairs.hasLabels) this.addCells(tile);
    else this.addRows(tile);
  }

  private addDiagonal({ firstRow, rows, columns, values }: Tile): void {
    for (let i = 0; i < rows; i++) this.positive[firstRow + i] = values[i * columns + firstRow + i];
  }

  private addRows({ firstRow, rows, columns, values }: Tile): void {
    const { tieTolerance, negatives } = this.options;
    const scanner = new AnchorScanner(columns);
    try {
      for (let i = 0; i < rows; i++) {
        const row = firstRow + i;
        const cells = values.subarray(i * columns, (i + 1) * columns);
        const { positive, sum, ties, closest, min, max } = scanner.scan(cells, row, tieTolerance, negatives === "hard");
        if (Number.isNaN(sum)) throw noSimilarity(row, cells.findIndex(Number.isNaN));
        this.positive[row] = positive;
        this.sum[row] = sum;
        this.count[row] = columns - 1;
        this.ties[row] = ties;
        if (closest > Number.NEGATIVE_INFINITY) {
          this.closestIndex[row] = scanner.indexOf(closest, row);
          this.closest[row] = cells[this.closestIndex[row]];
        } else this.substituteFor(row, cells, scanner.indexOf(min, row), max);
      }
    } finally {
      scanner.close();
    }
  }

  /** Sets the closest negative of an anchor that has no eligible one. */
  private substituteFor(row: number, cells: Float64Array, easiest: number, greatest: number): void {
    const { fallback } = this.options;
    const masked = greatest - MASK;
    if (fallback === "subtract" && masked > this.substitute[row]) {
      this.substitute[row] = masked;
      // Different cells can be equal after the subtraction: the first of them counts.
      this.substituteIndex[row] = cells.findIndex((cell, column) => column !== row && cell - MASK === masked);
    }
    if (fallback === "easiest") {
      this.substitute[row] = cells[easiest];
      this.substituteIndex[row] = easiest;
    }
  }

  private addCells({ firstRow, rows, columns, values }: Tile): void {
    const isRow = this.direction === "rows";
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      if (isRow) this.positive[row] = values[i * columns + row];
      for (let column = 0; column < columns; column++) {
        const value = values[i * columns + column];
        if (Number.isNaN(value)) throw noSimilarity(row, column);
        if (row === column) continue;
        if (isRow) this.visit(row, column, value);
        else this.visit(column, row, value);
      }
    }
  }

  private visit(anchor: number, other: number, value: number): void {
    if (this.pairs.relation(anchor, other) !== -1) return;
    const { negatives, tieTolerance, fallback } = this.options;
    const positive = this.positive[anchor];
    this.sum[anchor] += value;
    this.count[anchor]++;
    const tie = Math.abs(value - positive) <= tieTolerance;
    if (tie) this.ties[anchor]++;
    const eligible = tie || value <= positive || negatives === "hard";
    if (eligible && value > this.closest[anchor]) {
      this.closest[anchor] = value;
      this.closestIndex[anchor] = other;
    }
    // Used only when no negative is eligible: then every negative is masked.
    if (fallback === "subtract" && value - MASK > this.substitute[anchor]) {
      this.substitute[anchor] = value - MASK;
      this.substituteIndex[anchor] = other;
    }
    if (fallback === "easiest" && value < this.substitute[anchor]) {
      this.substitute[anchor] = value;
      this.substituteIndex[anchor] = other;
    }
  }

  /** Returns the negatives of all anchors, once every tile has been added. */
  result(): AnchorNegatives {
    const { count, closestIndex } = this;
    const closestNegative = this.closest.slice();
    const closestNegativeIndex = closestIndex.slice();
    const withoutNegative = new Int32Array(count.length);
    for (let i = 0; i < count.length; i++) {
      if (closestIndex[i] >= 0) continue;
      withoutNegative[i] = 1;
      const hasSubstitute = count[i] > 0 && this.options.fallback !== "skip";
      closestNegative[i] = hasSubstitute ? this.substitute[i] : Number.NaN;
      closestNegativeIndex[i] = hasSubstitute ? this.substituteIndex[i] : -1;
    }
    return {
      positive: this.positive,
      meanNegative: this.sum.map((sum, i) => sum / count[i]),
      closestNegative,
      closestNegativeIndex,
      ties: this.ties,
      withoutNegative,
    };
  }
}
