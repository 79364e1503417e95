import type { Numbers, VectorSet } from "../../core/vectors.js";
import { integerRow, nearestDouble, nearestRoot } from "./integers.js";
import { PRECISION } from "./pair-product.js";
import { pairDistances, pairSquares, shareOfError } from "./pair-sums.js";
import { nearestWithin, PAIR_ERROR, pairRoot, unscaled } from "./rounding.js";
import { RowFacts, scaleRow, shiftOf } from "./row-facts.js";
import type { Score } from "./score.js";

/** Differences of multiples of smaller powers of two have squares that may underflow. */
const MIN_QUANTUM = -500;
/** Smaller sums may have lost digits to underflow. */
const MIN_SUM = 2 ** -900;
/** Rows from this exponent on are scaled before their distances are added up. */
const MAX_EXPONENT = 1000;

/** Returns the squared Euclidean distances of the rows of two sets (if `roots`, their square roots), each rounded once. */
export function euclideanScores(a: VectorSet, b: VectorSet, roots: boolean): Score {
  const rows = new DistantRows(a, b);
  const { sum, d } = rows;
  const share = shareOfError(d);
  const finish = (square: number, shift: number) =>
    roots ? unscaled(Math.sqrt(square), shift) : unscaled(square, 2 * shift);
  const measure = (i: number, j: number): number => {
    rows.select(i, j, shiftOf(rows.exponentOf(i, j)));
    const { x, xStart, y, yStart, shift } = rows;
    if (2 * rows.bits + rows.bitsOfCount <= PRECISION && rows.quantum >= MIN_QUANTUM) {
      return finish(plainSquares(x, xStart, y, yStart, d), shift);
    }
    pairSquares(x, xStart, y, yStart, d, sum);
    if (sum[0] < MIN_SUM) return Number.NaN;
    let error = share * sum[0] + d * 2 ** -1060;
    if (!roots) return unscaled(nearestWithin(sum[0], sum[1], error), 2 * shift);
    pairRoot(sum);
    error = error / sum[0] + PAIR_ERROR * sum[0];
    return unscaled(nearestWithin(sum[0], sum[1], error), shift);
  };
  return decided(rows, measure, (differences, exponent) => {
    const square = differences.reduce((total, difference) => total + difference * difference, 0n);
    return roots ? nearestRoot(square, 1n, exponent) : nearestDouble(square, 2 * exponent);
  });
}

/** Returns the Manhattan distances of the rows of two sets, each rounded once. */
export function manhattanScores(a: VectorSet, b: VectorSet): Score {
  const rows = new DistantRows(a, b);
  const { sum, d } = rows;
  const share = shareOfError(d);
  const measure = (i: number, j: number): number => {
    const exponent = rows.exponentOf(i, j);
    rows.select(i, j, exponent < MAX_EXPONENT ? 0 : shiftOf(exponent));
    const { x, xStart, y, yStart, shift } = rows;
    if (rows.bits + rows.bitsOfCount <= PRECISION && shift === 0) return plainDistances(x, xStart, y, yStart, d);
    pairDistances(x, xStart, y, yStart, d, sum);
    if (sum[0] === 0 && shift === 0) return 0;
    return unscaled(nearestWithin(sum[0], sum[1], share * sum[0] + (shift === 0 ? 0 : d * 2 ** -1070)), shift);
  };
  return decided(rows, measure, (differences, exponent) => {
    const total = differences.reduce((sum, difference) => sum + (difference < 0n ? -difference : difference), 0n);
    return nearestDouble(total, exponent);
  });
}

/** Returns distances that `measure` finds; where it returns NaN, integers decide. */
function decided(
  rows: DistantRows,
  measure: Score,
  byIntegers: (differences: readonly bigint[], exponent: number) => number,
): Score {
  return (i, j) => {
    rows.learn(i, j);
    const distance = measure(i, j);
    if (!Number.isNaN(distance)) return distance;
    if (rows.areEqual(i, j)) return 0;
    const { differences, exponent } = rows.integers(i, j);
    return byIntegers(differences, exponent);
  };
}

/** Rows of two sets, of which two are selected and scaled by one power of two if their squares may overflow or underflow. */
class DistantRows {
  readonly sum = new Float64Array(2);
  readonly d: number;
  /** ⌈log₂ d⌉ */
  readonly bitsOfCount: number;
  x: Numbers;
  xStart = 0;
  y: Numbers;
  yStart = 0;
  shift = 0;
  /** Scaled components and their differences are integer multiples of 2^quantum, and less than 2^(quantum + bits). */
  quantum = 0;
  bits = 0;
  private readonly left: RowFacts;
  private readonly right: RowFacts;
  private rooms: readonly [Float64Array, Float64Array] | null = null;

  constructor(a: VectorSet, b: VectorSet) {
    this.left = RowFacts.of(a);
    this.right = RowFacts.of(b);
    this.d = a.dimensions;
    this.bitsOfCount = Math.ceil(Math.log2(this.d));
    this.x = a.values;
    this.y = b.values;
  }

  learn(i: number, j: number): void {
    this.left.learn(i);
    this.right.learn(j);
  }

  /** Returns the larger exponent of both rows. */
  exponentOf(i: number, j: number): number {
    return Math.max(this.left.exponents[i], this.right.exponents[j]);
  }

  select(i: number, j: number, shift: number): void {
    const { left, right, d } = this;
    this.shift = shift;
    const quantum = Math.min(left.quanta[i], right.quanta[j]);
    this.quantum = quantum + shift;
    this.bits = this.exponentOf(i, j) + 2 - quantum;
    this.x = left.values;
    this.xStart = i * d;
    this.y = right.values;
    this.yStart = j * d;
    if (shift === 0) return;
    this.rooms ??= [new Float64Array(d), new Float64Array(d)];
    scaleRow(this.x, this.xStart, shift, this.rooms[0]);
    scaleRow(this.y, this.yStart, shift, this.rooms[1]);
    [this.x, this.y] = this.rooms;
    this.xStart = 0;
    this.yStart = 0;
  }

  areEqual(i: number, j: number): boolean {
    const { left, right, d } = this;
    for (let k = 0; k < d; k++) if (left.values[i * d + k] !== right.values[j * d + k]) return false;
    return true;
  }

  /** Returns the differences of the components of two rows, as multiples of 2^exponent. */
  integers(i: number, j: number): { differences: bigint[]; exponent: number } {
    const { left, right, d } = this;
    const exponent = Math.min(left.quanta[i], right.quanta[j]);
    const x = integerRow(left.values, i * d, d, exponent).digits;
    const y = integerRow(right.values, j * d, d, exponent).digits;
    return { differences: x.map((digits, k) => digits - y[k]), exponent };
  }
}

function plainSquares(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = a[aStart + k] - b[bStart + k];
    sum += difference * difference;
  }
  return sum;
}

function plainDistances(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += Math.abs(a[aStart + k] - b[bStart + k]);
  return sum;
}
