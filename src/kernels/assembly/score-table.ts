import { lastCell } from "./tail";

/** Buckets for each score: enough to keep the search in a bucket short. */
const BUCKETS_EACH = 4;
/** More scores of a bucket are searched by halving. */
const FEW: u32 = 8;
/** Added to a number up to 2^51, it leaves the nearest integer in the lowest bits of the sum. */
const INTEGER_BITS: f64 = 1.5 * 4503599627370496;

/** Sorted scores, with the number of scores before each of some buckets of equal width. */
@unmanaged
class ScoreTable {
  sorted: usize;
  count: i32;
  /** The number of the last bucket. */
  last: i32;
  starts: usize;
  least: f64;
  /** The inverse of the width of a bucket; 0 if all scores share the first one. */
  scale: f64;
}

/**
 * Makes a table of scores, so that the place of a number among them is found in constant time.
 *
 * @param table 64 bytes for the table. @param sorted `count` scores in ascending order, at least one, none of them NaN; NaN follows.
 * @param starts memory for `4·count + 1` integers.
 */
export function makeTable(table: usize, sorted: usize, count: i32, starts: usize): void {
  const made = changetype<ScoreTable>(table);
  const least = load<f64>(sorted);
  const last = BUCKETS_EACH * count - 1;
  const scale = <f64>last / (load<f64>(sorted + (<usize>(count - 1) << 3)) - least);
  made.sorted = sorted;
  made.count = count;
  made.last = last;
  made.starts = starts;
  made.least = least;
  made.scale = scale < Infinity ? scale : 0;
  let bucket = 0;
  for (let i = 0; i < count; i++) {
    const own = bucketOf(made, load<f64>(sorted + (<usize>i << 3)));
    for (; bucket <= own; bucket++) store<u32>(starts + (<usize>bucket << 2), i);
  }
  for (; bucket <= last + 1; bucket++) store<u32>(starts + (<usize>bucket << 2), count);
}

/** Returns the buckets of two scores, in the lanes 0 and 2 of four integers; NaN is in bucket 0. */
// @ts-ignore: decorator
@inline
function bucketsOf(scores: v128, least: v128, scale: v128, last: v128): v128 {
  const buckets = f64x2.pmax(f64x2.splat(0), f64x2.mul(f64x2.sub(scores, least), scale));
  return f64x2.add(f64x2.pmin(last, buckets), f64x2.splat(INTEGER_BITS));
}

/** Returns the bucket of a score. */
// @ts-ignore: decorator
@inline
function bucketOf(table: ScoreTable, score: f64): i32 {
  const pair = f64x2.splat(score);
  return i32x4.extract_lane(bucketsOf(pair, f64x2.splat(table.least), f64x2.splat(table.scale), f64x2.splat(<f64>table.last)), 0);
}

