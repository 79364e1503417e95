/** Rows of A in a panel. A panel of B has as many rows as two registers hold. */
const PANEL_OF_A: i32 = 4;

/** Number of products of a cell that are summed before the next cell: this part of two panels fits the first-level cache. */
const DEPTH_64: i32 = 384;
const DEPTH_32: i32 = 512;

/** What a cell accumulates over pairs of components. */
// @ts-ignore: decorator
@inline
const MULTIPLY: i32 = 0;
// @ts-ignore: decorator
@inline
const MANHATTAN: i32 = 1;
// @ts-ignore: decorator
@inline
const CHEBYSHEV: i32 = 2;
// @ts-ignore: decorator
@inline
export const SQUARES: i32 = 3;

/** Returns a cell with one more pair of components: `s + x·y`, `s + |x − y|`, `max(s, |x − y|)` or `s + (x − y)²`. */
// @ts-ignore: decorator
@inline
function gather64(step: i32, x: v128, y: v128, s: v128): v128 {
  if (step == MULTIPLY) return multiplyAdd<f64>(x, y, s);
  const difference = f64x2.sub(x, y);
  if (step == MANHATTAN) return f64x2.add(s, f64x2.abs(difference));
  if (step == CHEBYSHEV) return f64x2.pmax(s, f64x2.abs(difference));
  // Rounded twice on every machine, as in the JavaScript formula.
  return f64x2.add(s, f64x2.mul(difference, difference));
}

/** Returns a·b + c, rounded once with relaxed SIMD on a processor with FMA, else twice. */
// @ts-ignore: decorator
@inline
function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/**
 * Copies rows into panels of `width` rows, with their k-th components side by side, in the order in which the product reads them.
 * The last panel is filled up with rows of zeros.
 *
 * @param rows `count` rows of `d` components, row-major.
 * @param panels memory for ⌈count / width⌉·width·d components.
 */
// @ts-ignore: decorator
@inline
function pack<T>(rows: usize, count: i32, d: i32, width: i32, panels: usize): void {
  const rowBytes = <usize>d * sizeof<T>();
  const step = <usize>width * sizeof<T>();
  for (let first = 0; first < count; first += width) {
    for (let lane = 0; lane < width; lane++) {
      let to = panels + <usize>lane * sizeof<T>();
      if (first + lane < count) {
        let from = rows + <usize>(first + lane) * rowBytes;
        const end = from + rowBytes;
        while (from < end) {
          store<T>(to, load<T>(from));
          from += sizeof<T>();
          to += step;
        }
      } else {
        for (let k = 0; k < d; k++) {
          store<T>(to, <T>0);
          to += step;
        }
      }
    }
    panels += step * <usize>d;
  }
}

/** {@link pack} of doubles. */
export function pack64(rows: usize, count: i32, d: i32, width: i32, panels: usize): void {
  pack<f64>(rows, count, d, width, panels);
}

/** {@link pack} of floats. */
export function pack32(rows: usize, count: i32, d: i32, width: i32, panels: usize): void {
  pack<f32>(rows, count, d, width, panels);
}

/**
 * Computes a block of A·Bᵀ in float64 from packed rows (both in panels of 4): each cell is the sum of its products in the
 * order of k, in any block. The innermost tile is 4×4 cells, held in eight registers.
 *
 * @param a, b panels of `rows` and `columns` rows of `d` doubles.
 * @param c the first cell; rows of C are `stride` doubles apart.
 * @param corner memory for 32 doubles that no other thread uses.
 * @see K. Goto, R. van de Geijn, "Anatomy of high-performance matrix multiplication", https://doi.org/10.1145/1356052.1356053
 */
export function multiply64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block64(MULTIPLY, a, rows, b, columns, d, c, stride, corner);
}

/** Like {@link multiply64}, with Σ|x − y| instead of products. */
export function manhattan64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block64(MANHATTAN, a, rows, b, columns, d, c, stride, corner);
}

/** Like {@link multiply64}, with max|x − y| instead of products. */
export function chebyshev64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block64(CHEBYSHEV, a, rows, b, columns, d, c, stride, corner);
}

// @ts-ignore: decorator
@inline
function block64(step: i32, a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  const rowBytes = <usize>stride << 3;
  const panelBytes = <usize>d << 5;
  for (let k = 0; k < d; k += DEPTH_64) {
    const depth = min(DEPTH_64, d - k);
    const start = <usize>k << 5;
    for (let i = 0; i < rows; i += PANEL_OF_A) {
      const panelOfA = a + <usize>(i >> 2) * panelBytes + start;
      for (let j = 0; j < columns; j += 4) {
        const panelOfB = b + <usize>(j >> 2) * panelBytes + start;
        const cells = c + <usize>i * rowBytes + (<usize>j << 3);
        if (i + 4 <= rows && j + 4 <= columns) {
          tile64(step, panelOfA, panelOfB, depth, cells, rowBytes, k == 0);
        } else {
          // At an edge, a separate tile is computed, and only the cells that exist are copied.
          const height = min(4, rows - i);
          const width = min(4, columns - j);
          if (k > 0) copyCells(cells, rowBytes, corner, 32, height, width << 3);
          tile64(step, panelOfA, panelOfB, depth, corner, 32, k == 0);
          copyCells(corner, 32, cells, rowBytes, height, width << 3);
        }
      }
    }
  }
}

