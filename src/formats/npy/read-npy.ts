import { DataError, NoRowsError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import { ByteReader } from "../../input/byte-reader.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import {
  BATCH_BYTES,
  numbersLike,
  type ReadOptions,
  type RowBatch,
  type RowSink,
  shareOf,
} from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { readNpyHeader } from "./npy-header.js";
import { type ItemType, itemType } from "./npy-items.js";
import { refuseShape, refuseType } from "./npy-refusals.js";

/**
 * Reads the rows of a NumPy array, n×d; a one-dimensional array is one row. An array in C order is streamed; one in
 * Fortran order is held in memory, because its first row ends near the end of the file.
 *
 * @throws {DataError} for anything but a one- or two-dimensional array of finite real numbers.
 */
export async function* readNpy(
  source: Source,
  options: ReadOptions = {},
  sink: RowSink | null = null,
): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  try {
    const header = await readNpyHeader(reader);
    const type = itemType(header.descr) ?? (await refuseType(header.descr, source));
    const [rows, columns] = expectRows(header.shape, source);
    expectBytes(reader, rows * columns * type.bytes);
    if (header.isFortran) yield* batches(fortranRows(reader, rows, columns, type, options), reader, rows, columns);
    else yield* readRows(reader, rows, columns, type, options, sink);
    await expectEnd(reader);
  } finally {
    await reader.close();
  }
}

/** Reads the items of an array, n×d, in C order, as batches of rows; into memory of `sink` where they are kept as they are. */
export async function* readRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  type: ItemType,
  options: ReadOptions,
  sink: RowSink | null = null,
  firstRow = 0,
): AsyncGenerator<RowBatch> {
  const share = shareOf(options);
  if (share) {
    const [firstRow, end] = share(rows);
    const rowBytes = columns * type.bytes;
    await reader.pass(firstRow * rowBytes);
    const { share: _, ...others } = options;
    for await (const batch of readRows(reader, end - firstRow, columns, type, others, sink, firstRow)) {
      yield { ...batch, ofShare: { firstRow, fileRows: rows } };
    }
    await reader.pass((rows - end) * rowBytes);
    return;
  }
  const keepsRows = options.dimensions === undefined && (options.missing ?? "error") === "error";
  const canPlace = keepsRows && type.isPlain && reader.size !== null;
  const place = canPlace ? sink?.place?.(rows * columns, type.bytes === 4) : null;
  if (place && place.length >= columns) yield* placedRows(reader, rows, columns, place, options, firstRow);
  else yield* batches(plainRows(reader, rows, columns, type, options, firstRow), reader, rows, columns);
}

async function* batches(
  parts: AsyncIterable<Numbers>,
  reader: ByteReader,
  rows: number,
  columns: number,
): AsyncGenerator<RowBatch> {
  for await (const values of parts) {
    yield {
      rows: values.length / columns,
      columns,
      values,
      ids: null,
      labels: null,
      lines: null,
      columnNames: null,
      // A stream may end before the number of rows in its header.
      ...(reader.size !== null && { totalRows: rows }),
    };
  }
}

/** @throws {DataError} when bytes follow. */
export async function expectEnd(reader: ByteReader): Promise<void> {
  if ((await reader.peek(1)).length === 0) return;
  const { name, offset } = reader;
  throw new DataError(`${name}: expected the end of the file at byte offset ${offset}, found more bytes`);
}

/** Size of a read to where numbers are kept. */
const PLACED_BYTES = 1 << 20;

async function* plainRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  type: ItemType,
  options: ReadOptions,
  firstRow: number,
): AsyncGenerator<Numbers> {
  const rowBytes = columns * type.bytes;
  const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / rowBytes));
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const { offset } = reader;
    const bytes = await reader.take(Math.min(rowsAtOnce, rows - first) * rowBytes);
    const placeOf = (index: number) =>
      cellPlace(
        reader.name,
        firstRow + first + Math.floor(index / columns),
        index % columns,
        offset + index * type.bytes,
      );
    const values = type.numbers(bytes, placeOf);
    expectFinite(values, placeOf, options);
    yield values;
  }
}

/** Reads numbers to where they are kept, or used, and checks them while they are in a cache. */
async function* placedRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  place: Numbers,
  options: ReadOptions,
  firstRow: number,
): AsyncGenerator<RowBatch> {
  const rowBytes = columns * place.BYTES_PER_ELEMENT;
  const isKept = place.length >= rows * columns;
  const rowsAtOnce = Math.max(1, Math.floor(Math.min(PLACED_BYTES, place.byteLength) / rowBytes));
  const others = { ids: null, labels: null, lines: null, columnNames: null, totalRows: rows };
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const { offset } = reader;
    const count = Math.min(rowsAtOnce, rows - first);
    const values = isKept ? place.subarray(first * columns) : place;
    await reader.fill(new Uint8Array(values.buffer, values.byteOffset, count * rowBytes));
    const placeOf = (index: number) =>
      cellPlace(
        reader.name,
        firstRow + first + Math.floor(index / columns),
        index % columns,
        offset + (index * rowBytes) / columns,
      );
    expectFinite(values.subarray(0, count * columns), placeOf, options);
    yield { rows: count, columns, values, ...others, ...(isKept && { isPlaced: true }) };
  }
}

async function* fortranRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  type: ItemType,
  options: ReadOptions,
): AsyncGenerator<Numbers> {
  const { offset } = reader;
  const placeOf = (index: number) =>
    cellPlace(reader.name, index % rows, Math.floor(index / rows), offset + index * type.bytes);
  const all = type.numbers(await reader.take(rows * columns * type.bytes), placeOf);
  expectFinite(all, placeOf, options);
  const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / (columns * all.BYTES_PER_ELEMENT)));
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first);
    const values = numbersLike(count * columns, all);
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < count; i++) values[i * columns + j] = all[j * rows + first + i];
    }
    yield values;
  }
}

/** Returns n and d for a shape. */
function expectRows(shape: readonly number[], source: Source): [rows: number, columns: number] {
  if (shape.length < 1 || shape.length > 2) refuseShape(shape, source);
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : [shape[0], shape[1]];
  // Offsets are exact doubles up to 2^53 bytes.
  if (rows * columns === 0 || rows * columns > 2 ** 50) {
    const text = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
    const isEmpty = shape[0] === 0;
    throw new (isEmpty ? NoRowsError : DataError)(`${source.name}: expected rows of numbers, found the shape ${text}`);
  }
  return [rows, columns];
}

/** @throws {DataError} for a file whose size differs from the size in its header. */
export function expectBytes({ name, size, offset }: ByteReader, bytes: number): void {
  if (size === null || size - offset === bytes) return;
  const place = `${bytes} bytes of numbers from byte offset ${offset} on`;
  throw new DataError(`${name}: expected ${place}, found ${size - offset}`, "was the file cut short?");
}
