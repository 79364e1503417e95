import { createInflateRaw } from "node:zlib";
import { DataError, UsageError } from "../errors.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadOptions } from "./dialect.js";
import { readArray } from "./npy.js";
import { readNpyTexts } from "./npy-texts.js";
import { openStream, type Source } from "./open.js";
import { openAnywhere, type RandomAccess } from "./random-access.js";
import type { RowBatch } from "./row-batch.js";
import { DEFLATED, damaged, STORED, startOf, type ZipEntry, zipEntries } from "./zip.js";

/** What arrays of vectors are often called; NumPy's own name for the first unnamed one comes last. */
const USUAL = ["embeddings", "embedding", "vectors", "vector", "values", "features", "X", "x", "data", "arr_0"];
const CHUNK_BYTES = 1 << 18;

/**
 * Reads an array of a NumPy archive, compressed or not: the only one, the one that `--vector-column` names, or one of a
 * usual name. An array of one dimension called `ids` beside it holds the ids.
 *
 * @throws {DataError} for a damaged archive, and whatever {@link readArray} throws; {@link UsageError} when several
 * arrays are there, or none of the name that was given.
 */
export async function* readNpz(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const file = await openAnywhere(source);
  try {
    const entries = new Map((await zipEntries(file)).map((entry) => [entry.name.replace(/\.npy$/, ""), entry]));
    const [name, entry] = chosenArray(entries, options, source.name);
    const ids = entries.get("ids");
    const texts = ids && name !== "ids" ? await readNpyTexts(await readerOf(file, ids)) : null;
    let firstRow = 0;
    for await (const batch of readArray(await readerOf(file, entry), options)) {
      yield { ...batch, ids: texts?.slice(firstRow, firstRow + batch.rows) ?? null };
      firstRow += batch.rows;
    }
    if (texts && texts.length !== firstRow) {
      throw new DataError(`${source.name}: expected an id for each of ${firstRow} rows, found ${texts.length} in ids`);
    }
  } finally {
    await file.close();
  }
}

function chosenArray(
  entries: ReadonlyMap<string, ZipEntry>,
  { vectorColumn }: ReadOptions,
  name: string,
): [string, ZipEntry] {
  const arrays = [...entries].filter(([array]) => array !== "ids" || entries.size === 1);
  const wanted = vectorColumn ?? (arrays.length === 1 ? arrays[0][0] : USUAL.find((usual) => entries.has(usual)));
  const entry = wanted === undefined ? undefined : entries.get(wanted);
  if (wanted !== undefined && entry) return [wanted, entry];
  const found = [...entries.keys()].slice(0, 12).join(", ") || "none";
  if (vectorColumn === undefined && entries.size === 0) throw new DataError(`${name}: expected arrays, found none`);
  throw new UsageError(
    `${name}: expected an array ${vectorColumn === undefined ? "of vectors" : `called "${vectorColumn}"`}, found ${found}`,
    "--vector-column names the one to read",
  );
}

/** The bytes of an entry, from its start to its end. */
async function readerOf(file: RandomAccess, entry: ZipEntry): Promise<ByteReader> {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new DataError(
      `${file.name}: expected stored or deflated arrays, found ${entry.name} packed by method ${entry.method}`,
    );
  }
  const name = `${file.name}: ${entry.name}`;
  return ByteReader.open(openStream(name, unpacked(file, entry, await startOf(file, entry))));
}

async function* unpacked(file: RandomAccess, entry: ZipEntry, start: number): AsyncGenerator<Uint8Array> {
  if (entry.method === STORED) return yield* stored(file, start, entry.compressedSize);
  const { pipeline } = await import("node:stream");
  try {
    yield* pipeline(stored(file, start, entry.compressedSize), createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("Z_")) throw error;
    throw damaged(file, start, `damaged data in ${entry.name}`);
  }
}

async function* stored(file: RandomAccess, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; ) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, length - done));
    const read = await file.read(chunk, start + done);
    if (read === 0) return;
    done += read;
    yield chunk.subarray(0, read);
  }
}
