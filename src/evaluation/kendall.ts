/**
 * Returns Kendall's rank correlation τ-b of two lists of n numbers, in [−1, 1]; NaN if one of them is constant or n < 2.
 * `τ = (C − D) / sqrt((P − X)(P − Y))`, with P pairs of positions, of which C are in the same order in both lists, D in
 * opposite order, X equal in x and Y equal in y. Takes O(n log n) operations: D is the number of exchanges of a merge sort.
 *
 * @see W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data",
 * https://doi.org/10.1080/01621459.1966.10480879
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.kendalltau.html
 */
export function kendallTau(x: Float64Array, y: Float64Array): number {
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i] - x[j] || y[i] - y[j]);
  const byX = Float64Array.from(order, (i) => x[i]);
  const byXThenY = Float64Array.from(order, (i) => y[i]);
  const pairs = pairsOf(x.length);
  const equalX = equalPairs(x.length, (at) => byX[at] === byX[at - 1]);
  const equalBoth = equalPairs(x.length, (at) => byX[at] === byX[at - 1] && byXThenY[at] === byXThenY[at - 1]);
  const byY = y.slice().sort();
  const equalY = equalPairs(y.length, (at) => byY[at] === byY[at - 1]);
  if (equalX === pairs || equalY === pairs) return Number.NaN;
  const difference = pairs - equalX - equalY + equalBoth - 2 * exchanges(byXThenY);
  const tau = difference / Math.sqrt(pairs - equalX) / Math.sqrt(pairs - equalY);
  return Math.max(-1, Math.min(1, tau));
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** Returns the number of pairs within runs of a sorted list. @param isEqual whether an element equals the one before. */
function equalPairs(length: number, isEqual: (at: number) => boolean): number {
  let [pairs, run] = [0, 1];
  for (let at = 1; at <= length; at++) {
    if (at < length && isEqual(at)) run++;
    else {
      pairs += pairsOf(run);
      run = 1;
    }
  }
  return pairs;
}

/** Returns the number of pairs whose greater number comes first, by a merge sort. */
function exchanges(list: Float64Array): number {
  let [from, to] = [list.slice(), new Float64Array(list.length)];
  let count = 0;
  for (let width = 1; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      const middle = Math.min(list.length, start + width);
      const end = Math.min(list.length, start + 2 * width);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (right === end || (left < middle && from[left] <= from[right])) to[at] = from[left++];
        else {
          count += middle - left;
          to[at] = from[right++];
        }
      }
    }
    [from, to] = [to, from];
  }
  return count;
}
