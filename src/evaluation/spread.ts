import { Bins } from "../core/bins.js";
import { nthSmallest } from "../core/nth-smallest.js";
import type { Spread } from "../core/results.js";
import { Moments } from "./moments.js";
import { ScoreHistogram } from "./score-histogram.js";

/** Maximum number of scores kept to compute exact quantiles. */
export const MAX_KEPT = 1 << 23;

/** Computes the distribution of any number of scores in bounded memory. */
export class SpreadGatherer {
  private readonly moments = new Moments();
  private room: Float64Array;
  private histogram: ScoreHistogram | null = null;

  /**
   * @param maxKept up to this number of scores, the quartiles are exact; beyond it, they are computed from a histogram.
   */
  constructor(private readonly maxKept = MAX_KEPT) {
    this.room = new Float64Array(Math.min(1 << 10, maxKept));
  }

  add(score: number): void {
    if (this.histogram) this.histogram.add(score);
    else this.keep(score);
    this.moments.add(score);
  }

  /** All scores if they are kept, otherwise their histogram. */
  get scores(): Float64Array | ScoreHistogram {
    return this.histogram ?? this.room.subarray(0, this.moments.count);
  }

  private keep(score: number): void {
    const { count } = this.moments;
    if (count === this.maxKept) {
      this.histogram = new ScoreHistogram();
      this.histogram.addAll(this.room);
      this.histogram.add(score);
      this.room = new Float64Array(0);
      return;
    }
    if (count === this.room.length) {
      const larger = new Float64Array(Math.min(2 * count, this.maxKept));
      larger.set(this.room);
      this.room = larger;
    }
    this.room[count] = score;
  }

  /** Returns the numbers of scores in bins of equal width between two scores. */
  counts(from: number, to: number, bins: number): number[] {
    return countsIn(this.scores, from, to, bins);
  }

  /** Returns null if there are no scores. */
  result(): Spread | null {
    return spreadOf(this.moments, this.scores);
  }
}

/**
 * Returns the numbers of scores in bins of equal width between two scores; those in a histogram are counted at the midpoints of its
 * bins.
 */
export function countsIn(scores: Float64Array | ScoreHistogram, from: number, to: number, bins: number): number[] {
  const counted = new Bins(from, to, bins);
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

/** Returns the distribution of scores from their moments, and the scores or their histogram; null if there are none. */
export function spreadOf({ count, mean, sd, min, max }: Moments, scores: Float64Array | ScoreHistogram): Spread | null {
  if (count === 0) return null;
  const quartiles = [0.25, 0.5, 0.75].map((share) => share * (count - 1));
  const places = quartiles.flatMap((place) => [Math.floor(place), Math.min(Math.floor(place) + 1, count - 1)]);
  const isKept = scores instanceof Float64Array;
  const found = isKept
    ? nthSmallest(scores.slice(), places)
    : places.map((place) => Math.max(min, Math.min(max, scores.at(place))));
  // Linear between the two nearest scores, as NumPy does by default.
  const [q25, median, q75] = quartiles.map((place, k) => {
    const [lower, upper] = [found[2 * k], found[2 * k + 1]];
    return lower + (upper - lower) * (place - Math.floor(place));
  });
  return { count, mean, sd, min, q25, median, q75, max, quartileError: isKept ? 0 : scores.binWidth / 2 };
}
