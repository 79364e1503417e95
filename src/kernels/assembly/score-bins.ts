import { lastCell } from "./tail";

/** Added to an integer up to 2^51 in size, it leaves the lowest bits of that integer in those of the sum. */
const INTEGER_BITS: f64 = 1.5 * 4503599627370496;

/**
 * Writes to four doubles at `out`: the number of cells that are not NaN, their mean times `unit`, minimum and maximum.
 *
 * @param unit a power of two that brings the cells near 1, so that their sum does not overflow.
 */
export function summarizeCells(cells: usize, count: i32, unit: f64, out: usize): void {
  const units = f64x2.splat(unit);
  let lowest = f64x2.splat(Infinity);
  let greatest = f64x2.splat(-Infinity);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let n0 = i64x2.splat(0);
  let n1 = n0;
  let j = 0;
  for (; j < count - 3; j += 4) {
    const at = cells + (<usize>j << 3);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const hasA = f64x2.eq(a, a);
    const hasB = f64x2.eq(b, b);
    // The first operand is returned where one of them is NaN.
    lowest = f64x2.pmin(f64x2.pmin(lowest, a), b);
    greatest = f64x2.pmax(f64x2.pmax(greatest, a), b);
    s0 = f64x2.add(s0, v128.and(f64x2.mul(a, units), hasA));
    s1 = f64x2.add(s1, v128.and(f64x2.mul(b, units), hasB));
    n0 = i64x2.sub(n0, hasA);
    n1 = i64x2.sub(n1, hasB);
  }
  for (; j < count; j++) {
    const a = lastCell(cells + (<usize>j << 3));
    const hasA = f64x2.eq(a, a);
    lowest = f64x2.pmin(lowest, a);
    greatest = f64x2.pmax(greatest, a);
    s0 = f64x2.add(s0, v128.and(f64x2.mul(a, units), hasA));
    n0 = i64x2.sub(n0, hasA);
  }
  s0 = f64x2.add(s0, s1);
  n0 = i64x2.add(n0, n1);
  const found = <f64>(i64x2.extract_lane(n0, 0) + i64x2.extract_lane(n0, 1));
  store<f64>(out, found);
  store<f64>(out, (f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)) / found, 8);
  store<f64>(out, min(f64x2.extract_lane(lowest, 0), f64x2.extract_lane(lowest, 1)), 16);
  store<f64>(out, max(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)), 24);
}

/** The sum of squared deviations from the mean, times `unit` squared, of the last {@link countInBins}. */
export let squaredDeviations: f64 = 0;

/**
 * Counts cells in bins: bin k is `k ≤ cell · scale < k + 1` and has the counter k modulo the number of counters. The sign bit of a
 * counter marks its bin.
 *
 * @param summary the result of {@link summarizeCells}.
 * @param scale the inverse of the width of a bin; |cell · scale| is at most 2^51.
 * @param counters `mask + 1` counters, a power of two. @param list receives the positions of cells in marked bins.
 * @returns the number of these positions; some may be of NaN.
 */
export function countInBins(
  cells: usize, count: i32, summary: usize, unit: f64, scale: f64, counters: usize, mask: i32, list: usize,
): i32 {
  const units = f64x2.splat(unit);
  const mean = f64x2.splat(load<f64>(summary, 8));
  const scales = f64x2.splat(scale);
  const bits = f64x2.splat(INTEGER_BITS);
  const zero = f64x2.splat(0);
  let q0 = zero;
  let q1 = zero;
  let listed = list;
  let j = 0;
  for (; j < count - 3; j += 4) {
    const at = cells + (<usize>j << 3);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const fromA = f64x2.sub(f64x2.mul(a, units), mean);
    const fromB = f64x2.sub(f64x2.mul(b, units), mean);
    q0 = f64x2.add(q0, f64x2.pmax(zero, f64x2.mul(fromA, fromA)));
    q1 = f64x2.add(q1, f64x2.pmax(zero, f64x2.mul(fromB, fromB)));
    const binsOfA = f64x2.add(f64x2.floor(f64x2.mul(a, scales)), bits);
    const binsOfB = f64x2.add(f64x2.floor(f64x2.mul(b, scales)), bits);
    listed = countIn(counters, i32x4.extract_lane(binsOfA, 0) & mask, listed, j);
    listed = countIn(counters, i32x4.extract_lane(binsOfA, 2) & mask, listed, j + 1);
    listed = countIn(counters, i32x4.extract_lane(binsOfB, 0) & mask, listed, j + 2);
    listed = countIn(counters, i32x4.extract_lane(binsOfB, 2) & mask, listed, j + 3);
  }
  for (; j < count; j++) {
    const a = lastCell(cells + (<usize>j << 3));
    const fromA = f64x2.sub(f64x2.mul(a, units), mean);
    q0 = f64x2.add(q0, f64x2.pmax(zero, f64x2.mul(fromA, fromA)));
    const binsOfA = f64x2.add(f64x2.floor(f64x2.mul(a, scales)), bits);
    listed = countIn(counters, i32x4.extract_lane(binsOfA, 0) & mask, listed, j);
  }
  // The lowest bits of NaN are 0.
  store<i32>(counters, load<i32>(counters) - (count - <i32>load<f64>(summary)));
  q0 = f64x2.add(q0, q1);
  squaredDeviations = f64x2.extract_lane(q0, 0) + f64x2.extract_lane(q0, 1);
  return <i32>((listed - list) >> 2);
}

// @ts-ignore: decorator
@inline
function countIn(counters: usize, bin: i32, listed: usize, position: i32): usize {
  const at = counters + (<usize>bin << 2);
  const before = load<i32>(at);
  store<i32>(at, before + 1);
  if (before >= 0) return listed;
  store<u32>(listed, position);
  return listed + 4;
}

/**
 * Lists the positions of cells that are at most `distance` from an edge of their bin.
 *
 * @param list memory for `count` positions.
 * @returns the number of positions.
 */
export function listNearEdges(cells: usize, count: i32, scale: f64, distance: f64, list: usize): i32 {
  const scales = f64x2.splat(scale);
  const near = f64x2.splat(distance * scale);
  let listed = list;
  for (let j = 0; j < count; j += 2) {
    const at = cells + (<usize>j << 3);
    const scaled = f64x2.mul(j < count - 1 ? v128.load(at) : lastCell(at), scales);
    const mask = i64x2.bitmask(f64x2.le(f64x2.abs(f64x2.sub(scaled, f64x2.nearest(scaled))), near));
    if (mask == 0) continue;
    if (mask & 1) {
      store<u32>(listed, j);
      listed += 4;
    }
    if (mask & 2) {
      store<u32>(listed, j + 1);
      listed += 4;
    }
  }
  return <i32>((listed - list) >> 2);
}
