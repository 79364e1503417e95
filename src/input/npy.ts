import { DataError } from "../errors.js";
import { sharedArray } from "../vectors.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadOptions } from "./dialect.js";
import { type CellPlaces, expectFinite } from "./finite.js";
import { type NpyHeader, readNpyHeader } from "./npy-header.js";
import { type ItemType, itemType } from "./npy-items.js";
import type { Source } from "./open.js";
import type { RowBatch } from "./row-batch.js";

const BATCH_BYTES = 1 << 22;

/**
 * Reads the rows of a NumPy array, n×d in C or Fortran order; an array of one dimension is one row. Rows of an array in
 * C order stream; one in Fortran order, whose rows end only with the file, is held in memory.
 *
 * @throws {DataError} for what is not an array of real numbers, all finite, of one or two dimensions.
 */
export async function* readNpy(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  try {
    yield* readArray(reader, options);
  } finally {
    await reader.close();
  }
}

/** The rows of the array that begins where a reader stands, and ends with its bytes. */
export async function* readArray(reader: ByteReader, { nonFinite }: ReadOptions): AsyncGenerator<RowBatch> {
  const { name } = reader;
  const header = await readNpyHeader(reader);
  const type = numberType(header, name);
  const [rows, columns] = rowsAndColumns(header, name);
  const begin = reader.offset;
  expectItems(reader, rows * columns * type.bytes);
  const isTransposed = header.isFortran && rows > 1 && columns > 1;
  const offsetOf = (row: number, column: number) =>
    begin + type.bytes * (isTransposed ? column * rows + row : row * columns + column);
  const read = isTransposed ? fortranRows : plainRows;
  for await (const batch of read(reader, rows, columns, type, offsetOf)) {
    if (nonFinite !== "keep") expectFinite(batch.values, batch.places);
    yield {
      rows: batch.values.length / columns,
      columns,
      values: batch.values,
      ids: null,
      labels: null,
      lines: null,
      columnNames: null,
      // A stream may end before the rows that its header promises.
      ...(reader.size !== null && { rowsInAll: rows }),
    };
  }
  if ((await reader.peek(1)).length > 0) {
    throw new DataError(`${name}: expected the end of the file at byte offset ${reader.offset}, found more bytes`);
  }
}

function numberType({ descr }: NpyHeader, name: string): ItemType {
  const type = itemType(descr);
  if (type) return type;
  const hints: { readonly [kind: string]: string } = {
    O: "an array of Python objects cannot be read safely: np.save(file, np.array(list, dtype=float))",
    c: "complex numbers have no order here: save their real parts",
    U: "an array of text: save the numbers alone",
    S: "an array of text: save the numbers alone",
  };
  const hint = hints[/[a-zA-Z]/.exec(descr)?.[0] ?? ""] ?? "np.save(file, array.astype(np.float32)) writes one that is";
  throw new DataError(`${name}: expected an array of f2, f4, f8, i1 to i8 or u1 to u8, found "${descr}"`, hint);
}

function rowsAndColumns({ shape }: NpyHeader, name: string): [number, number] {
  const text = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  if (shape.length < 1 || shape.length > 2) {
    throw new DataError(`${name}: expected an array of one or two dimensions, found the shape ${text}`);
  }
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape;
  if (rows === 0 || columns === 0) throw new DataError(`${name}: expected rows of numbers, found the shape ${text}`);
  if (!Number.isSafeInteger(8 * rows * columns)) {
    throw new DataError(`${name}: expected an array that fits a file, found the shape ${text}`);
  }
  return [rows, columns];
}

/** @throws {DataError} for a file that has not the bytes that its header promises, before memory is taken for them. */
function expectItems({ name, size, offset }: ByteReader, bytes: number): void {
  if (size === null || size - offset >= bytes) return;
  throw new DataError(
    `${name}: expected ${bytes} bytes of numbers from byte offset ${offset} on, found ${size - offset}`,
    "was the file cut short?",
  );
}

interface Rows {
  readonly values: RowBatch["values"];
  readonly places: CellPlaces;
}

type OffsetOf = NonNullable<CellPlaces["offsetOf"]>;

async function* plainRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  type: ItemType,
  offsetOf: OffsetOf,
): AsyncGenerator<Rows> {
  const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / (columns * type.bytes)));
  for (let firstRow = 0; firstRow < rows; firstRow += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - firstRow);
    const places = { name: reader.name, columns, firstRow, offsetOf };
    const bytes = aligned(await reader.take(count * columns * type.bytes), type.bytes);
    yield { values: type.numbers(bytes, places), places };
  }
}

/** Typed arrays begin only at whole items. */
function aligned(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % width === 0 ? bytes : bytes.slice();
}

/** Columns, as they come, put into the rows of an array that is held. */
async function* fortranRows(
  reader: ByteReader,
  rows: number,
  columns: number,
  type: ItemType,
  offsetOf: OffsetOf,
): AsyncGenerator<Rows> {
  let values: Float64Array | null = null;
  const places = { name: reader.name, columns, firstRow: 0, offsetOf };
  for (let column = 0; column < columns; column++) {
    const bytes = await reader.take(rows * type.bytes);
    const transposed = { name: reader.name, columns: 1, firstRow: 0, offsetOf: (row: number) => offsetOf(row, column) };
    const numbers = type.numbers(aligned(bytes, type.bytes), transposed);
    values ??= sharedArray(rows * columns);
    for (let row = 0; row < rows; row++) values[row * columns + column] = numbers[row];
  }
  if (values) yield { values, places };
}
