import { boundsOfRows, keep } from "./candidates";

/**
 * How a product becomes a score, from a float for its row of B: it is the score, the float is subtracted from it, or it is
 * multiplied with the float.
 */
const AS_IT_IS: i32 = 0;
const MINUS: i32 = 1;
const TIMES: i32 = 2;

// @ts-ignore: decorator
@inline
function scores(how: i32, cells: usize, terms: v128): v128 {
  if (how == MINUS) return f32x4.sub(v128.load(cells), terms);
  if (how == TIMES) return f32x4.mul(v128.load(cells), terms);
  return v128.load(cells);
}

// @ts-ignore: decorator
@inline
function scoreOf(how: i32, cell: usize, term: usize): f32 {
  if (how == MINUS) return load<f32>(cell) - load<f32>(term);
  if (how == TIMES) return load<f32>(cell) * load<f32>(term);
  return load<f32>(cell);
}

/**
 * Gathers the candidates of rows from a block of their products.
 *
 * @param cells `rows` rows of `columns` floats, `stride` floats apart; those of row `firstRow` and column `firstColumn` first.
 * @param how one of the constants above. @param terms the address of a float for each column.
 */
export function gatherRows(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  firstRow: i32,
  firstColumn: i32,
  how: i32,
  terms: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    if (how == MINUS) gatherRow(MINUS, row, columns, firstRow + i, firstColumn, terms);
    else if (how == TIMES) gatherRow(TIMES, row, columns, firstRow + i, firstColumn, terms);
    else gatherRow(AS_IT_IS, row, columns, firstRow + i, firstColumn, 0);
  }
}

// @ts-ignore: decorator
@inline
function gatherRow(how: i32, cells: usize, columns: i32, row: i32, firstColumn: i32, terms: usize): void {
  const boundAt = boundsOfRows() + (<usize>row << 2);
  let bound = v128.load_splat<f32>(boundAt);
  let j = 0;
  for (; j < columns - 15; j += 16) {
    const at = <usize>j << 2;
    const near = v128.or(
      v128.or(isNear(how, cells + at, terms + at, bound), isNear(how, cells + at + 16, terms + at + 16, bound)),
      v128.or(isNear(how, cells + at + 32, terms + at + 32, bound), isNear(how, cells + at + 48, terms + at + 48, bound)),
    );
    if (!v128.any_true(near)) continue;
    for (let l = j; l < j + 16; l++) keepNear(how, cells, row, l, firstColumn, terms);
    bound = v128.load_splat<f32>(boundAt);
  }
  for (; j < columns; j++) keepNear(how, cells, row, j, firstColumn, terms);
}

// @ts-ignore: decorator
@inline
function isNear(how: i32, cells: usize, terms: usize, bound: v128): v128 {
  return f32x4.ge(how == AS_IT_IS ? v128.load(cells) : scores(how, cells, v128.load(terms)), bound);
}

// @ts-ignore: decorator
@inline
function keepNear(how: i32, cells: usize, row: i32, j: i32, firstColumn: i32, terms: usize): void {
  const at = <usize>j << 2;
  const score = scoreOf(how, cells + at, terms + at);
  if (score >= load<f32>(boundsOfRows() + (<usize>row << 2))) keep(row, firstColumn + j, score);
}

/**
 * Gathers the candidates of the columns of a block, whose cells are also those of the transposed block: columns of the block
 * are rows with lists. `terms` has a float for each row of the block.
 */
export function gatherColumns(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  firstRow: i32,
  firstColumn: i32,
  how: i32,
  terms: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    const term = terms + (<usize>i << 2);
    if (how == MINUS) gatherColumn(MINUS, row, columns, firstRow + i, firstColumn, term);
    else if (how == TIMES) gatherColumn(TIMES, row, columns, firstRow + i, firstColumn, term);
    else gatherColumn(AS_IT_IS, row, columns, firstRow + i, firstColumn, 0);
  }
}

/** Keeps column `column` for the rows whose cells these are. */
// @ts-ignore: decorator
@inline
function gatherColumn(how: i32, cells: usize, count: i32, column: i32, firstRow: i32, term: usize): void {
  const boundsAt = boundsOfRows() + (<usize>firstRow << 2);
  const terms = how == AS_IT_IS ? f32x4.splat(0) : v128.load_splat<f32>(term);
  let j = 0;
  for (; j < count - 15; j += 16) {
    const at = <usize>j << 2;
    const near = v128.or(
      v128.or(reaches(how, cells + at, terms, boundsAt + at), reaches(how, cells + at + 16, terms, boundsAt + at + 16)),
      v128.or(reaches(how, cells + at + 32, terms, boundsAt + at + 32), reaches(how, cells + at + 48, terms, boundsAt + at + 48)),
    );
    if (!v128.any_true(near)) continue;
    for (let l = j; l < j + 16; l++) keepReaching(how, cells, l, firstRow, column, term);
  }
  for (; j < count; j++) keepReaching(how, cells, j, firstRow, column, term);
}

// @ts-ignore: decorator
@inline
function reaches(how: i32, cells: usize, terms: v128, boundsAt: usize): v128 {
  return f32x4.ge(scores(how, cells, terms), v128.load(boundsAt));
}

// @ts-ignore: decorator
@inline
function keepReaching(how: i32, cells: usize, j: i32, firstRow: i32, column: i32, term: usize): void {
  const row = firstRow + j;
  const score = scoreOf(how, cells + (<usize>j << 2), term);
  if (score >= load<f32>(boundsOfRows() + (<usize>row << 2))) keep(row, column, score);
}

/**
 * Lists the cells that reach the bound of their row, as row·columns + column, in ascending order.
 *
 * @param bounds a float for each row. @param how and @param terms as in {@link gatherRows}.
 * @param list memory for `rows·columns` positions.
 * @returns the number of positions.
 */
export function listReaching(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  bounds: usize,
  how: i32,
  terms: usize,
  list: usize,
): i32 {
  let found = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    const bound = load<f32>(bounds + (<usize>i << 2));
    const at = list + (<usize>found << 2);
    if (how == MINUS) found += listRow(MINUS, row, columns, bound, terms, i * columns, at);
    else if (how == TIMES) found += listRow(TIMES, row, columns, bound, terms, i * columns, at);
    else found += listRow(AS_IT_IS, row, columns, bound, 0, i * columns, at);
  }
  return found;
}

// @ts-ignore: decorator
@inline
function listRow(how: i32, cells: usize, columns: i32, bound: f32, terms: usize, first: i32, list: usize): i32 {
  const boundOfAll = f32x4.splat(bound);
  let found = 0;
  for (let j = 0; j < columns; j += 4) {
    const at = <usize>j << 2;
    if (j + 4 <= columns && !v128.any_true(isNear(how, cells + at, terms + at, boundOfAll))) continue;
    for (let l = j; l < min(j + 4, columns); l++) {
      const place = <usize>l << 2;
      if (!(scoreOf(how, cells + place, terms + place) >= bound)) continue;
      store<i32>(list + (<usize>found << 2), first + l);
      found++;
    }
  }
  return found;
}
