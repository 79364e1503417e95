/** Computes `log Σ exp(x)` of each anchor in one pass. The sum is kept relative to the largest x so far, so it cannot overflow. */
export class LogSumExp {
  private readonly largest: Float64Array;
  private readonly sum: Float64Array;

  /** @param withOne whether the sum starts with exp(0) = 1. */
  constructor(size: number, withOne: boolean) {
    this.largest = new Float64Array(size).fill(withOne ? 0 : Number.NEGATIVE_INFINITY);
    this.sum = new Float64Array(size).fill(withOne ? 1 : 0);
  }

  add(anchor: number, x: number): void {
    const { largest, sum } = this;
    if (x > largest[anchor]) {
      sum[anchor] = sum[anchor] * Math.exp(largest[anchor] - x) + 1;
      largest[anchor] = x;
    } else sum[anchor] += Math.exp(x - largest[anchor]);
  }

  at(anchor: number): number {
    return this.largest[anchor] + Math.log(this.sum[anchor]);
  }

  /** Returns exp(x) divided by the sum: the derivative of the logarithm with respect to x. */
  share(anchor: number, x: number): number {
    return Math.exp(x - this.largest[anchor]) / this.sum[anchor];
  }
}
