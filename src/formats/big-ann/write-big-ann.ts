import { DataError } from "../../core/errors.js";
import type { MatrixFormatter, MatrixHead, WriteOptions, Writer } from "../../output/format.js";
import { type ItemFormat, idsLeftOut, storedItems } from "../stored-items.js";
import { HEADER_BYTES } from "./read-big-ann.js";

type WrittenFormat = Exclude<ItemFormat, "ivecs">;

/**
 * Returns the writer of a format of big-ann-benchmarks: the number of rows and of columns (uint32), then the cells, row-major. Numbers
 * in `.fbin` are rounded to float32, which a note reports; those of the other formats must be integers in range.
 *
 * @see https://big-ann-benchmarks.com/neurips21.html
 */
export function bigAnnWriter(format: WrittenFormat): Writer {
  return { matrix: (head, options) => bigAnnMatrix(format, head, options) };
}

function bigAnnMatrix(
  format: WrittenFormat,
  { rows, columns, rowIds }: MatrixHead,
  { note }: WriteOptions,
): MatrixFormatter<Uint8Array> {
  let rounded = 0;
  return {
    begin() {
      const header = new Uint32Array([rows, columns]);
      if (header[0] !== rows) {
        throw new DataError(`${format}: expected at most ${2 ** 32 - 1} rows, found ${rows}`, "-o FILE.npy holds more");
      }
      return new Uint8Array(header.buffer, 0, HEADER_BYTES);
    },
    tile(tile) {
      const stored = storedItems(format, tile);
      rounded += stored.rounded;
      return new Uint8Array(stored.items.buffer);
    },
    end() {
      if (rounded > 0) {
        note?.(
          `${format}: rounded ${rounded} of ${rows * columns} numbers to float32; .npy and .safetensors keep all digits`,
        );
      }
      if (rowIds) note?.(idsLeftOut(format));
      return new Uint8Array(0);
    },
  };
}
