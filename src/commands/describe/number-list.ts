import { Bins } from "../../core/bins.js";

/** Of consecutive equal numbers, this number is stored; the others are counted. */
const KEPT = 16;

/** A list of numbers for computing the median. Takes 8 bytes per number, less if many consecutive ones are equal. */
export class NumberList {
  private numbers = new Float64Array(1 << 10);
  private kept = 0;
  /** Length of the current run of equal numbers. */
  private run = 0;
  /** For each number, the count of copies that are not stored. */
  private readonly more = new Map<number, number>();
  private counted = 0;

  get length(): number {
    return this.kept + this.counted;
  }

  add(value: number): void {
    this.run = value === this.numbers[this.kept - 1] ? this.run + 1 : 1;
    if (this.run > KEPT) {
      this.more.set(value, (this.more.get(value) ?? 0) + 1);
      this.counted++;
      return;
    }
    if (this.kept === this.numbers.length) {
      const larger = new Float64Array(2 * this.kept);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.kept++] = value;
  }

  /** Returns the minimum, median and maximum; null if the list is empty. */
  range(): { readonly min: number; readonly median: number; readonly max: number } | null {
    if (this.length === 0) return null;
    const sorted = this.numbers.slice(0, this.kept).sort();
    const [below, above] = this.middle(sorted);
    const median = below === above ? below : below + (above - below) / 2;
    return { min: sorted[0], median, max: sorted[sorted.length - 1] };
  }

  /** Returns how many numbers are in each of `bins` equal parts of the range; null if the range is empty or infinite. */
  counts(bins: number): number[] | null {
    const kept = this.numbers.subarray(0, this.kept);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const value of kept) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (!(max > min) || !Number.isFinite(max - min)) return null;
    const counted = new Bins(min, max, bins);
    for (const value of kept) counted.add(value, 1);
    for (const [value, count] of this.more) counted.add(value, count);
    return counted.counts;
  }

  /** Returns the two middle numbers, which are the same one if the length is odd. */
  private middle(sorted: Float64Array): [below: number, above: number] {
    const [first, second] = [Math.floor((this.length - 1) / 2), Math.floor(this.length / 2)];
    let end = 0;
    let below = Number.NaN;
    for (let i = 0; i < sorted.length; i++) {
      end += 1;
      if (sorted[i] !== sorted[i + 1]) end += this.more.get(sorted[i]) ?? 0;
      if (end > first && Number.isNaN(below)) below = sorted[i];
      if (end > second) return [below, sorted[i]];
    }
    return [below, below];
  }
}
