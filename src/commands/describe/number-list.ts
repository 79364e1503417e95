/** Of so many equal numbers in succession, each is kept; the others are counted. */
const KEPT = 16;

/** A list of numbers of which the middle is asked for; it keeps 8 bytes a number, and fewer where many are equal. */
export class NumberList {
  private numbers = new Float64Array(1 << 10);
  private kept = 0;
  /** How many of the last numbers have been equal. */
  private run = 0;
  /** How many more there are of a number than are kept. */
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

  /** The least number, the one in the middle, or between the two there, and the greatest; null where there is none. */
  range(): { readonly min: number; readonly median: number; readonly max: number } | null {
    if (this.length === 0) return null;
    const sorted = this.numbers.slice(0, this.kept).sort();
    const [below, above] = this.middle(sorted);
    const median = below === above ? below : below + (above - below) / 2;
    return { min: sorted[0], median, max: sorted[sorted.length - 1] };
  }

  /** The numbers that the middle is between, which are one where their number is odd. */
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
