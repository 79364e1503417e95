/** Rows of A in a panel. A panel of B has as many rows as two registers hold. */
export const PANEL_OF_A: i32 = 5;

/** Number of products of a cell that are summed before the next cell. Results in float32 depend on it. */
const DEPTH: i32 = 512;

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
function gather<T>(step: i32, x: v128, y: v128, s: v128): v128 {
  if (step == MULTIPLY) return multiplyAdd<T>(x, y, s);
  const difference = v128.sub<T>(x, y);
  if (step == MANHATTAN) return v128.add<T>(s, v128.abs<T>(difference));
  if (step == CHEBYSHEV) return v128.pmax<T>(s, v128.abs<T>(difference));
  // Rounded twice on every machine, as in the JavaScript formula.
  return v128.add<T>(s, v128.mul<T>(difference, difference));
}

/** Returns a·b + c, rounded once with relaxed SIMD on a processor with FMA, else twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
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
 * Computes a block of A·Bᵀ in float64 from packed rows (A in panels of 5, B in panels of 4): each cell is the sum of its
 * products in the order of k, in any block. A part of a panel of A stays in the first-level cache while B goes by; both blocks
 * should fit the second-level cache, over 512 components.
 *
 * @param a, b panels of `rows` and `columns` rows of `d` doubles.
 * @param c the first cell; rows of C are `stride` doubles apart.
 * @param corner memory for 40 cells that no other thread uses.
 * @see K. Goto, R. van de Geijn, "Anatomy of high-performance matrix multiplication", https://doi.org/10.1145/1356052.1356053
 */
export function multiply64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block<f64, f64>(MULTIPLY, a, rows, b, columns, d, c, stride, corner);
}

/** Like {@link multiply64}, with Σ|x − y| instead of products. */
export function manhattan64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block<f64, f64>(MANHATTAN, a, rows, b, columns, d, c, stride, corner);
}

/** Like {@link multiply64}, with max|x − y| instead of products. */
export function chebyshev64(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block<f64, f64>(CHEBYSHEV, a, rows, b, columns, d, c, stride, corner);
}

/**
 * Computes a block of A·Bᵀ in float32 from packed rows (A in panels of 5, B in panels of 8). Products are summed in float32
 * over at most 512 of k, and those sums in float64: the cells of C are doubles.
 *
 * The parameters are those of {@link multiply64}.
 */
export function multiply32(a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  block<f32, f64>(MULTIPLY, a, rows, b, columns, d, c, stride, corner);
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
  block<f32, f32>(MULTIPLY, a, rows, b, columns, d, c, stride, corner);
}

/** Computes a block of cells of type C from components of type T. */
// @ts-ignore: decorator
@inline
function block<T, C>(step: i32, a: usize, rows: i32, b: usize, columns: i32, d: i32, c: usize, stride: i32, corner: usize): void {
  const panelOfB: i32 = 32 / sizeof<T>();
  const rowBytes = <usize>stride * sizeof<C>();
  const cornerBytes = <usize>panelOfB * sizeof<C>();
  for (let k = 0; k < d; k += DEPTH) {
    const depth = min(DEPTH, d - k);
    for (let i = 0; i < rows; i += PANEL_OF_A) {
      const height = min(PANEL_OF_A, rows - i);
      const x = a + (<usize>i * d + <usize>k * PANEL_OF_A) * sizeof<T>();
      for (let j = 0; j < columns; j += panelOfB) {
        const width = min(panelOfB, columns - j);
        const y = b + (<usize>j * d + <usize>k * panelOfB) * sizeof<T>();
        const cells = c + <usize>i * rowBytes + <usize>j * sizeof<C>();
        const isWhole = height == PANEL_OF_A && width == panelOfB;
        // At an edge, a separate tile is computed, and only the cells that exist are copied.
        if (!isWhole && k > 0) copyCells<C>(cells, rowBytes, corner, cornerBytes, height, width);
        tile<T, C>(step, x, y, depth, isWhole ? cells : corner, isWhole ? rowBytes : cornerBytes, k == 0);
        if (!isWhole) copyCells<C>(corner, cornerBytes, cells, rowBytes, height, width);
      }
    }
  }
}

// V8 calls a function for memory.copy, which takes longer than these few cells.
function copyCells<T>(from: usize, fromBytes: usize, to: usize, toBytes: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let at: usize = 0; at < <usize>width * sizeof<T>(); at += sizeof<T>()) store<T>(to + at, load<T>(from + at));
    from += fromBytes;
    to += toBytes;
  }
}

/**
 * Accumulates `depth` more pairs of components of type T in 5×4 or 5×8 cells of type C, from zero or from their present values;
 * doubles are added to sums of floats at the end. The ten sums are as many chains as the processor can do at a time, and fit its registers.
 */
// @ts-ignore: decorator
@inline
export function tile<T, C>(step: i32, a: usize, b: usize, depth: i32, c: usize, rowBytes: usize, first: bool): void {
  let s00 = i32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let s40 = s00;
  let s41 = s00;
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  const c3 = c2 + rowBytes;
  const c4 = c3 + rowBytes;
  if (!first && sizeof<T>() == sizeof<C>()) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
  }
  const end = b + (<usize>depth << 5);
  while (b < end) {
    const y0 = v128.load(b);
    const y1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    s00 = gather<T>(step, x, y0, s00);
    s01 = gather<T>(step, x, y1, s01);
    // Never taken. V8 moves all loads before the first product; the branches hold them back, so that registers suffice.
    if (!a) break;
    x = v128.load_splat<T>(a, sizeof<T>());
    s10 = gather<T>(step, x, y0, s10);
    s11 = gather<T>(step, x, y1, s11);
    x = v128.load_splat<T>(a, 2 * sizeof<T>());
    s20 = gather<T>(step, x, y0, s20);
    s21 = gather<T>(step, x, y1, s21);
    if (!b) break;
    x = v128.load_splat<T>(a, 3 * sizeof<T>());
    s30 = gather<T>(step, x, y0, s30);
    s31 = gather<T>(step, x, y1, s31);
    x = v128.load_splat<T>(a, 4 * sizeof<T>());
    s40 = gather<T>(step, x, y0, s40);
    s41 = gather<T>(step, x, y1, s41);
    a += PANEL_OF_A * sizeof<T>();
    b += 32;
  }
  storeRow<T, C>(c, s00, s01, first);
  storeRow<T, C>(c1, s10, s11, first);
  storeRow<T, C>(c2, s20, s21, first);
  storeRow<T, C>(c3, s30, s31, first);
  storeRow<T, C>(c4, s40, s41, first);
}

/** Stores the sums of a row of a tile; adds floats to doubles. */
// @ts-ignore: decorator
@inline
function storeRow<T, C>(c: usize, low: v128, high: v128, first: bool): void {
  if (sizeof<T>() == sizeof<C>()) {
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
function addTwo(c: usize, floats: v128, first: bool): void {
  const doubles = f64x2.promote_low_f32x4(floats);
  v128.store(c, first ? doubles : f64x2.add(v128.load(c), doubles));
}
