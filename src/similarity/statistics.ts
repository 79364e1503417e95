import type { Block, Summary } from "../core/matrix.js";
import type { Range, Statistics } from "../core/results.js";
import { type CellRange, type PresentRange, presentRange, rangeByKernel } from "../kernels/clip.js";

/** Computes the range and mean of all cells, and of the diagonal of a square matrix, block by block. */
export class StatisticsGatherer {
  private readonly all = new RangeGatherer();
  private readonly diagonal = new RangeGatherer();

  /** @param square whether the diagonal is reported separately. */
  constructor(private readonly square: boolean) {}

  add({ firstRow, rows, firstColumn = 0, columns, values, range, mirrored }: Block): void {
    this.all.add(values, range, mirrored ? 2 : 1);
    if (!this.square) return;
    for (let i = 0; i < rows; i++) {
      const j = firstRow + i - firstColumn;
      if (j >= 0 && j < columns) this.diagonal.add(values.subarray(i * columns + j, i * columns + j + 1));
    }
  }

  addSummary({ rows, columns, range, diagonal, mirrored }: Summary): void {
    this.all.addRange(rows * columns, range, mirrored ? 2 : 1);
    if (this.square) this.diagonal.add(diagonal);
  }

  result(): Statistics {
    return { all: this.all.result(), diagonal: this.square ? this.diagonal.result() : null };
  }
}

/** For fewer cells, a loop in JavaScript is faster than a call of the kernel. */
const MIN_KERNEL_CELLS = 64;

class RangeGatherer {
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private count = 0;
  private missing = 0;

  /** @param times how often each of these cells occurs in the matrix. */
  add(values: Float64Array, known?: CellRange | null, times = 1): void {
    const range = known ?? (values.length >= MIN_KERNEL_CELLS ? rangeByKernel(values) : null);
    const isComplete = range !== null && !Number.isNaN(range.sum);
    this.addRange(values.length, isComplete ? { ...range, missing: 0 } : presentRange(values), times);
  }

  /** @param range of the cells that are not NaN. */
  addRange(count: number, { min, max, sum, missing }: PresentRange, times: number): void {
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.sum += times * sum;
    this.count += times * (count - missing);
    this.missing += times * missing;
  }

  result(): Range {
    const { min, max, sum, count, missing } = this;
    if (count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, missing };
    return { min, max, mean: sum / count, missing };
  }
}