function copyCells(from: usize, fromBytes: usize, to: usize, toBytes: usize, height: i32, widthBytes: usize): void {
  for (let i = 0; i < height; i++) memory.copy(to + <usize>i * toBytes, from + <usize>i * fromBytes, widthBytes);
}

/** Accumulates `depth` more pairs of components in 4×4 cells, from zero or from their present values. */
// @ts-ignore: decorator
@inline
export function tile64(step: i32, a: usize, b: usize, depth: i32, c: usize, rowBytes: usize, first: bool): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  const c3 = c2 + rowBytes;
  if (!first) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  const end = b + (<usize>depth << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f64>(a);
    s00 = gather64(step, x, b0, s00);
    s01 = gather64(step, x, b1, s01);
    x = v128.load_splat<f64>(a, 8);
    s10 = gather64(step, x, b0, s10);
    s11 = gather64(step, x, b1, s11);
    x = v128.load_splat<f64>(a, 16);
    s20 = gather64(step, x, b0, s20);
    s21 = gather64(step, x, b1, s21);
    x = v128.load_splat<f64>(a, 24);
    s30 = gather64(step, x, b0, s30);
    s31 = gather64(step, x, b1, s31);
    a += 32;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/**
 * Computes a block of A·Bᵀ in float32 from packed rows (A in panels of 4, B in panels of 8). Products are summed in float32
 * over at most 512 of k, and those sums in float64: the cells of C are doubles.
 *
 * The parameters are those of {@link multiply64}.
 */
export function multiply32(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block32<f64>(a, rows, b, columns, d, c, stride, corner);
}

/**
 * Like {@link multiply32}, but the cells of C are floats, the sums in float32 of all d products in the order of k: without
 * overflow or underflow, a cell differs from the exact sum by at most d·2⁻²⁴·Σ|x·y|.
 *
 * @param c the first cell; rows of C are `stride` floats apart.
 * @see C.-P. Jeannerod, S. M. Rump, "Improved error bounds for inner products in floating-point arithmetic",
 *   https://doi.org/10.1137/120894488
 */
export function products32(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block32<f32>(a, rows, b, columns, d, c, stride, corner);
}

/** Computes a block of float32 products in cells of type T. */
// @ts-ignore: decorator
@inline
function block32<T>(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  const rowBytes = <usize>stride * sizeof<T>();
  const cornerBytes = 8 * sizeof<T>();
  for (let k = 0; k < d; k += DEPTH_32) {
    const depth = min(DEPTH_32, d - k);
    for (let i = 0; i < rows; i += PANEL_OF_A) {
      const panelOfA = a + (<usize>(i >> 2) * <usize>d + <usize>k) * 16;
      for (let j = 0; j < columns; j += 8) {
        const panelOfB = b + (<usize>(j >> 3) * <usize>d + <usize>k) * 32;
        const cells = c + <usize>i * rowBytes + <usize>j * sizeof<T>();
        if (i + 4 <= rows && j + 8 <= columns) {
          tile32<T>(panelOfA, panelOfB, depth, cells, rowBytes, k == 0);
        } else {
          const height = min(4, rows - i);
          const widthBytes = <usize>min(8, columns - j) * sizeof<T>();
          if (k > 0) copyCells(cells, rowBytes, corner, cornerBytes, height, widthBytes);
          tile32<T>(panelOfA, panelOfB, depth, corner, cornerBytes, k == 0);
          copyCells(corner, cornerBytes, cells, rowBytes, height, widthBytes);
        }
      }
    }
  }
}

/** Like {@link tile64}, for 4×8 cells of type T. Doubles are added at the end; floats are summed from their present values. */
// @ts-ignore: decorator
@inline
function tile32<T>(a: usize, b: usize, depth: i32, c: usize, rowBytes: usize, first: bool): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  const c3 = c2 + rowBytes;
  if (sizeof<T>() == 4 && !first) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  const end = b + (<usize>depth << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    s00 = multiplyAdd<f32>(x, b0, s00);
    s01 = multiplyAdd<f32>(x, b1, s01);
    x = v128.load_splat<f32>(a, 4);
    s10 = multiplyAdd<f32>(x, b0, s10);
    s11 = multiplyAdd<f32>(x, b1, s11);
    x = v128.load_splat<f32>(a, 8);
    s20 = multiplyAdd<f32>(x, b0, s20);
    s21 = multiplyAdd<f32>(x, b1, s21);
    x = v128.load_splat<f32>(a, 12);
    s30 = multiplyAdd<f32>(x, b0, s30);
    s31 = multiplyAdd<f32>(x, b1, s31);
    a += 16;
    b += 32;
  }
  storeEight<T>(c, s00, s01, first);
  storeEight<T>(c1, s10, s11, first);
  storeEight<T>(c2, s20, s21, first);
  storeEight<T>(c3, s30, s31, first);
}

/** Stores eight float32 sums, or adds them as doubles. */
// @ts-ignore: decorator
@inline
function storeEight<T>(c: usize, low: v128, high: v128, first: bool): void {
  if (sizeof<T>() == 4) {
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  addTwo(c, low, first);
  addTwo(c + 16, v128.shuffle<u64>(low, low, 1, 1), first);
  addTwo(c + 32, high, first);
  addTwo(c + 48, v128.shuffle<u64>(high, high, 1, 1), first);
}

// @ts-ignore: decorator
@inline
function addTwo(c: usize, sums: v128, first: bool): void {
  const doubles = f64x2.promote_low_f32x4(sums);
  v128.store(c, first ? doubles : f64x2.add(v128.load(c), doubles));
}
