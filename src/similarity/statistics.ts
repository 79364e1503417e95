import { addressIn } from "../kernels/wasm.js";
import type { Tile } from "../matrix.js";
import type { Range, Statistics } from "../results.js";

/** Gathers the range and mean of all cells, and of the diagonal of a square matrix, tile by tile. */
export class StatisticsGatherer {
  private readonly all = new RangeGatherer();
  private readonly diagonal = new RangeGatherer();

  /** @param square whether the matrix has a diagonal worth a line of its own. */
  constructor(private readonly square: boolean) {}

  add({ firstRow, rows, columns, values, range }: Tile): void {
    this.all.add(values, range);
    if (!this.square) return;
    for (let i = 0; i < rows; i++) {
      const cell = i * columns + firstRow + i;
      this.diagonal.add(values.subarray(cell, cell + 1));
    }
  }

  result(): Statistics {
    return { all: this.all.result(), diagonal: this.square ? this.diagonal.result() : null };
  }
}

const WORTH_A_KERNEL = 64;

class RangeGatherer {
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private sum = 0;
  private count = 0;
  private missing = 0;

  add(values: Float64Array, range?: Tile["range"]): void {
    if (range && this.addRange(values.length, range)) return;
    if (values.length >= WORTH_A_KERNEL && this.addByKernel(values)) return;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isNaN(value)) {
        this.missing++;
        continue;
      }
      sum += value;
      this.count++;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
    }
    this.sum += sum;
  }

  /** False when the cells are elsewhere, or one of them is NaN. */
  private addByKernel(values: Float64Array): boolean {
    const place = addressIn(values);
    if (!place) return false;
    const { kernels, address } = place;
    kernels.call.rangeOfCells(address, 1, values.length, values.length, kernels.scratch);
    const [min, max, sum] = kernels.doubles(kernels.scratch, 3);
    return this.addRange(values.length, { min, max, sum });
  }

  /** False, and nothing is added, where a cell is NaN. */
  private addRange(count: number, { min, max, sum }: NonNullable<Tile["range"]>): boolean {
    if (Number.isNaN(sum)) return false;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.sum += sum;
    this.count += count;
    return true;
  }

  result(): Range {
    const { min, max, sum, count, missing } = this;
    if (count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, missing };
    return { min, max, mean: sum / count, missing };
  }
}
