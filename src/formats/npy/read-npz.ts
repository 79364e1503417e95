import { DataError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { ByteReader } from "../../input/byte-reader.js";
import { columnIndex } from "../../input/columns.js";
import { openAnywhere, type RandomAccess } from "../../input/random-access.js";
import type { ColumnReference, ReadOptions, RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { readZipEntries } from "../../input/zip.js";
import { arrayIndex, type NamedArrayInfo, singleArray } from "../array-choice.js";
import { withColumns } from "../array-columns.js";
import { python } from "../foreign/foreign-formats.js";
import { readNpyHeader } from "./npy-header.js";
import { itemType } from "./npy-items.js";
import { readNpyTexts } from "./npy-texts.js";
import { readNpy } from "./read-npy.js";

/** Names of the vector array if there are several arrays, most likely first. */
const VECTOR_NAMES = ["embeddings", "vectors", "arr_0"];
const ID_NAME = "ids";

/**
 * Reads the vectors of a `.npz` file: its only array, or the one given by `vectorColumn`, or one called `embeddings`,
 * `vectors` or `arr_0`, or the only one of two dimensions. The ids are in the array given by `idColumn` or called `ids`; `labelColumn` gives the array of
 * labels.
 *
 * The directory of a zip file is at its end: input from a pipe is held in memory.
 *
 * @throws {UsageError} for an array that does not exist.
 */
export async function* readNpz(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const file = await openAnywhere(source);
  try {
    const arrays = await readArrays(file);
    const { left, ...others } = chosen(arrays, options, file.name);
    const vectors = others.vectors ?? singleArray(await described(left), file.name, options).source;
    const ids = others.ids && (await readNpyTexts(others.ids));
    const labels = others.labels && (await readNpyTexts(others.labels));
    let rows = 0;
    for await (const batch of readArray(vectors, columnOptions(options))) {
      const first = rows;
      rows += batch.rows;
      // Rows without an id or label are only counted, for the error below.
      if ([ids, labels].some((texts) => texts && texts.length < rows)) continue;
      yield { ...batch, ids: ids?.slice(first, rows) ?? batch.ids, labels: labels?.slice(first, rows) ?? batch.labels };
    }
    for (const texts of [ids, labels]) {
      if (!texts || texts.length === rows) continue;
      const found = `${texts.length} ${texts === ids ? "ids" : "labels"}`;
      throw new DataError(`${file.name}: expected one text for each of ${rows} rows, found ${found}`);
    }
  } finally {
    await file.close();
  }
}

const readArray = withColumns(readNpy);

/** Returns the options that apply to the array of vectors: its columns are numbered, not named. */
function columnOptions({ columns, idColumn, labelColumn, nonFinite }: ReadOptions): ReadOptions {
  return {
    ...(nonFinite !== undefined && { nonFinite }),
    ...(columns !== undefined && { columns }),
    ...(typeof idColumn === "number" && { idColumn }),
    ...(typeof labelColumn === "number" && { labelColumn }),
  };
}

/** Returns the arrays in a file by name, as sources of `.npy`. */
async function readArrays(file: RandomAccess): Promise<Map<string, Source>> {
  const arrays = new Map<string, Source>();
  const entries = await readZipEntries(file);
  for (const { name, bytes } of entries) {
    const array = name.slice(0, -4);
    const member = { file: file.name, array };
    if (name.endsWith(".npy")) arrays.set(array, { name: `${file.name}/${name}`, bytes, member });
  }
  if (arrays.size === 0) throw noArrays(file.name, entries);
  if (SPARSE_NAMES.every((name) => arrays.has(name))) throw sparse(file.name);
  return arrays;
}

/** The arrays that `scipy.sparse.save_npz` writes. */
const SPARSE_NAMES = ["data", "format", "shape"];

function sparse(file: string): DataError {
  const statements = ["import numpy as np", "import scipy.sparse as s"];
  const command = python(...statements, "np.save(sys.stdout.buffer, s.load_npz(a).toarray())")(file);
  const message = `${file}: expected arrays of rows, found a sparse matrix of SciPy`;
  return new DataError(message, "this reads all its cells", { filter: { file, command } });
}

const FILES_LISTED = 6;

function noArrays(file: string, entries: readonly { readonly name: string }[]): DataError {
  const names = entries.map(({ name }) => name).filter((name) => !name.endsWith("/"));
  const more = names.length > FILES_LISTED ? ", …" : "";
  const found = names.slice(0, FILES_LISTED).join(", ") || "an empty zip file";
  const message = `${file}: expected a zip file of .npy arrays, found ${found}${more}`;
  if (names.length === 0) return new DataError(message);
  const command = `unzip -p ${shellWord(file)} ${shellWord(names[0])}`;
  return new DataError(message, "this reads one file", { filter: { file, command } });
}

interface DescribedArray extends NamedArrayInfo {
  readonly source: Source;
}

/** Reads the headers of arrays. */
async function described(arrays: readonly (readonly [string, Source])[]): Promise<DescribedArray[]> {
  const list: DescribedArray[] = [];
  for (const [name, source] of arrays) {
    const reader = await ByteReader.open(source);
    try {
      const { shape, descr } = await readNpyHeader(reader);
      list.push({ name, source, shape, dtype: descr, isNumeric: itemType(descr) !== null });
    } finally {
      await reader.close();
    }
  }
  return list;
}

interface Chosen {
  readonly vectors: Source | null;
  /** The arrays that are neither ids nor labels. */
  readonly left: readonly (readonly [string, Source])[];
  readonly ids: Source | null;
  readonly labels: Source | null;
}

function chosen(arrays: ReadonlyMap<string, Source>, options: ReadOptions, file: string): Chosen {
  const names = [...arrays.keys()];
  const named = (column: ColumnReference | undefined) =>
    typeof column === "string" ? names[columnIndex(column, names, names.length, file)] : null;
  const label = named(options.labelColumn);
  const hasIdArray = names.length > 1 && options.idColumn === undefined && arrays.has(ID_NAME);
  const id = named(options.idColumn) ?? (hasIdArray ? ID_NAME : null);
  const left = names.filter((name) => name !== id && name !== label);
  const usual = VECTOR_NAMES.find((name) => left.includes(name));
  const asked = options.vectorColumn;
  const vectors = asked !== undefined ? names[arrayIndex(asked, names, file)] : left.length === 1 ? left[0] : usual;
  const sourceOf = (name: string | null) => (name === null ? null : (arrays.get(name) ?? null));
  return {
    vectors: sourceOf(vectors ?? null),
    left: [...arrays].filter(([name]) => left.includes(name)),
    ids: sourceOf(id),
    labels: sourceOf(label),
  };
}
