/**
 * The nearest rows of a row: the greatest distance that is near enough (f64), their number (i32), and a heap with the farthest on
 * top, whose items are a distance (f64) and the number of a row (i32), 16 bytes each.
 */
const ITEMS: usize = 16;

/** Returns the greatest distance that is near enough: once there are k rows, that of the farthest. */
// @ts-ignore: decorator
@inline
export function limitOf(nearest: usize): f64 {
  return load<f64>(nearest);
}

/** Keeps a row if it is nearer than the farthest of k; rows come in ascending order. Returns whether the limit changed. */
export function keepNearest(nearest: usize, k: i32, distance: f64, row: i32): bool {
  const size = load<i32>(nearest, 8);
  // A row that is as near as the farthest comes after it.
  if (size < k ? !(distance <= limitOf(nearest)) : !(distance < limitOf(nearest))) return false;
  const heap = nearest + ITEMS;
  if (size < k) {
    store<i32>(nearest, size + 1, 8);
    siftUp(heap, size, distance, row);
    if (size + 1 < k) return false;
  } else siftDown(heap, k, distance, row);
  store<f64>(nearest, load<f64>(heap));
  return true;
}

/** Whether an item is farther than another one. */
// @ts-ignore: decorator
@inline
function isFarther(item: usize, distance: f64, row: i32): bool {
  const own = load<f64>(item);
  return own > distance || (own == distance && load<i32>(item, 8) > row);
}

// @ts-ignore: decorator
@inline
function put(item: usize, distance: f64, row: i32): void {
  store<f64>(item, distance);
  store<i32>(item, row, 8);
}

function siftUp(heap: usize, size: i32, distance: f64, row: i32): void {
  let place = size;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap + (<usize>parent << 4);
    if (isFarther(above, distance, row)) break;
    put(heap + (<usize>place << 4), load<f64>(above), load<i32>(above, 8));
    place = parent;
  }
  put(heap + (<usize>place << 4), distance, row);
}

/** Replaces the farthest of `size` items. */
function siftDown(heap: usize, size: i32, distance: f64, row: i32): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    let below = heap + (<usize>child << 4);
    if (child + 1 < size && isFarther(below + 16, load<f64>(below), load<i32>(below, 8))) {
      child++;
      below += 16;
    }
    if (!isFarther(below, distance, row)) break;
    put(heap + (<usize>place << 4), load<f64>(below), load<i32>(below, 8));
    place = child;
  }
  put(heap + (<usize>place << 4), distance, row);
}
