/**
 * Returns the sum of finite numbers, rounded once, as Python's `math.fsum`: the order of the terms does not change it, and terms that cancel
 * each other give 0.
 *
 * @see J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates",
 * https://doi.org/10.1007/PL00009321
 */
export function exactSum(terms: Iterable<number>): number {
  // Numbers without common bits, from the smallest on, whose sum is the exact sum so far.
  const parts: number[] = [];
  for (const term of terms) {
    let high = term;
    let kept = 0;
    for (const part of parts) {
      const [larger, smaller] = Math.abs(high) < Math.abs(part) ? [part, high] : [high, part];
      high = larger + smaller;
      const low = smaller - (high - larger);
      if (low !== 0) parts[kept++] = low;
    }
    parts.length = kept;
    parts.push(high);
  }
  return rounded(parts);
}

/** Returns the sum of numbers without common bits, from the smallest on, rounded once. */
function rounded(parts: number[]): number {
  let sum = parts.pop() ?? 0;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const before = sum;
    sum += part;
    const rest = part - (sum - before);
    if (rest === 0) continue;
    // The rest may be half of the last bit of the sum: the next part then decides.
    const twice = sum + 2 * rest;
    const isHalf = twice - sum === 2 * rest;
    return isHalf && Math.sign(parts.at(-1) ?? 0) === Math.sign(rest) ? twice : sum;
  }
  return sum;
}
