import type { VectorSet } from "../../core/vectors.js";
import type { ZeroVectors } from "../options.js";
import { integerDot, integerRow, integerSum, nearestRoot } from "./integers.js";
import { overlap, PairProduct, PRECISION } from "./pair-product.js";
import { type Pair, pairSum, shareOfError } from "./pair-sums.js";
import { errorOfProduct, nearestWithin, pairQuotient, pairRoot } from "./rounding.js";
import { NO_EXPONENT, RowFacts } from "./row-facts.js";
import type { Score } from "./score.js";

/** If centring a row makes its squared length smaller by more than this factor, it is summed relative to its mean. */
const MAX_GROWTH = 4;
/** Beyond this relative error of a squared length, the bound of the error of a score does not hold. */
const MAX_ERROR = 2 ** -60;

/**
 * Returns the cosines of the rows of two sets, each rounded once: `Σ xy / sqrt(Σ x² · Σ y²)`. If `centred`, returns their
 * correlations: the cosines of rows minus their means.
 *
 * Numerator and lengths are sums of two doubles. Let g = `growth` = Σ (x − s)² / Σ (x − x̄)² ≥ 1, for the number s that is
 * subtracted, be that of the row where it is greater. With the errors of `pair-sums.ts`, the numerator has an error of at
 * most 2·share·g·|x||y|: half a share for Σ (x − s)(y − t), and one for Σ (x − s) · Σ (y − t) / d, because
 * |Σ x| ≤ sqrt(d)·|x|. Both lengths have a relative error of at most share·g, and roots, product and quotient of at most
 * 100u² ≤ share. This makes at most 5·share·g for a score, which is at most 1. Where a number halfway between two doubles is
 * within this error, integers decide.
 */
export function directionScores(a: VectorSet, b: VectorSet, centred: boolean, zeroVectors: ZeroVectors): Score {
  const left = new Directions(a, centred);
  const right = a === b ? left : new Directions(b, centred);
  const product = new PairProduct(left.facts, right.facts);
  const share = shareOfError(a.dimensions);
  const withZero = zeroVectors === "zero" ? 0 : Number.NaN;
  const byIntegers = integerScores(left.facts, right.facts, centred);
  const { sum } = product;
  return (i, j) => {
    left.learn(i);
    right.learn(j);
    if (left.isZero(i) || right.isZero(j)) return withZero;
    product.select(i, j);
    const isExact = centred ? multiplyCentred(product, left, i, right, j) : product.multiply(i, j);
    if (isExact && sum[0] + sum[1] === 0) return 0;
    const [x, y] = [left.lengths[i], right.lengths[j]];
    const length = x * y;
    pairQuotient(sum, length, errorOfProduct(x, y, length) + (x * right.rests[j] + y * left.rests[i]));
    const growth = isExact
      ? Math.max(left.growthsOfLengths[i], right.growthsOfLengths[j])
      : Math.max(left.growths[i], right.growths[j]);
    const score = nearestWithin(sum[0], sum[1], 6 * share * growth);
    return Number.isNaN(score) ? byIntegers(i, j) : score;
  };
}

/** Rows with their lengths, found when a row is first used. The lengths are those of the rows that `PairProduct` scales. */
class Directions {
  readonly facts: RowFacts;
  /** The length of a row, as the sum of two doubles; 0 for a row without a direction. */
  readonly lengths: Float64Array;
  readonly rests: Float64Array;
  /** Σ (x − s)² / Σ (x − x̄)² */
  readonly growths: Float64Array;
  /** The same, but 1 for a row whose length is the root of an exact sum. */
  readonly growthsOfLengths: Float64Array;
  /** The number s that is subtracted from the components of a row. */
  readonly origins: Float64Array;
  /** Σ (x − s), as the sum of two doubles. */
  readonly sums: Float64Array;
  readonly restsOfSums: Float64Array;
  private readonly own: PairProduct;
  /** 1 for a row whose length is known. */
  private readonly known: Uint8Array;

  constructor(
    set: VectorSet,
    private readonly centred: boolean,
  ) {
    const { rows } = set;
    this.facts = RowFacts.of(set);
    this.own = new PairProduct(this.facts, this.facts);
    this.known = new Uint8Array(rows);
    this.lengths = new Float64Array(rows);
    this.rests = new Float64Array(rows);
    this.growths = new Float64Array(rows).fill(1);
    this.growthsOfLengths = centred ? new Float64Array(rows).fill(1) : this.growths;
    const centres = centred ? rows : 0;
    this.origins = new Float64Array(centres);
    this.sums = new Float64Array(centres);
    this.restsOfSums = new Float64Array(centres);
  }

  isZero(row: number): boolean {
    return this.lengths[row] === 0;
  }

