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
  const near = f64x2.splat(nearOne);
  let found = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 3);
    const first = i * columns;
    let j = 0;
    for (; j < columns - 7; j += 8) {
      const at = row + (<usize>j << 3);
      const low = v128.or(isBeyond(v128.load(at), near), isBeyond(v128.load(at, 16), near));
      const high = v128.or(isBeyond(v128.load(at, 32), near), isBeyond(v128.load(at, 48), near));
      if (!v128.any_true(v128.or(low, high))) continue;
      for (let k = j; k < j + 8; k++) if (clipCell(row + (<usize>k << 3), nearOne)) keep(list, capacity, found++, first + k);
    }
    for (; j < columns; j++) if (clipCell(row + (<usize>j << 3), nearOne)) keep(list, capacity, found++, first + j);
  }
  return found;
}

// @ts-ignore: decorator
@inline
function isBeyond(pair: v128, near: v128): v128 {
  return f64x2.gt(f64x2.abs(pair), near);
}

/** Clips one cell; returns whether it is above `nearOne`. */
function clipCell(at: usize, nearOne: f64): bool {
  const cell = load<f64>(at);
  store<f64>(at, max<f64>(-1, min<f64>(1, cell)));
  return cell > nearOne;
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

/** Converts rows of floats to rows of doubles, which lie `stride` doubles apart. */
export function widenRows(floats: usize, rows: i32, columns: i32, cells: usize, stride: i32): void {
  for (let i = 0; i < rows; i++) {
    const from = floats + (<usize>(i * columns) << 2);
    const to = cells + (<usize>i * <usize>stride << 3);
    for (let j = 0; j < columns; j++) store<f64>(to + (<usize>j << 3), <f64>load<f32>(from + (<usize>j << 2)));
  }
}
