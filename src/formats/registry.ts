import { UsageError } from "../core/errors.js";
import type { ReadOptions, RowBatch, RowSink } from "../input/reader.js";
import { looksLikeJson } from "../input/recognise-text.js";
import type { Source } from "../input/source.js";
import { withColumns } from "./array-columns.js";
import { looksLikeSvmlight } from "./svmlight/svmlight-head.js";
import { isWord2vecBin, looksLikeWordVectors } from "./word-vectors/word-head.js";

/** Reads the vectors of a file in one format, in batches. */
export type BatchReader = (source: Source, options: ReadOptions, sink?: RowSink | null) => AsyncGenerator<RowBatch>;

/** A file format for vectors. */
export interface FileFormat {
  /** The name in `--input-format` and messages. */
  readonly name: string;
  /** File name extensions in lower case, with the dot. */
  readonly extensions: readonly string[];
  /**
   * Returns whether a file has this format, by its first bytes (decompressed); absent if the bytes do not identify it.
   *
   * @param name the file name in lower case, without the extension of a compression format.
   */
  matches?(head: Uint8Array, name: string): boolean;
  /** Loads the reader on demand. */
  load(): Promise<BatchReader>;
}

const csv: FileFormat = {
  name: "csv",
  extensions: [".csv", ".tsv", ".tab", ".txt"],
  load: async () => (await import("./csv/read-csv.js")).readRows,
};

const json: FileFormat = {
  name: "json",
  extensions: [".json", ".jsonl", ".ndjson"],
  // A `.vec` file may begin with a word that looks like JSON.
  matches: (head, name) => looksLikeJson(head) && !name.endsWith(".vec"),
  load: async () => (await import("./json/json-rows.js")).readJson,
};

const vec: FileFormat = {
  name: "vec",
  extensions: [".vec"],
  matches: looksLikeWordVectors,
  load: async () => (await import("./word-vectors/read-word-vectors.js")).readWordVectors,
};

const npy: FileFormat = {
  name: "npy",
  extensions: [".npy"],
  matches: (head) => head[0] === 0x93 && startsWith(head, "NUMPY", 1),
  load: async () => withColumns((await import("./npy/read-npy.js")).readNpy),
};

const npz: FileFormat = {
  name: "npz",
  extensions: [".npz"],
  matches: (head) => startsWith(head, "PK\x03\x04"),
  load: async () => (await import("./npy/read-npz.js")).readNpz,
};

const parquet: FileFormat = {
  name: "parquet",
  extensions: [".parquet", ".pq"],
  matches: (head) => startsWith(head, "PAR1"),
  load: async () => (await import("./parquet/read-parquet.js")).readParquet,
};

const fvecs: FileFormat = {
  name: "fvecs",
  extensions: [".fvecs"],
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readFvecs),
};

const ivecs: FileFormat = {
  name: "ivecs",
  extensions: [".ivecs"],
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readIvecs),
};

const bvecs: FileFormat = {
  name: "bvecs",
  extensions: [".bvecs"],
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readBvecs),
};

const word2vecBin: FileFormat = {
  name: "word2vec-bin",
  extensions: [".bin"],
  matches: isWord2vecBin,
  load: async () => withColumns((await import("./word-vectors/read-word2vec-bin.js")).readWord2vecBin),
};

const svmlight: FileFormat = {
  name: "svmlight",
  extensions: [".svm", ".svmlight", ".libsvm"],
  matches: looksLikeSvmlight,
  load: async () => (await import("./svmlight/read-svmlight.js")).readSvmlight,
};

/** The formats in the order of detection; a file that matches none is CSV. */
// biome-ignore format: a format a line
export const FILE_FORMATS: readonly FileFormat[] = [
  npy,
  npz,
  parquet,
  json,
  word2vecBin,
  vec,
  fvecs,
  ivecs,
  bvecs,
  svmlight,
  csv,
];

/**
 * Returns the format of a file: the requested one, or the one detected by its first bytes, then by its name, otherwise
 * CSV.
 *
 * @param head the first bytes, decompressed.
 * @param asked the name of a format, or `auto`.
 * @throws {UsageError} for an unknown format.
 */
export function formatOf(head: Uint8Array, name: string, asked = "auto"): FileFormat {
  if (asked !== "auto") {
    const format = FILE_FORMATS.find((candidate) => candidate.name === asked);
    if (format) return format;
    const names = FILE_FORMATS.map((candidate) => candidate.name).join(", ");
    throw new UsageError(`expected an input format of auto, ${names}, found "${asked}"`);
  }
  const base = name.toLowerCase().replace(/\.(?:gz|zst)$/, "");
  const byName = (format: FileFormat) => format.extensions.some((extension) => base.endsWith(extension));
  return FILE_FORMATS.find((format) => format.matches?.(head, base)) ?? FILE_FORMATS.find(byName) ?? csv;
}

function startsWith(head: Uint8Array, text: string, at = 0): boolean {
  return Buffer.from(head.subarray(at, at + text.length)).toString("latin1") === text;
}
