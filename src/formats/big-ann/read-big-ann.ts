import { DataError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { ByteReader } from "../../input/byte-reader.js";
import { itemType } from "../npy/npy-items.js";
import { expectBytes, expectEnd, readRows } from "../npy/read-npy.js";
import type { BatchReader } from "../registry.js";

/** The types of the items, in NumPy's notation. */
const ITEMS = { fbin: "<f4", f16bin: "<f2", ibin: "<i4", u8bin: "|u1", i8bin: "|i1" } as const;

export type BigAnnFormat = keyof typeof ITEMS;

export const HEADER_BYTES = 8;

/**
 * Returns the reader of a format of big-ann-benchmarks: the number of rows n and of dimensions d (uint32), then n×d components,
 * row-major, all little-endian.
 *
 * @see https://big-ann-benchmarks.com/neurips21.html
 * @see https://docs.rapids.ai/api/raft/stable/ann_benchmarks_dataset/ (`.f16bin`)
 */
export function bigAnnReader(format: BigAnnFormat): BatchReader {
  const type = itemType(ITEMS[format]);
  if (!type) throw new Error(`no item type for ${format}`);
  return async function* read(source, options, sink) {
    const reader = await ByteReader.open(source);
    try {
      const [rows, columns] = await readShape(reader);
      const bytes = rows * columns * type.bytes;
      if (format === "ibin") expectNoDistances(reader, bytes);
      expectBytes(reader, bytes);
      yield* readRows(reader, rows, columns, type, options, sink);
      await expectEnd(reader);
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

/** @throws {DataError} for a file of nearest neighbours, where as many distances (float32) follow the indices. */
function expectNoDistances({ name, size, offset }: ByteReader, bytes: number): void {
  if (size === null || size - offset !== 2 * bytes) return;
  const found = `twice as many: distances follow the indices of nearest neighbours`;
  throw new DataError(
    `${name}: expected ${bytes} bytes of integers from byte offset ${offset} on, found ${found}`,
    `the indices alone: head -c ${offset + bytes} ${shellWord(name)} | simcli convert --input-format ibin -`,
  );
}
