import { DataError, UsageError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import type { ReadOptions, RowBatch, RowSink } from "../input/reader.js";
import { looksLikeJson } from "../input/recognise-text.js";
import type { Source } from "../input/source.js";
import { withColumns } from "./array-columns.js";
import { isPickle, isSafetensors, startsWith } from "./first-bytes.js";
import { isForeign, isStandIn } from "./foreign/foreign-formats.js";
import type { RecordReader } from "./records.js";
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
  /** Whether a file name with one of the extensions decides, because the first bytes can be those of any format. */
  readonly isNamed?: true;
  /** Whether a file holds one array without a name. */
  readonly isUnnamed?: true;
  /** Whether a file holds numbers as memory does, so that it is read as fast in parts as at once. */
  readonly isBinary?: true;
  /** Whether the place of a row in a file is known without reading the rows before it. */
  readonly hasRowPlaces?: true;
  /** Loads the reader on demand. */
  load(): Promise<BatchReader>;
  /** Loads the reader of columns, in a format of tables. */
  loadRecords?(): Promise<RecordReader>;
}

const csv: FileFormat = {
  name: "csv",
  extensions: [".csv", ".tsv", ".tab", ".txt"],
  load: async () => (await import("./csv/read-csv.js")).readRows,
  loadRecords: async () => (await import("./csv/csv-records.js")).readCsvRecords,
};

const json: FileFormat = {
  name: "json",
  extensions: [".json", ".jsonl", ".ndjson"],
  // A `.vec` file may begin with a word that looks like JSON.
  matches: (head, name) => looksLikeJson(head) && !name.endsWith(".vec"),
  load: async () => (await import("./json/read-json.js")).readJson,
  loadRecords: async () => (await import("./json/json-records.js")).readJsonRecords,
};

const vec: FileFormat = {
  name: "vec",
  extensions: [".vec"],
  isUnnamed: true,
  matches: looksLikeWordVectors,
  load: async () => (await import("./word-vectors/read-word-vectors.js")).readWordVectors,
};

const npy: FileFormat = {
  name: "npy",
  extensions: [".npy"],
  hasRowPlaces: true,
  isUnnamed: true,
  isBinary: true,
  matches: (head) => head[0] === 0x93 && startsWith(head, "NUMPY", 1),
  load: async () => withColumns((await import("./npy/read-npy.js")).readNpy),
};

const safetensors: FileFormat = {
  name: "safetensors",
  extensions: [".safetensors"],
  isBinary: true,
  hasRowPlaces: true,
  matches: isSafetensors,
  load: async () => withColumns((await import("./safetensors/read-safetensors.js")).readSafetensors),
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
  hasRowPlaces: true,
  matches: (head) => startsWith(head, "PAR1"),
  load: async () => (await import("./parquet/read-parquet.js")).readParquet,
  loadRecords: async () => (await import("./parquet/parquet-records.js")).readParquetRecords,
};

const arrow: FileFormat = {
  name: "arrow",
  extensions: [".arrow", ".feather", ".arrows", ".ipc"],
  hasRowPlaces: true,
  // A file, version 1 of Feather, or a stream: a mark of 4 bytes and the length of the schema.
  matches: (head) =>
    startsWith(head, "ARROW1") || startsWith(head, "FEA1") || (startsWith(head, "\xff\xff\xff\xff") && head[7] === 0),
  load: async () => (await import("./arrow/read-arrow.js")).readArrow,
  loadRecords: async () => (await import("./arrow/arrow-records.js")).readArrowRecords,
};

const hdf5: FileFormat = {
  name: "hdf5",
  extensions: [".hdf5", ".h5"],
  matches: (head) => startsWith(head, "\x89HDF\r\n\x1a\n"),
  load: async () => withColumns((await import("./hdf5/read-hdf5.js")).readHdf5),
};

const fvecs: FileFormat = {
  name: "fvecs",
  extensions: [".fvecs"],
  hasRowPlaces: true,
  isNamed: true,
  isUnnamed: true,
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readFvecs),
};

