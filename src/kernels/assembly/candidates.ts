import { siftDown, siftUp } from "./heap";

/**
 * Lists of candidates: for each row, the columns whose float32 scores may be among its k greatest. A list has `capacity`
 * scores, followed by the same number of columns. A full list is pruned: only scores within `margin` of the k-th greatest
 * remain. A row with too many of them is open: its count is −1, and nothing is gathered for it any more.
 */
let lists: usize = 0;
/** For each row: scores below it are not gathered (f32); the number of candidates (i32); the margin (f32). */
let bounds: usize = 0;
let counts: usize = 0;
let margins: usize = 0;
let capacity: i32 = 0;
let k: i32 = 0;
/** Memory for k floats that no other thread uses. */
let heap: usize = 0;
/** Row i is not gathered for row i + `selfOffset`; without such a row, a number beyond all rows. */
let selfOffset: i32 = 0;

/** Selects the lists that the functions below use on this thread. */
export function useCandidates(
  listsAt: usize,
  boundsAt: usize,
  countsAt: usize,
  marginsAt: usize,
  listCapacity: i32,
  nearest: i32,
  heapAt: usize,
  selfRow: i32,
): void {
  lists = listsAt;
  bounds = boundsAt;
  counts = countsAt;
  margins = marginsAt;
  capacity = listCapacity;
  k = nearest;
  heap = heapAt;
  selfOffset = selfRow;
}

/** The address of the bound of row 0. */
// @ts-ignore: decorator
@inline
export function boundsOfRows(): usize {
  return bounds;
}

/** Adds a candidate of a row, whose score is at least the bound of the row. */
export function keep(row: i32, column: i32, score: f32): void {
  if (column == row + selfOffset) return;
  const countAt = counts + (<usize>row << 2);
  if (load<i32>(countAt) == capacity) {
    prune(row);
    if (score < load<f32>(bounds + (<usize>row << 2))) return;
  }
  const count = load<i32>(countAt);
  if (count < 0) return;
  const at = listOf(row) + (<usize>count << 2);
  store<f32>(at, score);
  store<i32>(at + (<usize>capacity << 2), column);
  store<i32>(countAt, count + 1);
}

// @ts-ignore: decorator
@inline
function listOf(row: i32): usize {
  return lists + <usize>row * (<usize>capacity << 3);
}

/** Raises the bound of a row to the k-th greatest score minus the margin, and drops the candidates below it. */
function prune(row: i32): void {
  const countAt = counts + (<usize>row << 2);
  const count = load<i32>(countAt);
  const list = listOf(row);
  const boundAt = bounds + (<usize>row << 2);
  const lowest = <f64>kthOf(list, count) - <f64>load<f32>(margins + (<usize>row << 2));
  // More than the error of the rounding to a float.
  const bound = max<f32>(load<f32>(boundAt), <f32>(lowest - abs(lowest) * TWO_ROUNDINGS));
  const columnsOf = <usize>capacity << 2;
  let left = 0;
  for (let i = 0; i < count; i++) {
    const from = list + (<usize>i << 2);
    const score = load<f32>(from);
    if (score < bound) continue;
    const to = list + (<usize>left << 2);
    store<f32>(to, score);
    store<i32>(to + columnsOf, load<i32>(from + columnsOf));
    left++;
  }
  const isOpen = left > capacity - (capacity >> 2);
  store<f32>(boundAt, isOpen ? Infinity : bound);
  store<i32>(countAt, isOpen ? -1 : left);
}

const TWO_ROUNDINGS: f64 = 2.384185791015625e-7;

/** Returns the k-th greatest of `count` ≥ k scores. */
function kthOf(scores: usize, count: i32): f32 {
  for (let i = 0; i < k; i++) siftUp<f32>(heap, i, load<f32>(scores + (<usize>i << 2)));
  for (let i = k; i < count; i++) {
    const score = load<f32>(scores + (<usize>i << 2));
    if (score > load<f32>(heap)) siftDown<f32>(heap, k, score);
  }
  return load<f32>(heap);
}

/** Prunes a list for the last time. Returns the number of its candidates; −1 for an open row. */
export function finishCandidates(row: i32): i32 {
  const countAt = counts + (<usize>row << 2);
  if (load<i32>(countAt) > k) prune(row);
  return load<i32>(countAt);
}
