import { bytesOfBits, isPositive, packBits } from "../core/bits.js";
import { DataError } from "../core/errors.js";
import type { BitSource, PackedBits, ReadOptions, RowBatch } from "../input/reader.js";
import { tooFew } from "./first-dimensions.js";

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
      if (byte !== (byte & 255)) throw notByte(placeOf(name, batch, firstRow, i), values[i], packedBits);
      for (let bit = 0; bit < 8; bit++) bits[i * 8 + bit] = (byte << bit) & 128 ? 1 : -1;
    }
    firstRow += rows;
    yield { ...batch, columns: columns * 8, values: bits, columnNames: null };
  }
}

/** Returns the place of a number: file, line or row, and component. */
function placeOf(name: string, { columns, lines, file }: RowBatch, firstRow: number, at: number): string {
  const row = Math.floor(at / columns);
  const line = lines?.[row];
  const place = line ? `:${line}` : `: row ${firstRow + row - (file?.firstRow ?? 0)}`;
  return `${file?.name ?? name}${place}: component ${at % columns}`;
}

function notByte(place: string, found: number, type: PackedBits): DataError {
  const range = type === "ubinary" ? "0 to 255" : "-128 to 127";
  const other = type === "ubinary" ? "--packed-bits binary reads bytes from -128 to 127" : "are these packed bits?";
  return new DataError(`${place}: expected a byte of packed bits from ${range}, found ${found}`, other);
}

/**
 * Yields rows of packed bits: the bits of a file, the signs of components (a bit is set for a component above 0), or components
 * that are 0 or 1. Only the first `dimensions` bits are kept.
 *
 * @throws {DataError} for a number that is not of this kind, and for rows with fewer dimensions.
 */
export async function* packedRows(
  name: string,
  batches: AsyncIterable<RowBatch>,
  { bits: kind, dimensions }: ReadOptions & { readonly bits: BitSource },
): AsyncGenerator<RowBatch> {
  const isPacked = kind === "ubinary" || kind === "binary";
  let firstRow = 0;
  for await (const batch of batches) {
    const { rows, columns, columnNames, file } = batch;
    const whole = isPacked ? 8 * columns : columns;
    const d = dimensions ?? whole;
    if (whole < d) throw tooFew(file?.name ?? name, whole, d);
    const bits = new Uint8Array(rows * bytesOfBits(d));
    const numbers = batch.values.subarray(0, rows * columns);
    if (isPacked)
      keepBytes(batch, d, kind, bits, (at) => notByte(placeOf(name, batch, firstRow, at), batch.values[at], kind));
    else if (kind === "signs") packBits(numbers, columns, d, bits, isPositive);
    else {
      packBits(numbers, columns, d, bits, (value, at) => {
        if (value !== 0 && value !== 1) throw notBit(placeOf(name, batch, firstRow, at), value);
        return value === 1;
      });
    }
    firstRow += rows;
    yield {
      ...batch,
      columns: d,
      ...(d < whole && { wholeColumns: whole }),
      values: NO_NUMBERS,
      bits,
      columnNames: isPacked ? null : (columnNames?.slice(0, d) ?? null),
    };
  }
}

const NO_NUMBERS = new Float32Array(0);

/** Copies the bytes that hold the first d bits of each row, and clears the bits after them. */
function keepBytes(
  { rows, columns, values }: RowBatch,
  d: number,
  type: PackedBits,
  to: Uint8Array,
  errorAt: (at: number) => DataError,
): void {
  const rowBytes = bytesOfBits(d);
  const offset = OFFSETS[type];
  const lastBits = (0xff << (8 * rowBytes - d)) & 0xff;
  for (let i = 0; i < rows; i++) {
    const first = i * columns;
    for (let k = 0; k < rowBytes; k++) {
      const byte = values[first + k] + offset;
      if (byte !== (byte & 255)) throw errorAt(first + k);
      to[i * rowBytes + k] = byte;
    }
    to[(i + 1) * rowBytes - 1] &= lastBits;
  }
}

function notBit(place: string, found: number): DataError {
  return new DataError(
    `${place}: expected a bit (0 or 1), found ${found}`,
    "--quantize binary compares the signs of components, --packed-bits ubinary reads packed bits",
  );
}