  /** Finds the length of a row, unless it is known. */
  learn(row: number): void {
    const { facts, own, centred, known } = this;
    if (known[row] === 1) return;
    known[row] = 1;
    facts.learn(row);
    if (facts.exponents[row] === NO_EXPONENT || (centred && facts.isConstant(row))) return;
    own.select(row, row);
    if (centred) this.centre(row);
    else own.multiply(row, row);
    pairRoot(own.sum);
    this.lengths[row] = own.sum[0];
    this.rests[row] = own.sum[1];
  }

  /** Sets `own.sum` to the squared length of the centred row. */
  private centre(row: number): void {
    const { own, sums } = this;
    const { d } = this.facts;
    this.sumFrom(row, 0);
    own.multiply(row, row);
    if (this.finishCentring(row, MAX_GROWTH)) return;
    const origin = sums[row] / d;
    this.sumFrom(row, origin);
    own.multiplyShifted(origin, origin);
    if (this.finishCentring(row, MAX_ERROR / shareOfError(d))) return;
    // Integers decide all scores of this row.
    this.growths[row] = Number.POSITIVE_INFINITY;
    this.growthsOfLengths[row] = Number.POSITIVE_INFINITY;
    own.sum[0] = 1;
    own.sum[1] = 0;
  }

  /** Replaces Σ (x − s)² by Σ (x − x̄)². Returns whether its relative error is at most `maxGrowth` shares. */
  private finishCentring(row: number, maxGrowth: number): boolean {
    const { own, growths, growthsOfLengths } = this;
    const [before] = own.sum;
    const isExact = multiplyCentred(own, this, row, this, row);
    growths[row] = before / own.sum[0];
    growthsOfLengths[row] = isExact ? 1 : growths[row];
    return isExact || (growths[row] > 0 && growths[row] <= maxGrowth);
  }

  private sumFrom(row: number, origin: number): void {
    const { own, origins, sums, restsOfSums } = this;
    const { sum } = own;
    pairSum(own.x, own.xStart, this.facts.d, origin, sum);
    origins[row] = origin;
    // The larger part first: the product of both rests is neglected.
    sums[row] = sum[0] + sum[1];
    const added = sums[row] - sum[0];
    restsOfSums[row] = sum[0] - (sums[row] - added) + (sum[1] - added);
  }
}

const correction: Pair = new Float64Array(2);

/** Sets the sum of a product to Σ (x − x̄)(y − ȳ). Returns whether the sum is zero only if this is. */
function multiplyCentred(product: PairProduct, left: Directions, i: number, right: Directions, j: number): boolean {
  const { sum } = product;
  const { d } = left.facts;
  const [ofX, ofY] = [left.origins[i], right.origins[j]];
  const [sumOfX, sumOfY] = [left.sums[i], right.sums[j]];
  const isShifted = ofX !== 0 || ofY !== 0;
  if (isShifted) product.multiplyShifted(ofX, ofY);
  else product.multiply(i, j);
  if (!isShifted && product.isPlain && product.bits + product.bitsOfCount <= PRECISION) {
    // d·Σ xy and Σ x · Σ y are integers below 2^53 times a power of two.
    sum[0] = d * sum[0] - sumOfX * sumOfY;
    pairQuotient(sum, d, 0);
    return true;
  }
  const total = sumOfX * sumOfY;
  correction[0] = total;
  correction[1] =
    errorOfProduct(sumOfX, sumOfY, total) + (sumOfX * right.restsOfSums[j] + sumOfY * left.restsOfSums[i]);
  pairQuotient(correction, d, 0);
  const difference = sum[0] - correction[0];
  const back = difference - sum[0];
  sum[1] += sum[0] - (difference - back) - (correction[0] + back) - correction[1];
  sum[0] = difference;
  return false;
}

/** Returns the same scores by exact arithmetic of integers, about 150 times as slow. */
function integerScores(left: RowFacts, right: RowFacts, centred: boolean): Score {
  const { d } = left;
  const n = BigInt(d);
  const measured = (facts: RowFacts, row: number) => {
    const { digits } = integerRow(facts.values, row * d, d, facts.quanta[row]);
    const sum = integerSum(digits);
    const square = integerDot(digits, digits);
    return { row, digits, sum, square: centred ? n * square - sum * sum : square };
  };
  let x: ReturnType<typeof measured> | null = null;
  return (i, j) => {
    if (!centred && !overlap(left.values, i * d, right.values, j * d, d)) return 0;
    if (x?.row !== i) x = measured(left, i);
    const y = measured(right, j);
    const product = integerDot(x.digits, y.digits);
    const covariance = centred ? n * product - x.sum * y.sum : product;
    const score = nearestRoot(covariance * covariance, x.square * y.square, 0);
    // A difference, because it is never −0.
    return covariance < 0n ? 0 - score : score;
  };
}
