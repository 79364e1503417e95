import { DataError } from "../errors.js";
import { sharedFloats } from "../vectors.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadOptions } from "./dialect.js";
import { expectFinite } from "./finite.js";
import type { Source } from "./open.js";
import type { RowBatch } from "./row-batch.js";

/** The components of the formats of the ANN benchmarks: float32, int32 or bytes. */
export type VecsKind = "fvecs" | "ivecs" | "bvecs";

const COMPONENT_BYTES = { fvecs: 4, ivecs: 4, bvecs: 1 } as const;
/** What stands before the components of each vector: how many there are. */
const COUNT_BYTES = 4;
const BATCH_BYTES = 1 << 22;
const MOST_DIMENSIONS = 1e6;

/**
 * Reads `.fvecs`, `.ivecs` or `.bvecs`: vectors one after the other, each the number of its components, as an int32, and
 * those; all little-endian.
 *
 * @throws {DataError} naming the byte offset where a vector has another number of components than the first, or is cut short.
 * @see http://corpus-texmex.irisa.fr
 */
export async function* readVecs(kind: VecsKind, source: Source, { nonFinite }: ReadOptions): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  try {
    const columns = await dimensionsOf(reader, kind);
    const rowBytes = COUNT_BYTES + columns * COMPONENT_BYTES[kind];
    const rowsInAll = reader.size === null ? null : Math.ceil(reader.size / rowBytes);
    const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / rowBytes));
    for (let firstRow = 0; ; ) {
      const { offset } = reader;
      const bytes = await reader.peek(rowsAtOnce * rowBytes);
      if (bytes.length === 0) return;
      const rows = Math.ceil(bytes.length / rowBytes);
      const values = componentsOf(bytes, kind, columns, reader);
      if (bytes.length < rows * rowBytes) throw reader.cutShort(rows * rowBytes - bytes.length, offset + bytes.length);
      const offsetOf = (row: number, column: number) => row * rowBytes + COUNT_BYTES + column * COMPONENT_BYTES[kind];
      if (nonFinite !== "keep") expectFinite(values, { name: source.name, columns, firstRow, offsetOf });
      reader.skip(bytes.length);
      firstRow += rows;
      const nothing = { ids: null, labels: null, lines: null, columnNames: null };
      yield { rows, columns, values, ...nothing, ...(rowsInAll !== null && { rowsInAll }) };
    }
  } finally {
    await reader.close();
  }
}

/** How many components the first vector has; as many as all must have. */
async function dimensionsOf(reader: ByteReader, kind: VecsKind): Promise<number> {
  const head = await reader.peek(COUNT_BYTES);
  if (head.length === 0) throw new DataError(`${reader.name}: expected vectors, found an empty file`);
  if (head.length < COUNT_BYTES) throw reader.cutShort(COUNT_BYTES - head.length, head.length);
  const columns = new DataView(head.buffer, head.byteOffset).getInt32(0, true);
  if (columns >= 1 && columns <= MOST_DIMENSIONS) return columns;
  throw new DataError(
    `${reader.name}: expected 1 to ${MOST_DIMENSIONS} components at byte offset 0, found ${columns}`,
    `is it a file of ${kind}?`,
  );
}

/** The components of whole vectors and, of one that is cut short at the end, of as many as there are. */
function componentsOf(
  bytes: Uint8Array,
  kind: VecsKind,
  columns: number,
  reader: ByteReader,
): Float32Array | Float64Array {
  const width = COMPONENT_BYTES[kind];
  const rowBytes = COUNT_BYTES + columns * width;
  const rows = Math.floor(bytes.length / rowBytes);
  const values = kind === "ivecs" ? new Float64Array(rows * columns) : sharedFloats(rows * columns);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = wordsOf(bytes, kind);
  for (let row = 0; row * rowBytes + COUNT_BYTES <= bytes.length; row++) {
    const start = row * rowBytes;
    const count = view.getInt32(start, true);
    if (count !== columns) {
      const place = `byte offset ${reader.offset + start}`;
      throw new DataError(`${reader.name}: expected ${columns} components at ${place}, as before, found ${count}`);
    }
    if (row === rows) break;
    const first = (start + COUNT_BYTES) / width;
    values.set(words.subarray(first, first + columns), row * columns);
  }
  return values;
}

function wordsOf(bytes: Uint8Array, kind: VecsKind): Float32Array | Int32Array | Uint8Array {
  if (kind === "bvecs") return bytes;
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const count = Math.floor(whole.length / 4);
  return kind === "fvecs"
    ? new Float32Array(whole.buffer, whole.byteOffset, count)
    : new Int32Array(whole.buffer, whole.byteOffset, count);
}
