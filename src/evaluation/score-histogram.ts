/** So many bins take 2 MB, which caches hold. */
const BINS = 1 << 18;
/** The inverse of a width must be finite. */
const LEAST_WIDTH = 2 ** -1020;
/** Up to here doubles tell the middles of bins apart. */
const LAST_BIN = 2 ** 51;

/**
 * Any number of scores in bounded memory: how many there are in each of many bins, as narrow as the least and the
 * greatest score allow. Bin k is [k·w, (k + 1)·w), its width w a power of two that doubles while scores come that are
 * too far apart; so the bins depend on the scores alone, not on their order. An infinite score counts in the outermost bin.
 */
export class ScoreHistogram {
  private counts = new Float64Array(BINS);
  private width: number;
  /** Its inverse, also a power of two. */
  private scale: number;
  private count = 0;
  private least = Number.POSITIVE_INFINITY;
  private greatest = Number.NEGATIVE_INFINITY;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  /** @param width of the bins, a power of two, until scores are too far apart for it. */
  constructor(width = LEAST_WIDTH) {
    this.width = width;
    this.scale = 1 / width;
  }

  /** The width of the bins. */
  get binWidth(): number {
    return this.width;
  }

  /** The first and the last bin that scores are in; Infinity and −Infinity while there are none. */
  get range(): readonly [number, number] {
    return [this.first, this.last];
  }

  /** How many scores there are. */
  get total(): number {
    return this.count;
  }

  /** @param score any number but NaN. */
  add(score: number): void {
    let bin = this.binOf(score);
    if (!(bin >= this.first && bin <= this.last)) bin = this.reach(score);
    this.counts[bin & (BINS - 1)]++;
    this.count++;
  }

  /** The bin of a score, by its number. */
  binOf(score: number): number {
    return binOf(score, this.scale);
  }

  /** How many scores there are in a bin. */
  countIn(bin: number): number {
    return bin >= this.first && bin <= this.last ? this.counts[bin & (BINS - 1)] : 0;
  }

  /** The middle of the bin of score `place` in ascending order, from 0: at most half a width from that score. */
  at(place: number): number {
    let bin = this.first;
    for (let before = this.countIn(bin); before <= place && bin < this.last; before += this.countIn(bin)) bin++;
    return (bin + 0.5) * this.width;
  }

  /** The same scores in bins of a greater width, a power of two. */
  widened(width: number): ScoreHistogram {
    const wider = new ScoreHistogram(width);
    const ratio = this.width / width;
    for (let bin = this.first; bin <= this.last; bin++)
      wider.counts[binOf(bin, ratio) & (BINS - 1)] += this.countIn(bin);
    wider.count = this.count;
    [wider.least, wider.greatest] = [this.least, this.greatest];
    [wider.first, wider.last] = [binOf(this.first, ratio), binOf(this.last, ratio)];
    return wider;
  }

  /** Makes room for a score beyond the others, and returns its bin. */
  private reach(score: number): number {
    const finite = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, score));
    this.least = Math.min(this.least, finite);
    this.greatest = Math.max(this.greatest, finite);
    let { width } = this;
    while (!this.fits(width)) width *= 2;
    if (width > this.width) {
      this.counts = this.widened(width).counts;
      this.width = width;
      this.scale = 1 / width;
    }
    [this.first, this.last] = [this.binOf(this.least), this.binOf(this.greatest)];
    return this.binOf(finite);
  }

  private fits(width: number): boolean {
    const [first, last] = [binOf(this.least, 1 / width), binOf(this.greatest, 1 / width)];
    return last - first < BINS && Math.max(-first, last) <= LAST_BIN;
  }
}

/** Numbers below 0 that vanish when they are scaled stay below 0. */
function binOf(score: number, scale: number): number {
  return Math.floor(score * scale) || (score < 0 ? -1 : 0);
}
