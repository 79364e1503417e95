import { Bins } from "../core/bins.js";
import type { Spread } from "../core/results.js";
import { ScoreHistogram } from "./score-histogram.js";

/** Maximum number of scores kept to compute exact quantiles. */
export const MAX_KEPT = 1 << 23;
/** Powers of two up to this exponent have a finite inverse. */
const MAX_EXPONENT = 1000;

const exponentOf = (score: number) => Math.floor(Math.log2(Math.abs(score)));

/** Computes the distribution of any number of scores in bounded memory. */
export class SpreadGatherer {
  private room: Float64Array;
  private histogram: ScoreHistogram | null = null;
  private count = 0;
  private mean = 0;
  /** Sum of squared deviations, multiplied by the square of {@link unit}: this avoids overflow and underflow. */
  private squares = 0;
  /** The inverse of a power of two near the first score that is not 0. */
  private unit = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  /**
   * @param maxKept up to this number of scores, the quartiles are exact; beyond it, they are computed from a histogram.
   */
  constructor(private readonly maxKept = MAX_KEPT) {
    this.room = new Float64Array(Math.min(1 << 10, maxKept));
  }

  /** @see B. P. Welford, "Note on a method for calculating corrected sums of squares", https://doi.org/10.2307/1266577 */
  add(score: number): void {
    if (this.histogram) this.histogram.add(score);
    else this.keep(score);
    this.count++;
    if (this.unit === 0 && score !== 0)
      this.unit = 2 ** -Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponentOf(score)));
    const before = score - this.mean;
    this.mean += before / this.count;
    this.squares += before * this.unit * ((score - this.mean) * this.unit);
    if (score < this.min) this.min = score;
    if (score > this.max) this.max = score;
  }

  /** Adds several scores: as {@link add} for each, but for rounding. */
  addAll(scores: Float64Array): void {
    if (scores.length === 0) return;
    let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i];
      sum += score;
      if (score < min) min = score;
      if (score > max) max = score;
    }
    const mean = sum / scores.length;
    // The first score that is not 0 sets the unit, and large scores may overflow.
    if (this.unit === 0 || !Number.isFinite(sum)) {
      for (let i = 0; i < scores.length; i++) this.add(scores[i]);
      return;
    }
    const { unit } = this;
    let squares = 0;
    for (let i = 0; i < scores.length; i++) {
      const deviation = (scores[i] - mean) * unit;
      squares += deviation * deviation;
    }
    const [before, more] = [this.count, scores.length];
    const shift = mean - this.mean;
    this.count = before + more;
    this.mean += shift * (more / this.count);
    this.squares += squares + shift * unit * (shift * unit) * (before / this.count) * more;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    const fitting = this.histogram ? 0 : Math.min(more, this.maxKept - before);
    if (fitting > 0) {
      this.makeRoom(before, fitting);
      this.room.set(scores.subarray(0, fitting), before);
    }
    if (fitting < more && !this.histogram) this.countKept();
    if (fitting < more) this.histogram?.addAll(scores.subarray(fitting));
  }

  /** All scores if they are kept, otherwise their histogram. */
  get scores(): Float64Array | ScoreHistogram {
    return this.histogram ?? this.room.subarray(0, this.count);
  }

  private keep(score: number): void {
    if (this.count === this.maxKept) {
      this.countKept().add(score);
      return;
    }
    this.makeRoom(this.count, 1);
    this.room[this.count] = score;
  }

  /** Makes room for more scores after the first `count`. */
  private makeRoom(count: number, more: number): void {
    if (count + more <= this.room.length) return;
    const larger = new Float64Array(Math.min(Math.max(2 * count, count + more), this.maxKept));
    larger.set(this.room.subarray(0, count));
    this.room = larger;
  }

  /** Replaces the kept scores by their histogram. */
  private countKept(): ScoreHistogram {
    this.histogram = new ScoreHistogram();
    this.histogram.addAll(this.room);
    this.room = new Float64Array(0);
    return this.histogram;
  }

  /** Returns the numbers of scores in bins of equal width between two scores; beyond the kept ones by the midpoints of their bins. */
  counts(from: number, to: number, bins: number): number[] {
    const counted = new Bins(from, to, bins);
    const { scores } = this;
    if (scores instanceof Float64Array) for (const score of scores) counted.add(score, 1);
    else {
      const [first, last] = scores.range;
      for (let bin = first; bin <= last; bin++) {
        const count = scores.countIn(bin);
        if (count > 0) counted.add((bin + 0.5) * scores.binWidth, count);
      }
    }
    return counted.counts;
  }

  /** Returns null if there are no scores. */
  result(): Spread | null {
    const { count, mean, squares, unit, min, max, scores } = this;
    if (count === 0) return null;
    const isKept = scores instanceof Float64Array;
    const sorted = isKept ? scores.slice().sort() : null;
    const at = (place: number) => sorted?.[place] ?? Math.max(min, Math.min(max, (scores as ScoreHistogram).at(place)));
    const [q25, median, q75] = [0.25, 0.5, 0.75].map((share) => quantile(at, count, share));
    const sd = unit === 0 ? 0 : Math.sqrt(squares / count) / unit;
    return { count, mean, sd, min, q25, median, q75, max, quartileError: isKept ? 0 : scores.binWidth / 2 };
  }
}

/**
 * Interpolates linearly between the two nearest scores, as NumPy does by default; `at` returns the score at an index in
 * ascending order.
 */
function quantile(at: (place: number) => number, count: number, share: number): number {
  const place = share * (count - 1);
  const below = Math.floor(place);
  const [lower, upper] = [at(below), at(Math.min(below + 1, count - 1))];
  return lower + (upper - lower) * (place - below);
}
