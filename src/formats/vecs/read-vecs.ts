import { DataError, NoRowsError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import { ByteReader } from "../../input/byte-reader.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { BATCH_BYTES, shareOf } from "../../input/reader.js";
import type { BatchReader } from "../registry.js";

type Items = Float32Array | Int32Array | Uint8Array;

/**
 * Readers of the formats of nearest-neighbour benchmarks: each record is its dimension d (int32) and d components, all
 * little-endian.
 *
 * @see http://corpus-texmex.irisa.fr
 */
export const readFvecs = vecsReader((buffer, length) => new Float32Array(buffer, 0, length), 4);
export const readIvecs = vecsReader((buffer, length) => new Int32Array(buffer, 0, length), 4);
export const readBvecs = vecsReader((buffer, length) => new Uint8Array(buffer, 0, length), 1);

const DIMENSION_BYTES = 4;

function vecsReader(itemsOf: (buffer: ArrayBuffer, length: number) => Items, itemBytes: number): BatchReader {
  return async function* read(source, options) {
    const reader = await ByteReader.open(source);
    try {
      const columns = await firstDimension(reader);
      const recordBytes = DIMENSION_BYTES + columns * itemBytes;
      const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / recordBytes));
      // A file that is cut short is read from its start, up to where it ends.
      const fileRows = (reader.size ?? Number.NaN) / recordBytes;
      const share = Number.isInteger(fileRows) ? shareOf(options) : undefined;
      const [firstRow, end] = share?.(fileRows) ?? [0, Number.POSITIVE_INFINITY];
      await reader.pass(firstRow * recordBytes);
      for (let first = firstRow; first < end; first += rowsAtOnce) {
        const { offset } = reader;
        const block = await reader.peek(Math.min(rowsAtOnce, end - first) * recordBytes);
        if (block.length === 0) return;
        expectRecords(reader, block, columns, recordBytes);
        const rows = block.length / recordBytes;
        const values = components(itemsOf(block.buffer, block.length / itemBytes), rows, columns);
        const byteOf = (row: number, column: number) => row * recordBytes + DIMENSION_BYTES + column * itemBytes;
        expectFinite(
          values,
          (index) => {
            const [row, column] = [Math.floor(index / columns), index % columns];
            return cellPlace(source.name, first + row, column, offset + byteOf(row, column));
          },
          options,
        );
        const ofShare = share && { ofShare: { firstRow, fileRows } };
        yield { rows, columns, values, ids: null, labels: null, lines: null, columnNames: null, ...ofShare };
        reader.skip(block.length);
      }
    } finally {
      await reader.close();
    }
  };
}

async function firstDimension(reader: ByteReader): Promise<number> {
  const head = await reader.peek(DIMENSION_BYTES);
  if (head.length === 0) throw new NoRowsError(`${reader.name}: expected rows of numbers, found an empty file`);
  if (head.length < DIMENSION_BYTES) throw reader.cutShort(DIMENSION_BYTES - head.length, head.length);
  const dimension = Buffer.from(head).readInt32LE(0);
  if (dimension > 0) return dimension;
  throw new DataError(`${reader.name}: expected a dimension of 1 or more at byte offset 0, found ${dimension}`);
}

/** @throws {DataError} for a record whose dimension differs from that of the first, or a truncated one. */
function expectRecords(reader: ByteReader, block: Uint8Array, columns: number, bytes: number): void {
  const { name, offset } = reader;
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  for (let at = 0; at < block.length; at += bytes) {
    const dimension = at + DIMENSION_BYTES <= block.length ? view.getInt32(at, true) : columns;
    if (dimension !== columns) {
      throw new DataError(
        `${name}: expected the dimension ${columns} at byte offset ${offset + at}, found ${dimension}`,
      );
    }
    if (at + bytes > block.length) throw reader.cutShort(at + bytes - block.length, offset + block.length);
  }
}

/** Returns the components without the dimensions. */
function components(items: Items, rows: number, columns: number): Numbers {
  const values = items instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
  const record = items.length / rows;
  for (let i = 0; i < rows; i++) values.set(items.subarray((i + 1) * record - columns, (i + 1) * record), i * columns);
  return values;
}
