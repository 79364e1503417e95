import type { BinWindow } from "../kernels/score-spans.js";
import { unitOf } from "./moments.js";

const MOST_BINS = 1 << 18;
const NO_WINDOW = { width: 1, from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY, unit: 1 };
/** The smallest width whose inverse is finite. */
const MIN_WIDTH = 2 ** -1020;
/** Up to this bin, doubles represent the midpoints of bins exactly. */
const MAX_BIN = 2 ** 51;

/** The scores of a histogram: counts of consecutive bins from `first` on. */
export interface HistogramState {
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly counts: Float64Array;
}

/**
 * Counts any number of scores in bounded memory, in bins as narrow as the range of the scores allows. Bin k is [k·w, (k
 * + 1)·w). The width w is a power of two and doubles when a score is out of range, so that the bins do not depend on
 * the order of the scores. An infinite score counts in the outermost bin.
 */
export class ScoreHistogram {
  private counts: Float64Array;
  private width: number;
  /** The inverse of the width, also a power of two. */
  private scale: number;
  private count = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  /** @param width the initial width of the bins. @param bins their number. Both are powers of two. */
  constructor(
    width = MIN_WIDTH,
    readonly bins = MOST_BINS,
  ) {
    this.counts = new Float64Array(bins);
    this.width = width;
    this.scale = 1 / width;
  }

  /** Returns the histogram as numbers, from which {@link addState} adds its scores to another one; null if there are no scores. */
  get state(): HistogramState | null {
    const { width, min, max, first, last } = this;
    if (!(first <= last)) return null;
    return {
      width,
      min,
      max,
      first,
      counts: Float64Array.from({ length: last - first + 1 }, (_, k) => this.countIn(first + k)),
    };
  }

  /** Adds the scores of another histogram, whose width began with the same one. */
  addState({ width, min, max, first, counts }: HistogramState): void {
    this.include(min, max);
    const ratio = width / this.width;
    if (ratio > 1) this.widen(width);
    for (let k = 0; k < counts.length; k++)
      if (counts[k] > 0) this.addToBin(binOf(first + k, width / this.width), counts[k]);
  }

  get binWidth(): number {
    return this.width;
  }

  /** The first and the last bin with scores; Infinity and −Infinity if there are none. */
  get range(): readonly [number, number] {
    return [this.first, this.last];
  }

  /** Number of scores. */
  get total(): number {
    return this.count;
  }

  /** @param score any number but NaN. */
  add(score: number): void {
    let bin = this.binOf(score);
    if (!(bin >= this.first && bin <= this.last)) bin = this.reach(score);
    this.counts[bin & (this.bins - 1)]++;
    this.count++;
  }

  /** Widens the range, and the bins, so that scores between two scores can be added by {@link addToBin}. */
  include(min: number, max: number): void {
    this.reach(min);
    this.reach(max);
  }

  /** Adds scores that are in a bin in the range. */
  addToBin(bin: number, count: number): void {
    this.counts[bin & (this.bins - 1)] += count;
    this.count += count;
  }

  /** The number of the first of all bins, in the middle of which the range is. */
  get start(): number {
    const centre = Math.floor((this.first + this.last + 1) / 2);
    return Math.max(-MAX_BIN, Math.min(MAX_BIN + 1, centre + this.bins / 2) - this.bins);
  }

  /** Returns a window of all bins; one that includes no score if the range is empty. */
  window(): BinWindow {
    const { start, width, bins } = this;
    if (Number.isNaN(start)) return NO_WINDOW;
    const [from, to] = [start * width, (start + bins) * width];
    return { width, from, to, unit: unitOf(Math.max(-from, to)) };
  }

  /** Adds several scores, none of them NaN. */
  addAll(scores: Float64Array): void {
    for (let i = 0; i < scores.length; i++) {
      const bin = Math.floor(scores[i] * this.scale);
      // Scores that underflow to bin 0 need the sign, and those out of range wider bins.
      if (bin >= this.first && bin <= this.last && bin !== 0) {
        this.counts[bin & (this.bins - 1)]++;
        this.count++;
      } else this.add(scores[i]);
    }
  }

  /** Returns the number of the bin of a score. */
  binOf(score: number): number {
    return binOf(score, this.scale);
  }

  /** Returns the number of scores in a bin. */
  countIn(bin: number): number {
    return bin >= this.first && bin <= this.last ? this.counts[bin & (this.bins - 1)] : 0;
  }

  /**
   * Returns the midpoint of the bin of the score at index `place` in ascending order: at most half a width from that
   * score.
   */
  at(place: number): number {
    let bin = this.first;
    for (let before = this.countIn(bin); before <= place && bin < this.last; before += this.countIn(bin)) bin++;
    return (bin + 0.5) * this.width;
  }

  /** Returns a histogram of the same scores with a larger width, a power of two. */
  widened(width: number): ScoreHistogram {
    const wider = new ScoreHistogram(width, this.bins);
    const ratio = this.width / width;
    for (let bin = this.first; bin <= this.last; bin++)
      wider.counts[binOf(bin, ratio) & (this.bins - 1)] += this.countIn(bin);
    wider.count = this.count;
    [wider.min, wider.max] = [this.min, this.max];
    [wider.first, wider.last] = [binOf(this.first, ratio), binOf(this.last, ratio)];
    return wider;
  }

  /** Extends the range to include a score, and returns its bin. */
  private reach(score: number): number {
    const finite = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, score));
    this.min = Math.min(this.min, finite);
    this.max = Math.max(this.max, finite);
    let { width } = this;
    while (!this.fits(width)) width *= 2;
    if (width > this.width) this.widen(width);
    [this.first, this.last] = [this.binOf(this.min), this.binOf(this.max)];
    return this.binOf(finite);
  }

  private widen(width: number): void {
    this.counts = this.widened(width).counts;
    this.width = width;
    this.scale = 1 / width;
    [this.first, this.last] = [this.binOf(this.min), this.binOf(this.max)];
  }

  private fits(width: number): boolean {
    const [first, last] = [binOf(this.min, 1 / width), binOf(this.max, 1 / width)];
    return last - first < this.bins && Math.max(-first, last) <= MAX_BIN;
  }
}

/** Returns the bin of a score; a negative one that underflows when scaled belongs to bin −1. */
function binOf(score: number, scale: number): number {
  return Math.floor(score * scale) || (score < 0 ? -1 : 0);
}
