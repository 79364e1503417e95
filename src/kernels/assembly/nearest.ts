import { siftDown, siftUp } from "./heap";

/**
 * Returns the k-th greatest of `count` cells, with a heap of the k greatest so far; NaN is skipped.
 *
 * @param heap memory for k doubles.
 * @returns −∞ when there are fewer than k cells.
 */
export function kthGreatest(cells: usize, count: i32, k: i32, heap: usize): f64 {
  let size = 0;
  let i = 0;
  for (; i < count && size < k; i++) {
    const cell = load<f64>(cells + (<usize>i << 3));
    if (cell == cell) siftUp<f64>(heap, size++, cell);
  }
  if (size < k) return -Infinity;
  let lowest = load<f64>(heap);
  let bound = f64x2.splat(lowest);
  for (; i < count - 3; i += 4) {
    const at = cells + (<usize>i << 3);
    const low = f64x2.gt(v128.load(at), bound);
    const high = f64x2.gt(v128.load(at, 16), bound);
    if (!v128.any_true(v128.or(low, high))) continue;
    for (let j = 0; j < 4; j++) {
      const cell = load<f64>(at + (<usize>j << 3));
      if (cell > lowest) {
        siftDown<f64>(heap, k, cell);
        lowest = load<f64>(heap);
      }
    }
    bound = f64x2.splat(lowest);
  }
  for (; i < count; i++) {
    const cell = load<f64>(cells + (<usize>i << 3));
    if (cell > lowest) {
      siftDown<f64>(heap, k, cell);
      lowest = load<f64>(heap);
    }
  }
  return lowest;
}

/**
 * Lists the positions of cells within [lowest, greatest], in ascending order.
 *
 * @param list memory for `count` positions.
 * @returns the number of positions.
 */
export function listWithin(cells: usize, count: i32, lowest: f64, greatest: f64, list: usize): i32 {
  const low = f64x2.splat(lowest);
  const high = f64x2.splat(greatest);
  let found = 0;
  let i = 0;
  for (; i < count - 1; i += 2) {
    const pair = v128.load(cells + (<usize>i << 3));
    const mask = i64x2.bitmask(v128.and(f64x2.ge(pair, low), f64x2.le(pair, high)));
    if (mask == 0) continue;
    if (mask & 1) put(list, found++, i);
    if (mask & 2) put(list, found++, i + 1);
  }
  if (i < count) {
    const cell = load<f64>(cells + (<usize>i << 3));
    if (cell >= lowest && cell <= greatest) put(list, found++, i);
  }
  return found;
}

// @ts-ignore: decorator
@inline
function put(list: usize, place: i32, position: i32): void {
  store<u32>(list + (<usize>place << 2), position);
}

/** Returns the number of cells above a bound. */
export function countAbove(cells: usize, count: i32, bound: f64): i32 {
  const low = f64x2.splat(bound);
  let counts = i64x2.splat(0);
  let i = 0;
  for (; i < count - 1; i += 2) counts = i64x2.sub(counts, f64x2.gt(v128.load(cells + (<usize>i << 3)), low));
  const even = <i32>(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
  return i < count && load<f64>(cells + (<usize>i << 3)) > bound ? even + 1 : even;
}
