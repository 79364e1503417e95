import type { MatrixFormatter, MatrixHead } from "./format.js";

/** Where the numbers of a `.npy` file begin is a multiple of this. */
const ALIGNMENT = 64;

/**
 * A matrix as a NumPy array of float64, n×m in C order; of paired rows, one of n numbers.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyMatrix({ rows, columns, flat }: MatrixHead): MatrixFormatter {
  return {
    begin: () => npyHeader(flat ? [rows] : [rows, columns]),
    // A copy: a stream may keep what it is given, but the tile is used again.
    tile: ({ values }) => new Uint8Array(values.slice().buffer),
    end: () => "",
  };
}

function npyHeader(shape: readonly number[]): Uint8Array {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  const length = Math.ceil((start.length + text.length + 1) / ALIGNMENT) * ALIGNMENT - start.length;
  start.writeUInt16LE(length, 8);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1)}\n`, "latin1")]);
}
