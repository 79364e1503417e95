import { UsageError } from "../errors.js";
import { looksLikeBinaryWords } from "./binary-words-head.js";
import type { ReadOptions } from "./dialect.js";
import { NPY_MAGIC, startsWith, ZIP_MAGIC } from "./magic.js";
import type { Source } from "./open.js";
import { looksLikeJson } from "./recognise-text.js";
import type { RowBatch } from "./row-batch.js";
import { looksLikeWordVectors } from "./word-head.js";

/** Reads the vectors of a file in one format, a batch at a time, from start to end. */
export type BatchReader = (source: Source, options: ReadOptions) => AsyncGenerator<RowBatch>;

/** A kind of file that vectors come in. */
export interface FileFormat {
  /** How `--input-format` and messages call it. */
  readonly name: string;
  /** Endings of the names of its files, in lower case, with the point. */
  readonly extensions: readonly string[];
  /**
   * Whether a file is of this kind by its first bytes (inflated); left out where they do not tell.
   *
   * @param name its name in lower case, without the ending of a packing.
   */
  matches?(head: Uint8Array, name: string): boolean;
  /** Loads the reader, which only a file of this kind needs. */
  load(): Promise<BatchReader>;
}

const csv: FileFormat = {
  name: "csv",
  extensions: [".csv", ".tsv", ".tab", ".txt"],
  load: async () => (await import("./rows.js")).readRows,
};

const json: FileFormat = {
  name: "json",
  extensions: [".json", ".jsonl", ".ndjson"],
  matches: looksLikeJson,
  load: async () => (await import("./json/json-rows.js")).readJson,
};

const vec: FileFormat = {
  name: "vec",
  extensions: [".vec"],
  matches: looksLikeWordVectors,
  load: async () => (await import("./word-vectors.js")).readWordVectors,
};

const npy: FileFormat = {
  name: "npy",
  extensions: [".npy"],
  matches: (head) => startsWith(head, NPY_MAGIC),
  load: async () => (await import("./npy.js")).readNpy,
};

const npz: FileFormat = {
  name: "npz",
  extensions: [".npz"],
  matches: (head) => startsWith(head, ZIP_MAGIC),
  load: async () => (await import("./npz.js")).readNpz,
};

const binaryWords: FileFormat = {
  name: "word2vec-bin",
  extensions: [".bin"],
  matches: looksLikeBinaryWords,
  load: async () => (await import("./binary-words.js")).readBinaryWords,
};

const vecs = (["fvecs", "ivecs", "bvecs"] as const).map(
  (name): FileFormat => ({
    name,
    extensions: [`.${name}`],
    async load() {
      const { readVecs } = await import("./vecs.js");
      return (source, options) => readVecs(name, source, options);
    },
  }),
);

/** The formats, those that their bytes tell before those that only their names do; what none claims is CSV. */
export const FILE_FORMATS: readonly FileFormat[] = [npy, npz, json, binaryWords, vec, ...vecs, csv];

/**
 * The format of a file: the one that was asked for, else by its first bytes, else by its name, else CSV.
 *
 * @param head the first bytes, inflated.
 * @param asked the name of a format, or `auto`.
 * @throws {UsageError} for a format that is not known.
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
