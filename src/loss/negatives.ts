import type { Tile } from "../core/matrix.js";
import type { Fallback, Negatives } from "../core/results.js";
import { loadKernels } from "../kernels/wasm.js";
import { noSimilarity } from "./batch.js";

/** Which cells of S are negatives, and which of them is the closest. */
export interface NegativeOptions {
  readonly negatives: Negatives;
  readonly fallback: Fallback;
  /** How near `S[i, j]` is to the positive to count as a tie, which is kept as a negative. */
  readonly tieTolerance: number;
  /** One class label a row: rows of the anchor's class are no negatives. */
  readonly labels: readonly string[] | null;
}

/** What the losses need to know of each of b anchors; NaN (or −1) where there is no such number. */
export interface AnchorNegatives {
  readonly positive: Float64Array;
  readonly meanNegative: Float64Array;
  readonly closestNegative: Float64Array;
  readonly closestNegativeIndex: Int32Array;
  readonly ties: number;
  readonly withoutNegative: number;
}

/** What an ineligible negative is lowered by: the width of [−1, 1] (see `subtract` below). */
const MASK = 2;

/**
 * Finds the negatives of every anchor while the tiles of S go by.
 *
 * ```
 * s_ap[i]        = S[i,i]
 * mean_neg[i]    = Σ_{j≠i} S[i,j] / (b − 1)
 * closest_neg[i] = max of S[i,j], j≠i, S[i,j] ≤ s_ap[i]     (semi-hard; hard: of all j≠i)
 * ```
 *
 * The cells of an anchor are always summed in the same order, so that the sums have the same bits however S is cut into
 * tiles. Rows as anchors are scanned by a kernel; columns, and classes, cell by cell.
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
  private readonly rescue: Float64Array;
  private readonly rescueIndex: Int32Array;
  private ties = 0;

  /**
   * @param size b, the size of the batch, at least 2.
   * @param diagonal S[i,i] for all i: then the anchors are the columns of S; null: they are its rows.
   * @throws {DataError} when b is 1 or the labels are not b.
   */
  constructor(
    private readonly size: number,
    private readonly options: NegativeOptions,
    private readonly diagonal: Float64Array | null = null,
  ) {
    this.positive = diagonal ?? new Float64Array(size);
    this.sum = new Float64Array(size);
    this.count = new Int32Array(size);
    this.closest = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.closestIndex = new Int32Array(size).fill(-1);
    // The diagonal, which is masked too, counts as 0 − 2.
    this.rescue = new Float64Array(size).fill(options.fallback === "easiest" ? Number.POSITIVE_INFINITY : -MASK);
    this.rescueIndex = new Int32Array(size).fill(-1);
  }

  /** @throws {DataError} for a cell that is NaN. */
  add(tile: Tile): void {
    if (this.diagonal || this.options.labels) this.addCells(tile);
    else this.addRows(tile);
  }

  private addRows({ firstRow, rows, columns, values }: Tile): void {
    const kernels = loadKernels();
    const inPlace = kernels.addressOf(values);
    const room = inPlace ?? kernels.allocate(8 * columns);
    const { tieTolerance, negatives } = this.options;
    const { scanAnchor } = kernels.call;
    const found = kernels.doubles(kernels.scratch, 6);
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      const cells = values.subarray(i * columns, (i + 1) * columns);
      const address = inPlace === null ? room : room + 8 * i * columns;
      if (inPlace === null) kernels.doubles(room, columns).set(cells);
      scanAnchor(address, columns, row, tieTolerance, negatives === "hard", kernels.scratch);
      const [positive, sum, ties, closest, least, greatest] = found;
      if (Number.isNaN(sum)) throw noSimilarity(row, cells.findIndex(Number.isNaN));
      this.positive[row] = positive;
      this.sum[row] = sum;
      this.count[row] = columns - 1;
      this.ties += ties;
      const indexOf = (value: number) => kernels.call.indexOfCell(address, columns, row, value);
      if (closest > Number.NEGATIVE_INFINITY) {
        this.closestIndex[row] = indexOf(closest);
        this.closest[row] = cells[this.closestIndex[row]];
      } else this.rescueBy(row, cells, indexOf(least), greatest);
    }
    if (inPlace === null) kernels.release(room);
  }

  /** What stands in for the closest negative of an anchor of which none is eligible. */
  private rescueBy(row: number, cells: Float64Array, easiest: number, greatest: number): void {
    const { fallback } = this.options;
    const masked = greatest - MASK;
    if (fallback === "subtract" && masked > this.rescue[row]) {
      this.rescue[row] = masked;
      // Several cells may be the same once they are lowered: the first of them counts.
      this.rescueIndex[row] = cells.findIndex((cell, column) => column !== row && cell - MASK === masked);
    }
    if (fallback === "easiest") {
      this.rescue[row] = cells[easiest];
      this.rescueIndex[row] = easiest;
    }
  }

  private addCells({ firstRow, rows, columns, values }: Tile): void {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      if (!this.diagonal) this.positive[row] = values[i * columns + row];
      for (let column = 0; column < columns; column++) {
        const value = values[i * columns + column];
        if (Number.isNaN(value)) throw noSimilarity(row, column);
        if (row === column) continue;
        if (this.diagonal) this.visit(column, row, value);
        else this.visit(row, column, value);
      }
    }
  }

  private visit(anchor: number, other: number, value: number): void {
    const { negatives, tieTolerance, labels, fallback } = this.options;
    if (labels && labels[anchor] === labels[other]) return;
    const positive = this.positive[anchor];
    this.sum[anchor] += value;
    this.count[anchor]++;
    const tie = Math.abs(value - positive) <= tieTolerance;
    if (tie) this.ties++;
    const eligible = tie || value <= positive || negatives === "hard";
    if (eligible && value > this.closest[anchor]) {
      this.closest[anchor] = value;
      this.closestIndex[anchor] = other;
    }
    // Read only when nothing is eligible: then every negative is masked.
    if (fallback === "subtract" && value - MASK > this.rescue[anchor]) {
      this.rescue[anchor] = value - MASK;
      this.rescueIndex[anchor] = other;
    }
    if (fallback === "easiest" && value < this.rescue[anchor]) {
      this.rescue[anchor] = value;
      this.rescueIndex[anchor] = other;
    }
  }

  /** The negatives of all anchors, once every tile has been added. */
  result(): AnchorNegatives {
    const { size, count, closestIndex } = this;
    const closestNegative = this.closest.slice();
    const closestNegativeIndex = closestIndex.slice();
    let withoutNegative = 0;
    for (let i = 0; i < size; i++) {
      if (closestIndex[i] >= 0) continue;
      withoutNegative++;
      const rescued = count[i] > 0 && this.options.fallback !== "skip";
      closestNegative[i] = rescued ? this.rescue[i] : Number.NaN;
      closestNegativeIndex[i] = rescued ? this.rescueIndex[i] : -1;
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
