/** Powers of two up to this exponent have a finite inverse. */
const MAX_EXPONENT = 1000;
/** Larger multiples of a unit need another one. */
const MAX_SCALED = 2 ** 100;

/** Returns the inverse of a power of two near a score, the largest possible one for 0. */
export function unitOf(score: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(score)));
  return 2 ** -Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent));
}

/** The moments of some scores. */
export interface Part {
  readonly count: number;
  /** In multiples of 1 / `unit`, as the sum of squared deviations in multiples of its square: this avoids overflow and underflow. */
  readonly mean: number;
  readonly squares: number;
  /** A power of two. */
  readonly unit: number;
  readonly min: number;
  readonly max: number;
}

/** Computes number, mean, standard deviation and range of scores, none of them NaN. */
export class Moments {
  count = 0;
  mean = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** What the rounded mean lacks, multiplied by {@link unit}: scores far from 0 keep the digits of their deviations. */
  private rest = 0;
  /** Sum of squared deviations, multiplied by the square of {@link unit}. */
  private squares = 0;
  /** A power of two that brings the scores near 1; 0 if there are none. */
  private unit = 0;

  /** The population standard deviation. */
  get sd(): number {
    return this.unit === 0 ? 0 : Math.sqrt(this.squares / this.count) / this.unit;
  }

  /** These moments as those of several scores that are added to others. */
  get part(): Part {
    const { count, mean, squares, unit, min, max } = this;
    return { count, mean: mean * unit, squares, unit, min, max };
  }

  /** @see B. P. Welford, "Note on a method for calculating corrected sums of squares", https://doi.org/10.2307/1266577 */
  add(score: number): void {
    const { unit } = this;
    const scaled = score * unit;
    if (unit === 0 || Math.abs(scaled) > MAX_SCALED) {
      const own = unitOf(score);
      this.merge({ count: 1, mean: score * own, squares: 0, unit: own, min: score, max: score });
      return;
    }
    this.count++;
    const before = scaled - this.mean * unit - this.rest;
    this.moveMean(before / this.count);
    this.squares += before * (scaled - this.mean * unit - this.rest);
    if (score < this.min) this.min = score;
    if (score > this.max) this.max = score;
  }

  /**
   * Adds several scores at once.
   *
   * @see T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
   * https://doi.org/10.1007/978-3-642-51461-6_3
   */
  merge({ count, mean, squares, unit, min, max }: Part): void {
    if (count === 0) return;
    if (this.unit === 0) this.unit = unit;
    // The smaller unit, of the larger scores, does not overflow.
    const common = Math.min(this.unit, unit);
    const [own, other] = [common / this.unit, common / unit];
    const before = this.count;
    this.count += count;
    this.rest *= own;
    const shift = mean * other - this.mean * common - this.rest;
    this.unit = common;
    this.moveMean(shift * (count / this.count));
    this.squares = this.squares * own * own + squares * other * other + shift * shift * (before / this.count) * count;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
  }

  /** Adds to the mean, in multiples of 1 / {@link unit}, and keeps the rounding error (Knuth's sum of two numbers). */
  private moveMean(step: number): void {
    const mean = this.mean * this.unit;
    const move = step + this.rest;
    const sum = mean + move;
    const moved = sum - mean;
    this.rest = mean - (sum - moved) + (move - moved);
    this.mean = sum / this.unit;
  }
}
