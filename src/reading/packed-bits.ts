import { DataError } from "../core/errors.js";
import type { PackedBits, ReadOptions, RowBatch } from "../input/reader.js";

/** What is added to a byte so that it is from 0 to 255. */
const OFFSETS: { readonly [type in PackedBits]: number } = { ubinary: 0, binary: 128 };

/**
 * Yields rows of packed bits with a component for each bit: 1 for a bit that is set, otherwise −1. The first bit of a byte is the
 * highest one, as in NumPy's `packbits`.
 *
 * @throws {DataError} for a component that is not a byte of the type.
 */
export async function* unpackedBits(
  name: string,
  batches: AsyncIterable<RowBatch>,
  { packedBits }: ReadOptions,
): AsyncGenerator<RowBatch> {
  if (packedBits === undefined) return yield* batches;
  const offset = OFFSETS[packedBits];
  let firstRow = 0;
  for await (const batch of batches) {
    const { rows, columns, values } = batch;
    const bits = new Float32Array(rows * columns * 8);
    for (let i = 0; i < rows * columns; i++) {
      const byte = values[i] + offset;
      if (byte !== (byte & 255)) throw notByte(batch.file?.name ?? name, firstRow, i, columns, values[i], packedBits);
      for (let bit = 0; bit < 8; bit++) bits[i * 8 + bit] = (byte << bit) & 128 ? 1 : -1;
    }
    firstRow += rows;
    yield { ...batch, columns: columns * 8, values: bits, columnNames: null };
  }
}

function notByte(
  name: string,
  firstRow: number,
  at: number,
  columns: number,
  found: number,
  type: PackedBits,
): DataError {
  const place = `${name}: row ${firstRow + Math.floor(at / columns)}, component ${at % columns}`;
  const range = type === "ubinary" ? "0 to 255" : "-128 to 127";
  const other = type === "ubinary" ? "--packed-bits binary reads bytes from -128 to 127" : "are these packed bits?";
  return new DataError(`${place}: expected a byte of packed bits from ${range}, found ${found}`, other);
}
