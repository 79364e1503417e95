import { type CellGrid, edgesOf } from "../core/cell-grid.js";

/**
 * Combines pairs of pixels of a grid to half its width or height.
 *
 * @param values minima or maxima of the pixels, of which `combine` keeps one; NaN for a pixel without values.
 */
export function halved(
  grid: CellGrid,
  values: Float64Array,
  columns: number,
  rows: number,
  combine: (a: number, b: number) => number,
): Float64Array {
  const result = new Float64Array(columns * rows).fill(Number.NaN);
  const [rowEdges, columnEdges] = [edgesOf(grid.height, rows), edgesOf(grid.width, columns)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let found = Number.NaN;
      for (let y = rowEdges[i]; y < rowEdges[i + 1]; y++) {
        for (let x = columnEdges[j]; x < columnEdges[j + 1]; x++) {
          const k = y * grid.width + x;
          if (grid.counts[k] > 0) found = Number.isNaN(found) ? values[k] : combine(found, values[k]);
        }
      }
      result[i * columns + j] = found;
    }
  }
  return result;
}
