import { DataError } from "../../core/errors.js";
import type { MatrixFormatter, MatrixHead, WriteOptions, Writer } from "../../output/format.js";
import { HEADER_BYTES } from "./read-big-ann.js";

type Items = Float32Array | Int32Array | Uint8Array | Int8Array;

/** How the numbers of a format are stored. */
interface Storage {
  create(length: number): Items;
  /** What a number must be, for messages. */
  readonly expected: string;
}

const STORAGE = {
  fbin: { create: (length) => new Float32Array(length), expected: "a number within ±3.4e38" },
  ibin: { create: (length) => new Int32Array(length), expected: "a whole number within 32 bits" },
  u8bin: { create: (length) => new Uint8Array(length), expected: "a whole number from 0 to 255" },
  i8bin: { create: (length) => new Int8Array(length), expected: "a whole number from -128 to 127" },
} as const satisfies { readonly [name: string]: Storage };

/**
 * Returns the writer of a format of big-ann-benchmarks: the number of rows and of columns (uint32), then the cells, row-major. Numbers
 * in `.fbin` are rounded to float32, which a note reports; those of the other formats must be integers in range.
 *
 * @see https://big-ann-benchmarks.com/neurips21.html
 */
export function bigAnnWriter(format: keyof typeof STORAGE): Writer {
  return { matrix: (head, options) => bigAnnMatrix(format, head, options) };
}

function bigAnnMatrix(
  format: keyof typeof STORAGE,
  { rows, columns, rowIds }: MatrixHead,
  { note }: WriteOptions,
): MatrixFormatter<Uint8Array> {
  const storage: Storage = STORAGE[format];
  let rounded = 0;
  return {
    begin() {
      const header = new Uint32Array([rows, columns]);
      if (header[0] !== rows) {
        throw new DataError(`${format}: expected at most ${2 ** 32 - 1} rows, found ${rows}`, "-o FILE.npy holds more");
      }
      return new Uint8Array(header.buffer, 0, HEADER_BYTES);
    },
    tile({ firstRow, values }) {
      const items = storage.create(values.length);
      items.set(values);
      for (let i = 0; i < values.length; i++) {
        if (items[i] === values[i] || (Number.isNaN(items[i]) && Number.isNaN(values[i]))) continue;
        if (format === "fbin" && Number.isFinite(items[i])) rounded++;
        else throw unfit(format, firstRow + Math.floor(i / columns), i % columns, values[i]);
      }
      return new Uint8Array(items.buffer);
    },
    end() {
      if (rounded > 0) {
        note?.(
          `${format}: rounded ${rounded} of ${rows * columns} numbers to float32; .npy and .safetensors keep all digits`,
        );
      }
      if (rowIds) note?.(`${format}: left out the ids, for which it has no place; .safetensors and .parquet keep them`);
      return new Uint8Array(0);
    },
  };
}

function unfit(format: keyof typeof STORAGE, row: number, column: number, value: number): DataError {
  const place = `${format}: row ${row}, column ${column}`;
  const hint = format === "fbin" ? "-f npy holds float64" : "-f fbin holds float32, -f npy float64";
  return new DataError(`${place}: expected ${STORAGE[format].expected}, found ${value}`, hint);
}
