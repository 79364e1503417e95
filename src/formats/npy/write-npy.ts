import type { MatrixFormatter, MatrixHead, WriteOptions, Writer } from "../../output/format.js";
import { NumberStore, STORAGE } from "../../output/stored-numbers.js";

export const npyWriter: Writer = { matrix: npyMatrix };

/** NumPy aligns the first item to this number of bytes. */
const ALIGNMENT = 64;

/**
 * Formats a matrix as a NumPy array in C order, of float64 or of the type `store`, n×m; a matrix of one value per row has the shape (n,).
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyMatrix(
  { rows, columns, flat }: MatrixHead,
  { store = "f64", note }: Pick<WriteOptions, "store" | "note"> = {},
): MatrixFormatter<Uint8Array> {
  const numbers = new NumberStore("npy", store, columns);
  return {
    begin() {
      const shape = flat ? `(${rows},)` : `(${rows}, ${columns})`;
      const dictionary = `{'descr': '${STORAGE[store].npy}', 'fortran_order': False, 'shape': ${shape}, }`;
      const before = 10;
      const length = Math.ceil((before + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - before;
      const start = Buffer.from(`\x93NUMPY\x01\x00${"\0\0"}${dictionary.padEnd(length - 1)}\n`, "latin1");
      start.writeUInt16LE(length, 8);
      return start;
    },
    tile: ({ values, firstRow }) => numbers.bytesOf(values, firstRow),
    end() {
      const rounded = numbers.note();
      if (rounded) note?.(rounded);
      return new Uint8Array(0);
    },
  };
}
