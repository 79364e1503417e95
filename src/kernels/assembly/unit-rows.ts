/** Within 2^±200 neither sums of squares nor their products over- or underflow. */
const SAFE_EXPONENT: i32 = 200;

/**
 * Divides rows by their lengths, in place. A row whose largest component is beyond 2^±200 is first scaled to about 1,
 * by an exact power of two. A row of zeros becomes `zeroAs` in every component.
 *
 * @param rows `count` rows of `d` finite doubles, row-major.
 * @param centred whether the mean of a row is subtracted first, so that a constant row becomes zeros.
 * @returns the first row of zeros, or −1.
 */
export function unitRows(rows: usize, count: i32, d: i32, zeroAs: f64, centred: bool): i32 {
  let firstZero = -1;
  const rowBytes = <usize>d << 3;
  for (let i = 0; i < count; i++) {
    const row = rows + <usize>i * rowBytes;
    let largest = largestMagnitude(row, d);
    if (largest != 0) {
      const exponent = <i32>(reinterpret<u64>(largest) >> 52) - 1023;
      if (abs(exponent) > SAFE_EXPONENT) multiplyRow(row, d, powerOfTwo(-max(-1022, min(1022, exponent))));
      if (centred) {
        centreRow(row, d);
        largest = largestMagnitude(row, d);
      }
    }
    if (largest == 0) {
      if (firstZero < 0) firstZero = i;
      for (let at = row; at < row + rowBytes; at += 8) store<f64>(at, zeroAs);
      continue;
    }
    divideRow(row, d, Math.sqrt(sumOfSquares(row, d)));
  }
  return firstZero;
}

// @ts-ignore: decorator
@inline
function powerOfTwo(exponent: i32): f64 {
  return reinterpret<f64>(<u64>(exponent + 1023) << 52);
}

function largestMagnitude(row: usize, d: i32): f64 {
  let largest = f64x2.splat(0);
  const pairs = row + (<usize>(d >> 1) << 4);
  let at = row;
  for (; at < pairs; at += 16) largest = f64x2.pmax(largest, f64x2.abs(v128.load(at)));
  const two = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
  return d & 1 ? max(two, Math.abs(load<f64>(at))) : two;
}

/** Returns Σ x², in four interleaved sums. */
function sumOfSquares(row: usize, d: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  const fours = row + (<usize>(d >> 2) << 5);
  let at = row;
  for (; at < fours; at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    s0 = f64x2.add(s0, f64x2.mul(x, x));
    s1 = f64x2.add(s1, f64x2.mul(y, y));
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (const end = row + (<usize>d << 3); at < end; at += 8) {
    const x = load<f64>(at);
    sum += x * x;
  }
  return sum;
}

/** Subtracts the mean of a row, relative to its first component, so that equal components become exact zeros. */
function centreRow(row: usize, d: i32): void {
  const end = row + (<usize>d << 3);
  const first = load<f64>(row);
  let sum: f64 = 0;
  for (let at = row; at < end; at += 8) {
    const difference = load<f64>(at) - first;
    store<f64>(at, difference);
    sum += difference;
  }
  const mean = sum / <f64>d;
  for (let at = row; at < end; at += 8) store<f64>(at, load<f64>(at) - mean);
}

function multiplyRow(row: usize, d: i32, factor: f64): void {
  for (const end = row + (<usize>d << 3); row < end; row += 8) store<f64>(row, load<f64>(row) * factor);
}

function divideRow(row: usize, d: i32, length: f64): void {
  const divisor = f64x2.splat(length);
  const pairs = row + (<usize>(d >> 1) << 4);
  for (; row < pairs; row += 16) v128.store(row, f64x2.div(v128.load(row), divisor));
  if (d & 1) store<f64>(row, load<f64>(row) / length);
}
