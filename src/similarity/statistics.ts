import type { Block } from "../core/matrix.js";
import type { Range, Statistics } from "../core/results.js";
import { rangeByKernel } from "../kernels/clip.js";

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
  add(values: Float64Array, range?: Block["range"], times = 1): void {
    if (range && this.addRange(values.length, range, times)) return;
    if (values.length >= MIN_KERNEL_CELLS && this.addByKernel(values, times)) return;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isNaN(value)) {
        this.missing += times;
        continue;
      }
      sum += value;
      this.count += times;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
    this.sum += times * sum;
  }

  /** Returns false if the cells are not in the memory of the kernels, or one of them is NaN. */
  private addByKernel(values: Float64Array, times: number): boolean {
    const range = rangeByKernel(values);
    return range !== null && this.addRange(values.length, range, times);
  }

  /** Returns false, without adding anything, if a cell is NaN. */
  private addRange(count: number, { min, max, sum }: NonNullable<Block["range"]>, times: number): boolean {
    if (Number.isNaN(sum)) return false;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.sum += times * sum;
    this.count += times * count;
    return true;
  }

  result(): Range {
    const { min, max, sum, count, missing } = this;
    if (count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, missing };
    return { min, max, mean: sum / count, missing };
  }
}
