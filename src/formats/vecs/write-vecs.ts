import type { Writer } from "../../output/format.js";
import { idsLeftOut, storedItems } from "../stored-items.js";

/**
 * Writes `.ivecs`: each row is its number of columns (int32), then its cells, which must be integers of 32 bits, little-endian.
 *
 * @see http://corpus-texmex.irisa.fr
 */
export const ivecsWriter: Writer = {
  matrix: ({ columns, rowIds }, { note }) => ({
    begin: () => new Uint8Array(0),
    tile(tile) {
      const { items } = storedItems("ivecs", tile);
      const records = new Int32Array(tile.rows * (columns + 1));
      for (let row = 0; row < tile.rows; row++) {
        records[row * (columns + 1)] = columns;
        records.set(items.subarray(row * columns, (row + 1) * columns), row * (columns + 1) + 1);
      }
      return new Uint8Array(records.buffer);
    },
    end() {
      if (rowIds) note?.(idsLeftOut("ivecs"));
      return new Uint8Array(0);
    },
  }),
};
