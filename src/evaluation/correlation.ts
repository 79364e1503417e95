/**
 * Returns Pearson's correlation of two lists of n numbers, in [−1, 1]; NaN if one of them is constant or n < 2.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.pearsonr.html
 */
export function pearson(x: Float64Array, y: Float64Array): number {
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  const [u, v] = [deviations(x), deviations(y)];
  let [uv, uu, vv] = [0, 0, 0];
  for (let i = 0; i < u.length; i++) {
    uv += u[i] * v[i];
    uu += u[i] * u[i];
    vv += v[i] * v[i];
  }
  return Math.max(-1, Math.min(1, uv / Math.sqrt(uu * vv)));
}

/**
 * Returns Spearman's rank correlation of two lists of n numbers: Pearson's correlation of their ranks, where equal numbers
 * have the mean of their ranks. NaN if one list is constant or n < 2.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.spearmanr.html
 */
export function spearman(x: Float64Array, y: Float64Array): number {
  return pearson(averageRanks(x), averageRanks(y));
}

/** Returns the rank of each number, from 1 for the smallest; equal numbers have the mean of their ranks. */
export function averageRanks(x: Float64Array): Float64Array {
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i] - x[j]);
  const ranks = new Float64Array(x.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && x[order[end]] === x[order[start]]) end++;
    for (let at = start; at < end; at++) ranks[order[at]] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

const isConstant = (x: Float64Array): boolean => x.every((value) => value === x[0]);

/** Returns the differences from the mean, scaled so that the largest is 1: no square overflows or underflows. */
function deviations(x: Float64Array): Float64Array {
  const scaled = x.map(scaler(x));
  const mean = scaled.reduce((sum, value) => sum + value, 0) / x.length;
  const differences = scaled.map((value) => value - mean);
  return differences.map(scaler(differences));
}

function scaler(x: Float64Array): (value: number) => number {
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (value) => value / largest;
}
