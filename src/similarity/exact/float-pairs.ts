import { sharedArray, type VectorSet } from "../../core/vectors.js";
import { PAIR_SUMS, sumPairs } from "../../kernels/pair-sums.js";
import type { Runtime } from "../../kernels/runtime.js";
import type { MetricName, ZeroVectors } from "../options.js";
import { type Pair, shareOfError } from "./pair-sums.js";
import { errorOfProduct, nearestWithin, PAIR_ERROR, pairQuotient, pairRoot } from "./rounding.js";

/** Nearer rows lose too many digits in Σ x² + Σ y² − 2 Σ xy. */
const MIN_SHARE_OF_SQUARES = 2 ** -20;

/**
 * Scores of pairs of float32 rows by several metrics, each rounded once, from sums that the metrics share. Products of such
 * components are doubles that neither overflow nor underflow, so nothing has to be known of a row before its sums. A score
 * that the error of `pair-sums.ts` leaves open is NaN, and so is the cosine of a row without a direction with `nan` or `error`.
 */
export class FloatPairs {
  private sums: Float64Array = new Float64Array(0);
  private readonly pair: Pair = new Float64Array(2);
  private readonly share: number;

  private constructor(
    private readonly a: Float32Array,
    private readonly b: Float32Array,
    private readonly d: number,
    private readonly runtime: Runtime,
  ) {
    this.share = shareOfError(d);
  }

  /** Returns the pairs of rows of two sets; null unless both are float32. */
  static of(a: VectorSet, b: VectorSet, runtime: Runtime): FloatPairs | null {
    if (a.bits || b.bits) return null;
    if (!(a.values instanceof Float32Array && b.values instanceof Float32Array)) return null;
    return new FloatPairs(a.values, b.values, a.dimensions, runtime);
  }

  /** Adds up the components of some pairs of rows, whose numbers are on shared memory. */
  async sum(first: Uint32Array, second: Uint32Array): Promise<void> {
    const { a, b, d, runtime } = this;
    const length = PAIR_SUMS.length * first.length;
    if (length > this.sums.length) this.sums = sharedArray(length);
    await sumPairs(runtime.pool, { a, b, d, first, second }, this.sums);
  }

  /** Returns the function that scores pair p of those that were added up; null for a metric that needs other sums. */
  scoreBy(name: MetricName, zeroVectors: ZeroVectors): ((p: number) => number) | null {
    const withZero = zeroVectors === "zero" ? 0 : Number.NaN;
    switch (name) {
      case "cosine":
        return (p) => this.cosine(PAIR_SUMS.length * p, withZero);
      case "dot":
        return (p) => this.dot(PAIR_SUMS.length * p);
      case "euclidean":
        return (p) => this.euclidean(PAIR_SUMS.length * p, true);
      case "sqeuclidean":
        return (p) => this.euclidean(PAIR_SUMS.length * p, false);
      case "manhattan":
        return (p) => this.manhattan(PAIR_SUMS.length * p);
      default:
        return null;
    }
  }

  private dot(at: number): number {
    const { sums, share } = this;
    // The sum of |xy| is at most |x||y|.
    const lengths = Math.sqrt(sums[at + PAIR_SUMS.squareOfX]) * Math.sqrt(sums[at + PAIR_SUMS.squareOfY]);
    return nearestWithin(sums[at + PAIR_SUMS.product], sums[at + PAIR_SUMS.product + 1], 2 * share * lengths);
  }

  /** The error is that of `directionScores`. */
  private cosine(at: number, withZero: number): number {
    const { sums, pair, share } = this;
    if (sums[at + PAIR_SUMS.squareOfX] === 0 || sums[at + PAIR_SUMS.squareOfY] === 0) return withZero;
    this.select(at + PAIR_SUMS.squareOfX);
    pairRoot(pair);
    const x = pair[0];
    const restOfX = pair[1];
    this.select(at + PAIR_SUMS.squareOfY);
    pairRoot(pair);
    const y = pair[0];
    const restOfY = pair[1];
    this.select(at + PAIR_SUMS.product);
    const length = x * y;
    pairQuotient(pair, length, errorOfProduct(x, y, length) + (x * restOfY + y * restOfX));
    return nearestWithin(pair[0], pair[1], 6 * share);
  }

  /**
   * Σ (x − y)² is Σ x² + Σ y² − 2 Σ xy. With S = Σ x² + Σ y² ≥ 2 Σ |xy|, the sums have an error of at most 2·share·S, and the
   * rounding errors here are at most 4(d + 4)u²S, which is less than share·S.
   */
  private euclidean(at: number, roots: boolean): number {
    const { sums, pair } = this;
    const product = at + PAIR_SUMS.product;
    const ofX = at + PAIR_SUMS.squareOfX;
    const ofY = at + PAIR_SUMS.squareOfY;
    const squares = sums[ofX] + sums[ofY];
    const high = squares - 2 * sums[product];
    if (!(high > MIN_SHARE_OF_SQUARES * squares)) return Number.NaN;
    pair[0] = high;
    pair[1] =
      errorOfSum(sums[ofX], sums[ofY], squares) +
      errorOfSum(squares, -2 * sums[product], high) +
      (sums[ofX + 1] + sums[ofY + 1] - 2 * sums[product + 1]);
    const error = 4 * this.share * squares;
    if (!roots) return nearestWithin(pair[0], pair[1], error);
    pairRoot(pair);
    return nearestWithin(pair[0], pair[1], error / pair[0] + PAIR_ERROR * pair[0]);
  }

  private manhattan(at: number): number {
    const { sums, share } = this;
    const distance = sums[at + PAIR_SUMS.distance];
    return nearestWithin(distance, sums[at + PAIR_SUMS.distance + 1], share * distance);
  }

  private select(place: number): void {
    this.pair[0] = this.sums[place];
    this.pair[1] = this.sums[place + 1];
  }
}

/** Returns `x + y − sum`, where `sum` is the rounded sum. */
function errorOfSum(x: number, y: number, sum: number): number {
  const added = sum - x;
  return x - (sum - added) + (y - added);
}
