import type { MatrixFormatter, MatrixHead, Writer } from "../../output/format.js";

export const npyWriter: Writer = { matrix: npyMatrix };

/** NumPy aligns the first item to this number of bytes. */
const ALIGNMENT = 64;

/**
 * Formats a matrix as a NumPy array of float64 in C order, n×m; a matrix of one value per row has the shape (n,).
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyMatrix({ rows, columns, flat }: MatrixHead): MatrixFormatter<Uint8Array> {
  return {
    begin() {
      const shape = flat ? `(${rows},)` : `(${rows}, ${columns})`;
      const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
      const before = 10;
      const length = Math.ceil((before + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - before;
      const start = Buffer.from(`\x93NUMPY\x01\x00${"\0\0"}${dictionary.padEnd(length - 1)}\n`, "latin1");
      start.writeUInt16LE(length, 8);
      return start;
    },
    // A stream may keep the bytes, but the memory of a tile is reused.
    tile: ({ values }) => new Uint8Array(values.slice().buffer),
    end: () => new Uint8Array(0),
  };
}
