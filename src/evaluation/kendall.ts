import { everyPosition, type Ranks, ranked, sortedBy } from "./ranks.js";

/**
 * Returns Kendall's rank correlation τ-b of two lists of n numbers, in [−1, 1]; NaN if one of them is constant or n < 2.
 * `τ = (C − D) / sqrt((P − X)(P − Y))`, with P pairs of positions, of which C are in the same order in both lists, D in
 * opposite order, X equal in x and Y equal in y. Takes O(n log n) operations: D is the number of exchanges of a merge sort.
 *
 * @see W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data",
 * https://doi.org/10.1080/01621459.1966.10480879
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.kendalltau.html
 */
export function kendallTau(x: Float64Array | Ranks, y: Float64Array | Ranks): number {
  const [ofX, ofY] = [ranked(x), ranked(y)];
  const order = sortedBy(ofX, sortedBy(ofY, everyPosition(ofX.less.length)));
  const pairs = pairsOf(order.length);
  const [equalX, equalY] = [equalPairs(ofX.equal), equalPairs(ofY.equal)];
  if (equalX === pairs || equalY === pairs) return Number.NaN;
  const byXThenY = order.map((i) => ofY.less[i]);
  const difference = pairs - equalX - equalY + equalInBoth(order, ofX, ofY) - 2 * exchanges(byXThenY);
  // One root of the product: the same bits if x and y are exchanged.
  const tau = difference / Math.sqrt((pairs - equalX) * (pairs - equalY));
  return Math.max(-1, Math.min(1, tau));
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** Returns the number of pairs of equal numbers. @param equal sizes of the groups. */
const equalPairs = (equal: Uint32Array): number => equal.reduce((pairs, count) => pairs + pairsOf(count), 0);

/** Returns the number of pairs of positions that are equal in x and in y. @param order the positions by x, then by y. */
function equalInBoth(order: Uint32Array, { less: x }: Ranks, { less: y }: Ranks): number {
  let [pairs, run] = [0, 1];
  for (let at = 1; at <= order.length; at++) {
    const i = order[at];
    const before = order[at - 1];
    if (at < order.length && x[i] === x[before] && y[i] === y[before]) run++;
    else {
      pairs += pairsOf(run);
      run = 1;
    }
  }
  return pairs;
}

/** Returns the number of pairs whose greater number comes first, by a merge sort. */
function exchanges(list: Uint32Array): number {
  let [from, to] = [list.slice(), new Uint32Array(list.length)];
  let count = 0;
  for (let width = 1; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      const middle = Math.min(list.length, start + width);
      const end = Math.min(list.length, start + 2 * width);
      let left = start;
      let right = middle;
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