const ivecs: FileFormat = {
  name: "ivecs",
  extensions: [".ivecs"],
  hasRowPlaces: true,
  isNamed: true,
  isUnnamed: true,
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readIvecs),
};

const bvecs: FileFormat = {
  name: "bvecs",
  extensions: [".bvecs"],
  hasRowPlaces: true,
  isNamed: true,
  isUnnamed: true,
  load: async () => withColumns((await import("./vecs/read-vecs.js")).readBvecs),
};

const word2vecBin: FileFormat = {
  name: "word2vec-bin",
  extensions: [".bin"],
  isUnnamed: true,
  matches: isWord2vecBin,
  load: async () => withColumns((await import("./word-vectors/read-word2vec-bin.js")).readWord2vecBin),
};

const svmlight: FileFormat = {
  name: "svmlight",
  extensions: [".svm", ".svmlight", ".libsvm"],
  matches: looksLikeSvmlight,
  load: async () => (await import("./svmlight/read-svmlight.js")).readSvmlight,
};

/** Returns a format of big-ann-benchmarks: a header of two counts, then the components of all rows. */
function bigAnn(name: "fbin" | "f16bin" | "ibin" | "u8bin" | "i8bin"): FileFormat {
  return {
    name,
    extensions: [`.${name}`],
    hasRowPlaces: true,
    isNamed: true,
    isBinary: true,
    // An `.ibin` of nearest neighbours has two arrays.
    ...(name !== "ibin" && { isUnnamed: true as const }),
    load: async () => withColumns((await import("./big-ann/read-big-ann.js")).bigAnnReader(name)),
  };
}

/** Pickles, which are recognised only for the error. */
const pickle: FileFormat = {
  name: "pickle",
  extensions: [".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib"],
  matches: isPickle,
  load: async () => (await import("./foreign/refuse-pickle.js")).refusePickle,
};

/** Formats of other programs, which are recognised only for the error. */
const foreign: FileFormat = {
  name: "foreign",
  extensions: [],
  matches: isForeign,
  load: async () => (await import("./foreign/refuse-foreign.js")).refuseForeign,
};

/** The formats in the order of detection; a file that matches none is CSV. */
// biome-ignore format: a format a line
export const FILE_FORMATS: readonly FileFormat[] = [
  npy,
  safetensors,
  npz,
  parquet,
  arrow,
  hdf5,
  json,
  word2vecBin,
  vec,
  fvecs,
  ivecs,
  bvecs,
  svmlight,
  bigAnn("fbin"),
  bigAnn("f16bin"),
  bigAnn("ibin"),
  bigAnn("u8bin"),
  bigAnn("i8bin"),
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
  // The scripts of big-ann-benchmarks call the first n rows of a file base.1B.fbin.crop_nb_n.
  const base = name.toLowerCase().replace(/\.(?:gz|zst|crop_nb_\d+)$/, "");
  const byName = (format: FileFormat) => format.extensions.some((extension) => base.endsWith(extension));
  const all = [pickle, foreign, ...FILE_FORMATS];
  return (
    (isStandIn(head) ? foreign : undefined) ??
    all.find((format) => format.isNamed && byName(format)) ??
    all.find((format) => format.matches?.(head, base)) ??
    all.find(byName) ??
    csv
  );
}

/**
 * Returns a format that reads the named array of a file.
 *
 * @param name the file with the name of the array, for messages.
 * @throws {DataError} for a format whose arrays have no names.
 */
export function forArray(format: FileFormat, array: string, name: string, path: string): FileFormat {
  if (format.isUnnamed) {
    throw new DataError(
      `${name}: expected a file of named arrays, found ${format.name}`,
      `name the file: ${shellWord(path)}`,
    );
  }
  return {
    ...format,
    async load() {
      const read = await format.load();
      return (source, options, sink) => read({ ...source, name: path }, { ...options, vectorColumn: array }, sink);
    },
  };
}
