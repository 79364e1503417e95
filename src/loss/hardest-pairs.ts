/** The hardest positive (the least similar) and the hardest negative (the most similar) of each anchor; of equals the first. */
export class HardestPairs {
  /** NaN, and −1, where an anchor has none. */
  readonly positive: Float64Array;
  readonly positiveIndex: Int32Array;
  readonly negative: Float64Array;
  readonly negativeIndex: Int32Array;

  constructor(size: number) {
    this.positive = new Float64Array(size).fill(Number.NaN);
    this.positiveIndex = new Int32Array(size).fill(-1);
    this.negative = new Float64Array(size).fill(Number.NaN);
    this.negativeIndex = new Int32Array(size).fill(-1);
  }

  addPositive(anchor: number, other: number, value: number): void {
    // Written so that the first value replaces NaN.
    if (value >= this.positive[anchor]) return;
    this.positive[anchor] = value;
    this.positiveIndex[anchor] = other;
  }

  addNegative(anchor: number, other: number, value: number): void {
    if (value <= this.negative[anchor]) return;
    this.negative[anchor] = value;
    this.negativeIndex[anchor] = other;
  }
}
