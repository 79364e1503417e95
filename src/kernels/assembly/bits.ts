import { keepNearest, limitOf } from "./nearest-bits";

/** Vectors of 16 bytes whose counts, at most 8 in each byte, can be added in bytes. */
const MOST_ADDED: i32 = 31;

/**
 * Counts the bits in which a row differs from each of `count` rows. Rows are padded with zeros to whole vectors of 16 bytes.
 *
 * @param vectors the length of a row, in vectors.
 * @param counts memory for `count` numbers (i32), rounded up to a multiple of 4; `rows` is read up to there, too.
 */
export function countDifferences(row: usize, rows: usize, count: i32, vectors: i32, counts: usize): void {
  const bytes = <usize>vectors << 4;
  for (let j = 0; j < count; j += 4) {
    const first = rows + <usize>j * bytes;
    let sums = i32x4.splat(0);
    for (let from = 0; from < vectors; from += MOST_ADDED) {
      const end = <usize>min(vectors, from + MOST_ADDED) << 4;
      let s0 = i8x16.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let at = <usize>from << 4; at < end; at += 16) {
        const x = v128.load(row + at);
        const other = first + at;
        s0 = i8x16.add(s0, i8x16.popcnt(v128.xor(x, v128.load(other))));
        s1 = i8x16.add(s1, i8x16.popcnt(v128.xor(x, v128.load(other + bytes))));
        s2 = i8x16.add(s2, i8x16.popcnt(v128.xor(x, v128.load(other + 2 * bytes))));
        s3 = i8x16.add(s3, i8x16.popcnt(v128.xor(x, v128.load(other + 3 * bytes))));
      }
      sums = i32x4.add(sums, sumsOf(widened(s0), widened(s1), widened(s2), widened(s3)));
    }
    v128.store(counts + (<usize>j << 2), sums);
  }
}

/** Returns four sums of counts in 16 bytes each. */
// @ts-ignore: decorator
@inline
function widened(counts: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts));
}

/** Returns the sums of four vectors. */
// @ts-ignore: decorator
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 2, 6), v128.shuffle<i32>(a, b, 1, 5, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 2, 6), v128.shuffle<i32>(c, d, 1, 5, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/**
 * The measures of two rows with x and y set bits that differ in h bits: h itself, or the Jaccard similarity, which is
 * (x + y − h) / (x + y + h).
 */
const JACCARD: i32 = 1;

/** @param set x + y. */
// @ts-ignore: decorator
@inline
function measureOf(how: i32, differing: i32, set: i32): f64 {
  if (how != JACCARD) return <f64>differing;
  return set == 0 ? 1 : <f64>(set - differing) / <f64>(set + differing);
}

/** Returns the measure as a distance: less is nearer. */
// @ts-ignore: decorator
@inline
function distanceOf(how: i32, differing: i32, set: i32): f64 {
  const measure = measureOf(how, differing, set);
  return how == JACCARD ? -measure : measure;
}

/** More than the relative error of a float32 product. */
const SLACK: f64 = 1 + 2 ** -20;

/** The differing bits of a row that is near enough are at most `base` + `slope` · (x + y), in float32. */
let base: f32 = 0;
let slope: f32 = 0;

/** Sets {@link base} and {@link slope} for the greatest distance that is near enough. */
function limitTo(how: i32, distance: f64): void {
  if (how != JACCARD) {
    base = <f32>distance;
    slope = 0;
    return;
  }
  const similarity = max<f64>(0, -distance);
  base = 0;
  slope = <f32>(((1 - similarity) / (1 + similarity)) * SLACK);
}

/** Whether one of four rows may be near enough. */
// @ts-ignore: decorator
@inline
function mayBeNear(differing: usize, own: v128, set: usize): bool {
  const sums = f32x4.convert_i32x4_s(i32x4.add(own, v128.load(set)));
  const most = f32x4.add(f32x4.splat(base), f32x4.mul(f32x4.splat(slope), sums));
  return v128.any_true(f32x4.le(f32x4.convert_i32x4_s(v128.load(differing)), most));
}

/**
 * Keeps the k nearest of more rows, whose numbers are above those before; equally near rows are in the order of their numbers.
 *
 * @param differing, set (i32) for each row: h and y; `own` is x.
 * @param except the number of a row that is left out.
 * @param nearest the rows so far: see `nearest-bits.ts`.
 */
export function keepNearestBits(
  how: i32, differing: usize, set: usize, count: i32, own: i32, firstRow: i32, except: i32, k: i32, nearest: usize,
): void {
  limitTo(how, limitOf(nearest));
  const owns = i32x4.splat(own);
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    if (!mayBeNear(differing + at, owns, set + at)) continue;
    for (let l = j; l < min(count, j + 4); l++) {
      const place = <usize>l << 2;
      const distance = distanceOf(how, load<i32>(differing + place), own + load<i32>(set + place));
      if (firstRow + l != except && keepNearest(nearest, k, distance, firstRow + l)) limitTo(how, limitOf(nearest));
    }
  }
}

/**
 * Lists the numbers of the rows that are within a distance, if they are above `after`.
 *
 * @param list memory for `count` numbers. @returns how many there are.
 */
export function listNearBits(
  how: i32, differing: usize, set: usize, count: i32, own: i32, firstRow: i32, after: i32, limit: f64, list: usize,
): i32 {
  limitTo(how, limit);
  const owns = i32x4.splat(own);
  let found = 0;
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    if (!mayBeNear(differing + at, owns, set + at)) continue;
    for (let l = j; l < min(count, j + 4); l++) {
      const place = <usize>l << 2;
      const distance = distanceOf(how, load<i32>(differing + place), own + load<i32>(set + place));
      if (!(distance <= limit) || firstRow + l <= after) continue;
      store<i32>(list + (<usize>found << 2), firstRow + l);
      found++;
    }
  }
  return found;
}

/** Writes the measure of each row, as a double. */
export function scoreBits(how: i32, differing: usize, set: usize, count: i32, own: i32, cells: usize): void {
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2;
    const measure = measureOf(how, load<i32>(differing + at), own + load<i32>(set + at));
    store<f64>(cells + (<usize>j << 3), measure);
  }
}
