import type { MatrixFormatter, MatrixHead, Writer } from "../../output/format.js";

export const npyWriter: Writer = { matrix: npyMatrix };

/** NumPy puts the first item on such a boundary. */
const ALIGNMENT = 64;

/**
 * A matrix as a NumPy array of float64 in C order, n×m; one value a row as an array of n.
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
    // A stream may keep what it is given, but the memory of a tile is used again.
    tile: ({ values }) => new Uint8Array(values.slice().buffer),
    end: () => new Uint8Array(0),
  };
}
