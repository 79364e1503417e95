/**
 * Clips cosines to [−1, 1]; NaN stays NaN.
 *
 * @param cells `rows` rows of `columns` doubles, which lie `stride` doubles apart.
 * @param nearOne cells above it may be of equal rows: their positions (row·columns + column) are written to `list`, as far
 * as it has space.
 * @returns the number of these cells.
 */
export function clipCells(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  nearOne: f64,
  list: usize,
  capacity: i32,
): i32 {
  return clip<f64>(cells, rows, columns, stride, nearOne, list, capacity);
}

/** Like {@link clipCells}, of floats. */
export function clipFloats(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  nearOne: f64,
  list: usize,
  capacity: i32,
): i32 {
  return clip<f32>(cells, rows, columns, stride, nearOne, list, capacity);
}

// @ts-ignore: decorator
@inline
function clip<T>(cells: usize, rows: i32, columns: i32, stride: i32, nearOne: f64, list: usize, capacity: i32): i32 {
  const near = v128.splat<T>(<T>nearOne);
  const together: i32 = 64 / sizeof<T>();
  let found = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + <usize>i * <usize>stride * sizeof<T>();
    const first = i * columns;
    let j = 0;
    for (; j <= columns - together; j += together) {
      const at = row + <usize>j * sizeof<T>();
      const low = v128.or(isBeyond<T>(v128.load(at), near), isBeyond<T>(v128.load(at, 16), near));
      const high = v128.or(isBeyond<T>(v128.load(at, 32), near), isBeyond<T>(v128.load(at, 48), near));
      if (!v128.any_true(v128.or(low, high))) continue;
      for (let k = j; k < j + together; k++) {
        if (clipCell<T>(row + <usize>k * sizeof<T>(), nearOne)) keep(list, capacity, found++, first + k);
      }
    }
    for (; j < columns; j++) {
      if (clipCell<T>(row + <usize>j * sizeof<T>(), nearOne)) keep(list, capacity, found++, first + j);
    }
  }
  return found;
}

// @ts-ignore: decorator
@inline
function isBeyond<T>(cells: v128, near: v128): v128 {
  return v128.gt<T>(v128.abs<T>(cells), near);
}

/** Clips one cell; returns whether it is above `nearOne`. */
function clipCell<T>(at: usize, nearOne: f64): bool {
  const cell = load<T>(at);
  store<T>(at, max<T>(-1, min<T>(1, cell)));
  return <f64>cell > nearOne;
}

// @ts-ignore: decorator
@inline
function keep(list: usize, capacity: i32, position: i32, cell: i32): void {
  if (position < capacity) store<u32>(list + (<usize>position << 2), cell);
}

/**
 * Writes minimum, maximum and sum of cells to three doubles at `out`; the sum is NaN if a cell is NaN.
 *
 * @param cells `rows` rows of `columns` doubles, which lie `stride` doubles apart.
 */
export function rangeOfCells(cells: usize, rows: i32, columns: i32, stride: i32, out: usize): void {
  let lowest = f64x2.splat(Infinity);
  let greatest = f64x2.splat(-Infinity);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let min0: f64 = Infinity;
  let max0: f64 = -Infinity;
  let rest: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 3);
    let j = 0;
    for (; j < columns - 7; j += 8) {
      const at = row + (<usize>j << 3);
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      // Pairs are added first, because one long chain of additions would wait for each of them.
      lowest = f64x2.pmin(lowest, f64x2.pmin(f64x2.pmin(a, b), f64x2.pmin(c, d)));
      greatest = f64x2.pmax(greatest, f64x2.pmax(f64x2.pmax(a, b), f64x2.pmax(c, d)));
      s0 = f64x2.add(s0, a);
      s1 = f64x2.add(s1, b);
      s2 = f64x2.add(s2, c);
      s3 = f64x2.add(s3, d);
    }
    for (; j < columns; j++) {
      const cell = load<f64>(row + (<usize>j << 3));
      min0 = min(min0, cell);
      max0 = max(max0, cell);
      rest += cell;
    }
  }
  s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  min0 = min(min0, min(f64x2.extract_lane(lowest, 0), f64x2.extract_lane(lowest, 1)));
  max0 = max(max0, max(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)));
  store<f64>(out, min0);
  store<f64>(out, max0, 8);
  store<f64>(out, f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + rest, 16);
}

/** Like {@link rangeOfCells}, of floats. Four cells at a time are added as floats, their sums as doubles. */
export function rangeOfFloats(cells: usize, rows: i32, columns: i32, stride: i32, out: usize): void {
  let lowest = f32x4.splat(Infinity);
  let greatest = f32x4.splat(-Infinity);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let min0: f32 = Infinity;
  let max0: f32 = -Infinity;
  let rest: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    let j = 0;
    for (; j < columns - 15; j += 16) {
      const at = row + (<usize>j << 2);
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      lowest = f32x4.pmin(lowest, f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d)));
      greatest = f32x4.pmax(greatest, f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
      const sums = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(sums));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(upperHalf(sums)));
    }
    for (; j < columns; j++) {
      const cell = load<f32>(row + (<usize>j << 2));
      min0 = min(min0, cell);
      max0 = max(max0, cell);
      rest += cell;
    }
  }
  lowest = f32x4.pmin(lowest, upperHalf(lowest));
  greatest = f32x4.pmax(greatest, upperHalf(greatest));
  s0 = f64x2.add(s0, s1);
  min0 = min(min0, min(f32x4.extract_lane(lowest, 0), f32x4.extract_lane(lowest, 1)));
  max0 = max(max0, max(f32x4.extract_lane(greatest, 0), f32x4.extract_lane(greatest, 1)));
  store<f64>(out, min0);
  store<f64>(out, max0, 8);
  store<f64>(out, f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + rest, 16);
}

// @ts-ignore: decorator
@inline
function upperHalf(floats: v128): v128 {
  return v128.shuffle<i64>(floats, floats, 1, 1);
}

/** Converts rows of floats to rows of doubles, which lie `stride` doubles apart. */
export function widenRows(floats: usize, rows: i32, columns: i32, cells: usize, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const from = floats + (<usize>(i * columns) << 2);
    const to = cells + (<usize>i * <usize>stride << 3);
    for (let j = 0; j < columns; j++) store<f64>(to + (<usize>j << 3), <f64>load<f32>(from + (<usize>j << 2)));
  }
}
