import type { Numbers } from "../../core/vectors.js";
import { type Pair, pairDot, pairDotOfShifted, pairDotOfShort, plainDot } from "./pair-sums.js";
import { type RowFacts, scaleRow, shiftOf } from "./row-facts.js";

/** Integers of at most this number of bits are doubles. */
export const PRECISION = 53;
/** Products of multiples of smaller powers of two may underflow. */
const MIN_QUANTUM = -1000;

/** Scalar products of rows of two sets as sums of two doubles. Rows beyond 2^±200 are scaled by powers of two first. */
export class PairProduct {
  /** The last product, `sum[0] + sum[1]`, of the scaled rows. */
  readonly sum: Pair = new Float64Array(2);
  /** The rows of the last product: `x` from `xStart` on, and `y` from `yStart` on. */
  x: Numbers;
  xStart = 0;
  y: Numbers;
  yStart = 0;
  /** The power of two that the product was scaled by. */
  shift = 0;
  /** The absolute values of the products, and of all their sums, are less than 2^exponent. */
  exponent = 0;
  /** The products are integer multiples of 2^(exponent − bits). */
  bits = 0;
  /** ⌈log₂ d⌉ */
  readonly bitsOfCount: number;
  private roomOfX: Float64Array | null = null;
  private roomOfY: Float64Array | null = null;

  constructor(
    readonly left: RowFacts,
    readonly right: RowFacts,
  ) {
    this.x = left.values;
    this.y = right.values;
    this.bitsOfCount = Math.ceil(Math.log2(left.d));
  }

  /** Selects the rows, whose facts are known. Neither may be zero. */
  select(i: number, j: number): void {
    const { left, right, bitsOfCount } = this;
    const { d } = left;
    const [ofX, ofY] = [left.exponents[i], right.exponents[j]];
    const [shiftOfX, shiftOfY] = [shiftOf(ofX), shiftOf(ofY)];
    this.shift = shiftOfX + shiftOfY;
    this.exponent = ofX + ofY + 2 + this.shift + bitsOfCount;
    this.bits = ofX + ofY + 2 + bitsOfCount - left.quanta[i] - right.quanta[j];
    this.x = left.values;
    this.xStart = i * d;
    this.y = right.values;
    this.yStart = j * d;
    if (shiftOfX !== 0) {
      this.roomOfX ??= new Float64Array(d);
      scaleRow(this.x, this.xStart, shiftOfX, this.roomOfX);
      this.x = this.roomOfX;
      this.xStart = 0;
    }
    if (shiftOfY !== 0) {
      this.roomOfY ??= new Float64Array(d);
      scaleRow(this.y, this.yStart, shiftOfY, this.roomOfY);
      this.y = this.roomOfY;
      this.yStart = 0;
    }
  }

  /** Whether Σ xy of the selected rows is exact in doubles. */
  get isPlain(): boolean {
    return this.bits <= PRECISION && this.exponent - this.bits >= MIN_QUANTUM;
  }

  /** Computes Σ xy of the selected rows. Returns whether `sum` is exact. */
  multiply(i: number, j: number): boolean {
    const { sum, left, right, x, xStart, y, yStart, bits } = this;
    if (this.isPlain) {
      sum[0] = plainDot(x, xStart, y, yStart, left.d);
      sum[1] = 0;
      return true;
    }
    const isNormal = this.exponent - bits >= MIN_QUANTUM;
    if (isNormal && left.lengths[i] + right.lengths[j] <= PRECISION) {
      pairDotOfShort(x, xStart, y, yStart, left.d, sum);
    } else pairDot(x, xStart, y, yStart, left.d, sum);
    // The rounding errors are multiples of the same unit, and their sum has PRECISION − bitsOfCount − 1 bits less.
    return isNormal && bits + this.bitsOfCount + 1 <= 2 * PRECISION;
  }

  /** Computes Σ (x − ofX)(y − ofY) of the selected rows. */
  multiplyShifted(ofX: number, ofY: number): void {
    pairDotOfShifted(this.x, this.xStart, ofX, this.y, this.yStart, ofY, this.left.d, this.sum);
  }
}

/** Whether rows i and j have a component in common that is not zero in either. */
export function overlap(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): boolean {
  for (let k = 0; k < d; k++) if (a[aStart + k] !== 0 && b[bStart + k] !== 0) return true;
  return false;
}
