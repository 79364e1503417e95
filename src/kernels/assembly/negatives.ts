/** Sums over the negatives of an anchor: the cells before and after its positive. */
let sum: f64 = 0;
let ties: i32 = 0;
let closest: f64 = 0;
let lowest: f64 = 0;
let greatest: f64 = 0;

/**
 * Scans the row of an anchor.
 *
 * Writes six doubles to `out`: the positive; the sum of the negatives; the number of ties, negatives within `tolerance`
 * of the positive; the largest eligible negative (at most a tie above the positive; all of them when `hard` is set),
 * −∞ when there is none; the smallest and the largest negative. The sum is NaN if a cell is NaN.
 *
 * @param row `columns` cells, the positive at `positive`.
 */
export function scanAnchor(row: usize, columns: i32, positive: i32, tolerance: f64, hard: bool, out: usize): void {
  const value = load<f64>(row + ((<usize>positive) << 3));
  sum = 0;
  ties = 0;
  closest = -Infinity;
  lowest = Infinity;
  greatest = -Infinity;
  scanNegatives(row, positive, value, tolerance);
  scanNegatives(row + ((<usize>(positive + 1)) << 3), columns - positive - 1, value, tolerance);
  store<f64>(out, value);
  store<f64>(out, value == value ? sum : value, 8);
  store<f64>(out, <f64>ties, 16);
  store<f64>(out, hard ? greatest : closest, 24);
  store<f64>(out, lowest, 32);
  store<f64>(out, greatest, 40);
}

function scanNegatives(row: usize, count: i32, positive: f64, tolerance: f64): void {
  const anchor = f64x2.splat(positive);
  const near = f64x2.splat(tolerance);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let best = high;
  let tied = i64x2.splat(0);
  const none = high;
  let i = 0;
  for (; i < count - 1; i += 2) {
    const cells = v128.load(row + ((<usize>i) << 3));
    const above = f64x2.sub(cells, anchor);
    // In the order of the cells, so that adding them one by one gives the same bits.
    sum = sum + f64x2.extract_lane(cells, 0) + f64x2.extract_lane(cells, 1);
    low = f64x2.pmin(low, cells);
    high = f64x2.pmax(high, cells);
    best = f64x2.pmax(best, v128.bitselect(cells, none, f64x2.le(above, near)));
    tied = i64x2.sub(tied, f64x2.le(f64x2.abs(above), near));
  }
  ties += <i32>(i64x2.extract_lane(tied, 0) + i64x2.extract_lane(tied, 1));
  lowest = min(lowest, min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1)));
  greatest = max(greatest, max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1)));
  closest = max(closest, max(f64x2.extract_lane(best, 0), f64x2.extract_lane(best, 1)));
  if (i < count) {
    const cell = load<f64>(row + ((<usize>i) << 3));
    const above = cell - positive;
    sum += cell;
    lowest = min(lowest, cell);
    greatest = max(greatest, cell);
    if (above <= tolerance) closest = max(closest, cell);
    if (Math.abs(above) <= tolerance) ties++;
  }
}

/** Returns the first of `count` cells, other than `except`, that equals `value`; −1 when there is none. */
export function indexOfCell(row: usize, count: i32, except: i32, value: f64): i32 {
  const wanted = f64x2.splat(value);
  let i = 0;
  for (; i < count - 1; i += 2) {
    const mask = i64x2.bitmask(f64x2.eq(v128.load(row + ((<usize>i) << 3)), wanted));
    if (mask == 0) continue;
    if (mask & 1 && i != except) return i;
    if (mask & 2 && i + 1 != except) return i + 1;
  }
  return i < count && i != except && load<f64>(row + ((<usize>i) << 3)) == value ? i : -1;
}
