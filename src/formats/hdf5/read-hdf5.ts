import { DataError } from "../../core/errors.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch } from "../../input/reader.js";
import { peek, type Source } from "../../input/source.js";
import { arrayIndex, shapeText, singleArray } from "../array-choice.js";
import { isMatlab73, python } from "../foreign/foreign-formats.js";
import { itemType } from "../npy/npy-items.js";
import { type HintAndFilter, recordFilter, shapeFilter } from "../npy/npy-refusals.js";
import { Hdf5File } from "./hdf5-file.js";
import type { Hdf5Array } from "./hdf5-library.js";

/** Maximum size of rows that are decompressed together. */
const MAX_CHUNK_BYTES = 1 << 28;
/** deflate makes at most 1032 bytes of one; other bytes were never written. */
const MAX_RATIO = 2048;
const MIN_CLAIM = 1 << 20;

/**
 * Reads the vectors of an HDF5 file, such as those of ann-benchmarks: from the array given by `vectorColumn`, otherwise from the only
 * array of numbers with two dimensions, otherwise from the only one with one dimension, which is one row. Rows are read in parts.
 *
 * @throws {DataError} listing the arrays if several could be meant, or for a damaged file.
 * @throws {UsageError} for an array that does not exist.
 */
export async function* readHdf5(input: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const { head, source } = await peek(input);
  // libhdf5 finds the data behind the mark of MATLAB, and would return them transposed.
  if (isMatlab73(head)) return yield* (await import("../foreign/refuse-foreign.js")).refuseForeign(source);
  const file = await Hdf5File.open(source);
  const { name } = file;
  try {
    if (file.arrays.some((array) => PANDAS_INDEX.test(array.name))) throw pandasTable(name);
    const array = chosen(file.arrays, name, options);
    const type = array.isNumeric ? itemType(array.dtype) : null;
    const [rows, columns] = rowsOf(array);
    if (!type || rows * columns === 0) throw unreadable(array, source);
    const rowBytes = columns * type.bytes;
    const chunkBytes = array.chunks?.reduce((product, length) => product * length, type.bytes) ?? 0;
    if (Math.max(rows * rowBytes, chunkBytes) > Math.max(MIN_CLAIM, MAX_RATIO * file.size)) {
      const found = `${shapeText(array)} in a file of ${file.size} bytes`;
      throw new DataError(`${name}: expected numbers in the dataset ${array.name}, found ${found}`, "was it written?");
    }
    const rowsAtOnce = rowsPerRead(array.chunks?.[0] ?? 1, rowBytes);
    for (let first = 0; first < rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - first);
      const bytes = await file.read({ array, first, count, bytes: count * rowBytes }, chunkBytes);
      source.file?.onRead(bytes.length);
      const placeOf = (index: number) =>
        cellPlace(`${name}: dataset ${array.name}`, first + Math.floor(index / columns), index % columns);
      const values = type.numbers(bytes, placeOf);
      expectFinite(values, placeOf, options);
      yield { rows: count, columns, values, ids: null, labels: null, lines: null, columnNames: null, totalRows: rows };
    }
  } finally {
    await file.close();
  }
}

/** The index that pandas keeps beside a table of records. */
const PANDAS_INDEX = /(?:^|\/)_i_table\//;

function pandasTable(file: string): DataError {
  const command = python("import pandas", "pandas.read_hdf(a).to_csv(sys.stdout)")(file);
  const message = `${file}: expected datasets of rows, found a table of pandas`;
  return new DataError(message, "this reads it", { filter: { file, command } });
}

/** Returns the number of rows to read at once: whole chunks, because each read decompresses them. */
function rowsPerRead(chunkRows: number, rowBytes: number): number {
  const fitting = Math.max(1, Math.floor(BATCH_BYTES / rowBytes));
  if (chunkRows * rowBytes > MAX_CHUNK_BYTES) return fitting;
  return fitting < chunkRows ? chunkRows : fitting - (fitting % chunkRows);
}

/** Returns the error for an array that holds no vectors of real numbers. */
function unreadable(array: Hdf5Array, source: Source): DataError {
  const { name, shape, dtype, isNumeric } = array;
  const expected = `${source.name}: expected numbers of one or two dimensions in the dataset ${name}`;
  const load = `import h5py; x = h5py.File(a)[${JSON.stringify(name)}][()]`;
  const isDeep = isNumeric && shape.length > 2 && !shape.includes(0);
  const hint: HintAndFilter = isDeep
    ? shapeFilter(shape, source, load)
    : dtype === "compounds"
      ? recordFilter(source, load)
      : [];
  return new DataError(`${expected}, found ${shapeText(array)}`, ...hint);
}

function chosen(arrays: readonly Hdf5Array[], file: string, options: ReadOptions): Hdf5Array {
  if (options.vectorColumn === undefined) return singleArray(arrays, file, options);
  const names = arrays.map(({ name }) => name);
  return arrays[arrayIndex(options.vectorColumn.replace(/^\//, ""), names, file)];
}

/** Returns n and d for a shape; zeros for one that is not read. */
function rowsOf({ shape }: Hdf5Array): [rows: number, columns: number] {
  if (shape.length === 1) return [1, shape[0]];
  return shape.length === 2 ? [shape[0], shape[1]] : [0, 0];
}
