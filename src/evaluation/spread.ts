/** How some scores are spread; quantiles are null where there are too many to keep, and none at all when there are no scores. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, of the scores as a population. */
  readonly sd: number;
  readonly min: number;
  readonly q25: number | null;
  readonly median: number | null;
  readonly q75: number | null;
  readonly max: number;
}

/** Up to so many scores are kept for their quantiles. */
const MOST_KEPT = 1 << 23;

/** Gathers scores, and tells how they are spread. */
export class SpreadGatherer {
  private kept: Float64Array | null = new Float64Array(1 << 10);
  private count = 0;
  private mean = 0;
  private squares = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  /** @see B. P. Welford, "Note on a method for calculating corrected sums of squares", https://doi.org/10.2307/1266577 */
  add(score: number): void {
    if (this.kept) this.keep(score);
    this.count++;
    const before = score - this.mean;
    this.mean += before / this.count;
    this.squares += before * (score - this.mean);
    if (score < this.min) this.min = score;
    if (score > this.max) this.max = score;
  }

  private keep(score: number): void {
    if (!this.kept) return;
    if (this.count === MOST_KEPT) {
      this.kept = null;
      return;
    }
    if (this.count === this.kept.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.count] = score;
  }

  /** Null when there are no scores. */
  result(): Spread | null {
    const { count, mean, squares, min, max } = this;
    if (count === 0) return null;
    const sorted = this.kept?.subarray(0, count).sort() ?? null;
    const [q25, median, q75] = [0.25, 0.5, 0.75].map((share) => sorted && quantile(sorted, share));
    return { count, mean, sd: Math.sqrt(squares / count), min, q25, median, q75, max };
  }
}

/** Between the two nearest, as NumPy's default has it. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}
