/** Returns a cell and NaN, which kernels of scores leave out: the last cells of a row that do not fill a register. */
// @ts-ignore: decorator
@inline
export function lastCell(at: usize): v128 {
  return v128.load64_lane(at, f64x2.splat(NaN), 0);
}
