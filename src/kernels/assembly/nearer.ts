import { lastCell } from "./tail";

/**
 * Returns the number of cells that are nearer than a score: above it, or below it if `less` is set; −1 if a cell is within
 * `tolerance` of the score.
 */
export function countNearer(cells: usize, count: i32, score: f64, tolerance: f64, less: bool): i32 {
  return less ? counted(cells, count, score, tolerance, true) : counted(cells, count, score, tolerance, false);
}

// @ts-ignore: decorator
@inline
function counted(cells: usize, count: i32, score: f64, tolerance: f64, less: bool): i32 {
  const low = f64x2.splat(score - tolerance);
  const high = f64x2.splat(score + tolerance);
  let n0 = i64x2.splat(0);
  let n1 = n0;
  let within = n0;
  let j = 0;
  for (; j < count - 3; j += 4) {
    const at = cells + (<usize>j << 3);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    n0 = i64x2.sub(n0, less ? f64x2.lt(a, low) : f64x2.gt(a, high));
    n1 = i64x2.sub(n1, less ? f64x2.lt(b, low) : f64x2.gt(b, high));
    within = v128.or(within, v128.or(isWithin(a, low, high), isWithin(b, low, high)));
  }
  for (; j < count; j++) {
    const a = lastCell(cells + (<usize>j << 3));
    n0 = i64x2.sub(n0, less ? f64x2.lt(a, low) : f64x2.gt(a, high));
    within = v128.or(within, isWithin(a, low, high));
  }
  if (v128.any_true(within)) return -1;
  n0 = i64x2.add(n0, n1);
  return <i32>(i64x2.extract_lane(n0, 0) + i64x2.extract_lane(n0, 1));
}

// @ts-ignore: decorator
@inline
function isWithin(cells: v128, low: v128, high: v128): v128 {
  return v128.and(f64x2.ge(cells, low), f64x2.le(cells, high));
}
