import { DataError } from "../../core/errors.js";
import type { MatrixFormatter, MatrixHead, WriteOptions, Writer } from "../../output/format.js";
import { NumberStore, STORAGE } from "../../output/stored-numbers.js";
import { MAX_SAFETENSORS_HEADER } from "../first-bytes.js";
import { IDS_KEY } from "./read-safetensors.js";

export const safetensorsWriter: Writer = { matrix: safetensorsMatrix };

/** The name of the array. */
const NAME = "vectors";
/** The safetensors library aligns the first item to this number of bytes. */
const ALIGNMENT = 8;

/**
 * Formats a matrix as a safetensors file with one array `vectors` of F64 or of the type `store`, n×m; a matrix of one value per row has the shape [n]. Ids are
 * written to `__metadata__`, which holds only texts, as a JSON list.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function safetensorsMatrix(
  { rows, columns, flat, rowIds }: MatrixHead,
  { store = "f64", note }: Pick<WriteOptions, "store" | "note"> = {},
): MatrixFormatter<Uint8Array> {
  const numbers = new NumberStore("safetensors", store, columns);
  const { safetensors: dtype, bytes } = STORAGE[store];
  return {
    begin() {
      const shape = flat ? [rows] : [rows, columns];
      const header = Buffer.from(
        JSON.stringify({
          ...(rowIds && { __metadata__: { [IDS_KEY]: JSON.stringify(rowIds) } }),
          [NAME]: { dtype, shape, data_offsets: [0, bytes * rows * columns] },
        }),
      );
      const length = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
      if (length > MAX_SAFETENSORS_HEADER) {
        const found = `found ${length} bytes with the ids`;
        throw new DataError(
          `safetensors: expected a header of ${MAX_SAFETENSORS_HEADER} bytes at most, ${found}`,
          "-o FILE.parquet keeps any number of ids",
        );
      }
      const start = Buffer.alloc(8 + length, " ");
      start.writeBigUInt64LE(BigInt(length), 0);
      header.copy(start, 8);
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
