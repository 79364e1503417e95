import { boundsOfRows, keep } from "./candidates";

/**
 * Gathers the candidates of rows from a block of their products.
 *
 * @param cells `rows` rows of `columns` floats, `stride` floats apart; those of row `firstRow` and column `firstColumn` first.
 * @param shifts the address of a float for each column, which is subtracted from its cells; 0 for none.
 */
export function gatherRows(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  firstRow: i32,
  firstColumn: i32,
  shifts: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    if (shifts == 0) gatherRow(false, row, columns, firstRow + i, firstColumn, 0);
    else gatherRow(true, row, columns, firstRow + i, firstColumn, shifts);
  }
}

// @ts-ignore: decorator
@inline
function gatherRow(isShifted: bool, cells: usize, columns: i32, row: i32, firstColumn: i32, shifts: usize): void {
  const boundAt = boundsOfRows() + (<usize>row << 2);
  let bound = v128.load_splat<f32>(boundAt);
  let j = 0;
  for (; j < columns - 15; j += 16) {
    const at = <usize>j << 2;
    const near = v128.or(
      v128.or(isNear(isShifted, cells + at, shifts + at, bound), isNear(isShifted, cells + at + 16, shifts + at + 16, bound)),
      v128.or(isNear(isShifted, cells + at + 32, shifts + at + 32, bound), isNear(isShifted, cells + at + 48, shifts + at + 48, bound)),
    );
    if (!v128.any_true(near)) continue;
    for (let l = j; l < j + 16; l++) keepNear(isShifted, cells, row, l, firstColumn, shifts);
    bound = v128.load_splat<f32>(boundAt);
  }
  for (; j < columns; j++) keepNear(isShifted, cells, row, j, firstColumn, shifts);
}

// @ts-ignore: decorator
@inline
function isNear(isShifted: bool, cells: usize, shifts: usize, bound: v128): v128 {
  const score = isShifted ? f32x4.sub(v128.load(cells), v128.load(shifts)) : v128.load(cells);
  return f32x4.ge(score, bound);
}

// @ts-ignore: decorator
@inline
function keepNear(isShifted: bool, cells: usize, row: i32, j: i32, firstColumn: i32, shifts: usize): void {
  const at = <usize>j << 2;
  const score = isShifted ? load<f32>(cells + at) - load<f32>(shifts + at) : load<f32>(cells + at);
  if (score >= load<f32>(boundsOfRows() + (<usize>row << 2))) keep(row, firstColumn + j, score);
}

/**
 * Gathers the candidates of the columns of a block, whose cells are also those of the transposed block: columns of the block
 * are rows with lists. `shifts` has a float for each row of the block.
 */
export function gatherColumns(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  firstRow: i32,
  firstColumn: i32,
  shifts: usize,
): void {
  const boundsAt = boundsOfRows() + (<usize>firstColumn << 2);
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    const shift: f32 = shifts == 0 ? 0 : load<f32>(shifts + (<usize>i << 2));
    const shiftOfAll = f32x4.splat(shift);
    let j = 0;
    for (; j < columns - 15; j += 16) {
      const at = <usize>j << 2;
      const near = v128.or(
        v128.or(reaches(row + at, shiftOfAll, boundsAt + at), reaches(row + at + 16, shiftOfAll, boundsAt + at + 16)),
        v128.or(reaches(row + at + 32, shiftOfAll, boundsAt + at + 32), reaches(row + at + 48, shiftOfAll, boundsAt + at + 48)),
      );
      if (!v128.any_true(near)) continue;
      for (let l = j; l < j + 16; l++) keepReaching(row, l, firstColumn, firstRow + i, shift);
    }
    for (; j < columns; j++) keepReaching(row, j, firstColumn, firstRow + i, shift);
  }
}

// @ts-ignore: decorator
@inline
function reaches(cells: usize, shift: v128, boundsAt: usize): v128 {
  return f32x4.ge(f32x4.sub(v128.load(cells), shift), v128.load(boundsAt));
}

// @ts-ignore: decorator
@inline
function keepReaching(cells: usize, j: i32, firstColumn: i32, column: i32, shift: f32): void {
  const row = firstColumn + j;
  const score = load<f32>(cells + (<usize>j << 2)) - shift;
  if (score >= load<f32>(boundsOfRows() + (<usize>row << 2))) keep(row, column, score);
}

/**
 * Lists the cells that reach the bound of their row, as row·columns + column, in ascending order.
 *
 * @param bounds a float for each row. @param shifts as in {@link gatherRows}.
 * @param list memory for `rows·columns` positions.
 * @returns the number of positions.
 */
export function listReaching(
  cells: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  bounds: usize,
  shifts: usize,
  list: usize,
): i32 {
  let found = 0;
  for (let i = 0; i < rows; i++) {
    const row = cells + ((<usize>i * <usize>stride) << 2);
    const bound = load<f32>(bounds + (<usize>i << 2));
    const boundOfAll = f32x4.splat(bound);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      if (j + 4 <= columns) {
        const score = shifts == 0 ? v128.load(row + at) : f32x4.sub(v128.load(row + at), v128.load(shifts + at));
        if (!v128.any_true(f32x4.ge(score, boundOfAll))) continue;
      }
      for (let l = j; l < min(j + 4, columns); l++) {
        const place = <usize>l << 2;
        const score = shifts == 0 ? load<f32>(row + place) : load<f32>(row + place) - load<f32>(shifts + place);
        if (score < bound || score != score) continue;
        store<i32>(list + (<usize>found << 2), i * columns + l);
        found++;
      }
    }
  }
  return found;
}