/** Returns the number of scores below a bound in `bucket`. */
// @ts-ignore: decorator
@inline
function countBelow(sorted: usize, starts: usize, bucket: i32, bound: f64): u32 {
  const at = starts + (<usize>bucket << 2);
  let low = load<u32>(at);
  let high = load<u32>(at, 4);
  if (high - low > FEW) {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(sorted + (<usize>middle << 3)) < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  // Scores of later buckets are not below the bound.
  low = twoSteps(sorted, low, bound);
  while (load<f64>(sorted + (<usize>low << 3)) < bound) low++;
  return low;
}

/** The number of scores of the table above each cell, added up by the last {@link sumAbove}. */
export let above: f64 = 0;

/** Cells whose places are looked up together: their reads from memory do not wait for each other. */
const TOGETHER: i32 = 256;

/**
 * Adds up, for some cells, the number of scores of a table that are above the cell.
 *
 * @param list positions of `listed` cells, some of which may be NaN; receives the positions of those within `tolerance` of a score of
 * the table, which are left out.
 * @param places memory for 256 integers.
 * @returns the number of the latter.
 */
export function sumAbove(cells: usize, list: usize, listed: i32, table: usize, tolerance: f64, places: usize): i32 {
  const scores = changetype<ScoreTable>(table);
  const sorted = scores.sorted;
  let open = 0;
  let sum: u64 = 0;
  for (let first = 0; first < listed; first += TOGETHER) {
    const count = min(TOGETHER, listed - first);
    guessPlaces(cells, list + (<usize>first << 2), count, scores, tolerance, places);
    for (let k = 0; k < count; k++) {
      const position = load<u32>(list + (<usize>(first + k) << 2));
      const cell = load<f64>(cells + (<usize>position << 3));
      let place = load<u32>(places + (<usize>k << 2));
      if (!(load<f64>(sorted + (<usize>place << 3)) > cell + tolerance)) {
        if (cell != cell) continue;
        place = countBelow(sorted, scores.starts, bucketOf(scores, cell - tolerance), cell - tolerance);
        if (load<f64>(sorted + (<usize>place << 3)) <= cell + tolerance) {
          store<u32>(list + (<usize>open << 2), position);
          open++;
          continue;
        }
      }
      sum += <u64>(<u32>scores.count - place);
    }
  }
  above = <f64>sum;
  return open;
}

/** Writes the number of scores below each cell less the tolerance, or a smaller number if its bucket has more than two of them. */
function guessPlaces(cells: usize, list: usize, count: i32, table: ScoreTable, tolerance: f64, places: usize): void {
  const sorted = table.sorted;
  const starts = table.starts;
  const least = f64x2.splat(table.least);
  const scale = f64x2.splat(table.scale);
  const last = f64x2.splat(<f64>table.last);
  for (let k = 0; k < count; k++) {
    const at = <usize>k << 2;
    const bound = load<f64>(cells + (<usize>load<u32>(list + at) << 3)) - tolerance;
    const bucket = i32x4.extract_lane(bucketsOf(f64x2.splat(bound), least, scale, last), 0);
    store<u32>(places + at, load<u32>(starts + (<usize>bucket << 2)));
  }
  for (let k = 0; k < count; k++) {
    const at = <usize>k << 2;
    const bound = load<f64>(cells + (<usize>load<u32>(list + at) << 3)) - tolerance;
    store<u32>(places + at, twoSteps(sorted, load<u32>(places + at), bound));
  }
}

/** Returns a place after at most two scores below a bound. Additions, unlike branches, need no prediction. */
// @ts-ignore: decorator
@inline
function twoSteps(sorted: usize, place: u32, bound: f64): u32 {
  place += u32(load<f64>(sorted + (<usize>place << 3)) < bound);
  return place + u32(load<f64>(sorted + (<usize>place << 3)) < bound);
}

/**
 * Adds to each counter in `nearer` the number of cells that are nearer than its score of the table: above it, or below it if
 * `less` is set.
 *
 * @param between memory for `count + 1` integers, where `count` is the number of scores.
 * @returns false, with counters unchanged, if a cell is within `tolerance` of a score.
 */
export function countNearerEach(
  cells: usize, count: i32, table: usize, tolerance: f64, less: bool, between: usize, nearer: usize,
): bool {
  const scores = changetype<ScoreTable>(table);
  const least = f64x2.splat(scores.least);
  const scale = f64x2.splat(scores.scale);
  const last = f64x2.splat(<f64>scores.last);
  const sorted = scores.sorted;
  const starts = scores.starts;
  const places = scores.count;
  memory.fill(between, 0, (<usize>places + 1) << 2);
  let numbers = i64x2.splat(0);
  let j = 0;
  for (; j < count; j += 2) {
    const at = cells + (<usize>j << 3);
    const pair = j < count - 1 ? v128.load(at) : lastCell(at);
    numbers = i64x2.sub(numbers, f64x2.eq(pair, pair));
    const low = f64x2.sub(pair, f64x2.splat(tolerance));
    const high = f64x2.add(pair, f64x2.splat(tolerance));
    const buckets = bucketsOf(low, least, scale, last);
    const place0 = countBelow(sorted, starts, i32x4.extract_lane(buckets, 0), f64x2.extract_lane(low, 0));
    const place1 = countBelow(sorted, starts, i32x4.extract_lane(buckets, 2), f64x2.extract_lane(low, 1));
    if (load<f64>(sorted + (<usize>place0 << 3)) <= f64x2.extract_lane(high, 0)) return false;
    if (load<f64>(sorted + (<usize>place1 << 3)) <= f64x2.extract_lane(high, 1)) return false;
    countOne(between, place0);
    countOne(between, place1);
  }
  // NaN is counted below all scores.
  const missing = j - <i32>(i64x2.extract_lane(numbers, 0) + i64x2.extract_lane(numbers, 1));
  let sum = <u32>0;
  if (less) {
    sum -= missing;
    for (let place = 0; place < places; place++) {
      sum += load<u32>(between + (<usize>place << 2));
      atomic.add<u32>(nearer + (<usize>place << 2), sum);
    }
  } else {
    for (let place = places - 1; place >= 0; place--) {
      sum += load<u32>(between + ((<usize>place + 1) << 2));
      atomic.add<u32>(nearer + (<usize>place << 2), sum);
    }
  }
  return true;
}

// @ts-ignore: decorator
@inline
function countOne(counters: usize, place: u32): void {
  const at = counters + (<usize>place << 2);
  store<u32>(at, load<u32>(at) + 1);
}
