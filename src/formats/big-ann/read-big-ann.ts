import { DataError, UsageError } from "../../core/errors.js";
import { ByteReader } from "../../input/byte-reader.js";
import type { ReadOptions } from "../../input/reader.js";
import { arrayIndex } from "../array-choice.js";
import { itemType } from "../npy/npy-items.js";
import { expectBytes, expectEnd, readRows } from "../npy/read-npy.js";
import type { BatchReader } from "../registry.js";

/** The types of the items, in NumPy's notation. */
const ITEMS = { fbin: "<f4", f16bin: "<f2", ibin: "<i4", u8bin: "|u1", i8bin: "|i1" } as const;

export type BigAnnFormat = keyof typeof ITEMS;

export const HEADER_BYTES = 8;

/** The names of the two arrays in a file of nearest neighbours. */
const ARRAYS = ["neighbors", "distances"];
const [NEIGHBOURS, DISTANCES] = ARRAYS;

/**
 * Returns the reader of a format of big-ann-benchmarks: the number of rows n and of dimensions d (uint32), then n×d components,
 * row-major, all little-endian. In an `.ibin` of nearest neighbours, n×d distances (float32) follow: `vectorColumn` selects the array
 * `neighbors` or `distances`.
 *
 * @see https://big-ann-benchmarks.com/neurips21.html
 * @see https://docs.rapids.ai/api/raft/stable/ann_benchmarks_dataset/ (`.f16bin`)
 */
export function bigAnnReader(format: BigAnnFormat): BatchReader {
  const [type, distanceType] = [ITEMS[format], ITEMS.fbin].map(itemType);
  if (!type || !distanceType) throw new Error(`no item type for ${format}`);
  return async function* read(source, options, sink) {
    const reader = await ByteReader.open(source);
    try {
      const [rows, columns] = await readShape(reader);
      const bytes = rows * columns * type.bytes;
      const wanted = format === "ibin" ? arrayOf(reader, bytes, options) : null;
      if (wanted === null) expectBytes(reader, bytes);
      if (wanted === DISTANCES) await reader.pass(bytes);
      yield* readRows(reader, rows, columns, wanted === DISTANCES ? distanceType : type, options, sink);
      if (wanted !== NEIGHBOURS) await expectEnd(reader);
    } finally {
      await reader.close();
    }
  };
}

async function readShape(reader: ByteReader): Promise<[rows: number, columns: number]> {
  const head = Buffer.from(await reader.take(HEADER_BYTES));
  const [rows, columns] = [head.readUInt32LE(0), head.readUInt32LE(4)];
  if (rows > 0 && columns > 0 && rows * columns <= 2 ** 50) return [rows, columns];
  const found = `${rows} rows and ${columns} dimensions`;
  throw new DataError(`${reader.name}: expected the numbers of rows and dimensions at byte offset 0, found ${found}`);
}

/**
 * Returns the array that is wanted of a file of nearest neighbours; null for a file without distances.
 *
 * @throws {DataError} if no array is named; {@link UsageError} for one that the file does not have.
 */
function arrayOf({ name, size, offset }: ByteReader, bytes: number, { vectorColumn }: ReadOptions): string | null {
  const isNamed = vectorColumn === NEIGHBOURS || vectorColumn === DISTANCES;
  // The size of a stream is unknown, so that the name decides.
  const hasDistances = size === null ? isNamed : size - offset === 2 * bytes;
  if (hasDistances && vectorColumn !== undefined) {
    return ARRAYS[arrayIndex(vectorColumn, ARRAYS, name)];
  }
  if (hasDistances) {
    throw new DataError(
      `${name}: expected ${bytes} bytes of integers from byte offset ${offset} on, found twice as many: distances follow the indices of nearest neighbours`,
      "the indices alone",
      { options: `--vector-column ${NEIGHBOURS}` },
    );
  }
  if (vectorColumn === DISTANCES) {
    throw new UsageError(`${name}: expected an array named "${DISTANCES}", found indices without distances`);
  }
  return null;
}
