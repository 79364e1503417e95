import { PANEL_OF_A, SQUARES, tile } from "./product";

/** Marks a cell whose value has to be computed from differences. */
const MARK: f64 = -1;

/** Below this, squares of the components of a row may have underflowed. */
const LEAST_SQUARES: f64 = 2 ** -400;

/**
 * Turns products of rows into squared distances `|x|² + |y|² − 2x·y`, or their roots. A cell that has lost digits (at most
 * `threshold` times `|x|² + |y|²`) or is not finite is marked.
 *
 * @param cells rows×columns products, row-major.
 * @param left, right the squared lengths of the rows and of the columns.
 * @returns the number of marked cells.
 */
export function squaresOfProducts(
  cells: usize, rows: i32, columns: i32, left: usize, right: usize, threshold: f64, roots: bool,
): i32 {
  let marked: i64 = 0;
  const thresholds = f64x2.splat(threshold);
  const lowest = f64x2.splat(LEAST_SQUARES);
  const marks = f64x2.splat(MARK);
  for (let i = 0; i < rows; i++) {
    const lengthOfRow = load<f64>(left + (<usize>i << 3));
    const lengths = f64x2.splat(lengthOfRow);
    const row = cells + (<usize>i * <usize>columns << 3);
    let count = i64x2.splat(0);
    let j = 0;
    for (; j < columns - 1; j += 2) {
      const at = row + (<usize>j << 3);
      const sum = f64x2.add(lengths, v128.load(right + (<usize>j << 3)));
      const product = v128.load(at);
      const square = f64x2.sub(sum, f64x2.add(product, product));
      const sound = f64x2.gt(square, f64x2.add(f64x2.mul(thresholds, sum), lowest));
      count = i64x2.add(count, sound);
      v128.store(at, v128.bitselect(roots ? f64x2.sqrt(square) : square, marks, sound));
    }
    marked += j + i64x2.extract_lane(count, 0) + i64x2.extract_lane(count, 1);
    if (j < columns) {
      const at = row + (<usize>j << 3);
      const sum = lengthOfRow + load<f64>(right + (<usize>j << 3));
      const product = load<f64>(at);
      const square = sum - (product + product);
      const sound = square > threshold * sum + LEAST_SQUARES;
      if (!sound) marked++;
      store<f64>(at, sound ? (roots ? Math.sqrt(square) : square) : MARK);
    }
  }
  return <i32>marked;
}

/** Computes the squared distances of marked cells from packed rows; the parameters are those of `multiply64`. */
export function squares64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  settle(false, a, rows, b, columns, d, c, stride, corner);
}

/** Computes the distances of marked cells from packed rows. */
export function roots64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  settle(true, a, rows, b, columns, d, c, stride, corner);
}

function settle(
  roots: bool, a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize,
): void {
  const rowBytes = <usize>stride << 3;
  for (let i = 0; i < rows; i += PANEL_OF_A) {
    const height = min(PANEL_OF_A, rows - i);
    for (let j = 0; j < columns; j += 4) {
      const cells = c + <usize>i * rowBytes + (<usize>j << 3);
      const width = min(4, columns - j);
      if (!hasMark(cells, rowBytes, height, width)) continue;
      tile<f64, f64>(SQUARES, a + (<usize>i * <usize>d << 3), b + (<usize>j * <usize>d << 3), d, corner, 32, true);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const at = cells + <usize>row * rowBytes + (<usize>column << 3);
          if (load<f64>(at) != MARK) continue;
          const square = load<f64>(corner + (<usize>((row << 2) + column) << 3));
          store<f64>(at, roots ? Math.sqrt(square) : square);
        }
      }
    }
  }
}

function hasMark(cells: usize, rowBytes: usize, height: i32, width: i32): bool {
  for (let row = 0; row < height; row++, cells += rowBytes) {
    for (let at = cells; at < cells + (<usize>width << 3); at += 8) if (load<f64>(at) == MARK) return true;
  }
  return false;
}
