import { DataError } from "../../core/errors.js";
import { columnIndex } from "../../input/columns.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { type Hdf5Array, Hdf5File } from "./hdf5-file.js";

/** Maximum number of arrays in a message. */
const ARRAYS_SHOWN = 12;
/** Maximum size of rows that are compressed together. */
const MAX_CHUNK_BYTES = 1 << 28;
/** deflate makes at most 1032 bytes of one; other bytes were never written. */
const MAX_RATIO = 2048;
const MIN_CLAIM = 1 << 20;

/**
 * Reads the vectors of an HDF5 file, such as those of ann-benchmarks: from the array given by `vectorColumn`, or its only
 * array of numbers with two dimensions. An array of one dimension is one row. Rows are read in parts.
 *
 * @throws {DataError} listing the arrays if there are several, or for a damaged file.
 * @throws {UsageError} for an array that does not exist.
 */
export async function* readHdf5(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const file = await Hdf5File.open(source);
  const { name } = file;
  try {
    const array = chosen(file.arrays(), options.vectorColumn, name);
    const { type, shape, path } = array;
    const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape;
    if (!type || rows * columns === 0) {
      throw new DataError(`${name}: expected rows of numbers in the dataset ${path}, found ${shapeText(shape)}`);
    }
    const rowBytes = columns * type.bytes;
    if (rows * rowBytes > Math.max(MIN_CLAIM, MAX_RATIO * file.size)) {
      const found = `${shapeText(shape)} numbers in a file of ${file.size} bytes`;
      throw new DataError(`${name}: expected numbers in the dataset ${path}, found ${found}`, "was it written?");
    }
    const rowsAtOnce = rowsPerRead(array.chunkRows, rowBytes);
    for (let first = 0; first < rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - first);
      const bytes = file.rows(array, first, count);
      source.file?.onRead(bytes.length);
      const placeOf = (index: number) =>
        cellPlace(`${name}: dataset ${path}`, first + Math.floor(index / columns), index % columns);
      const values = type.numbers(bytes, placeOf);
      expectFinite(values, placeOf, options);
      yield { rows: count, columns, values, ids: null, labels: null, lines: null, columnNames: null, totalRows: rows };
    }
  } finally {
    file.close();
  }
}

/** Returns the number of rows to read at once: whole chunks, because each read decompresses them. */
function rowsPerRead(chunkRows: number, rowBytes: number): number {
  const fitting = Math.max(1, Math.floor(BATCH_BYTES / rowBytes));
  if (chunkRows * rowBytes > MAX_CHUNK_BYTES) return fitting;
  return fitting < chunkRows ? chunkRows : fitting - (fitting % chunkRows);
}

function chosen(arrays: readonly Hdf5Array[], named: string | undefined, file: string): Hdf5Array {
  if (named !== undefined) {
    const paths = arrays.map(({ path }) => path);
    const array = arrays[columnIndex(named.replace(/^\//, ""), paths, paths.length, file)];
    if (array.type && (array.shape.length === 1 || array.shape.length === 2)) return array;
    const found = array.type ? shapeText(array.shape) : array.kind;
    throw new DataError(`${file}: expected numbers of one or two dimensions in the dataset ${named}, found ${found}`);
  }
  const numbers = arrays.filter(({ type }) => type !== null);
  const tables = numbers.filter(({ shape }) => shape.length === 2);
  const rows = numbers.filter(({ shape }) => shape.length === 1);
  const [only, ...others] = tables.length > 0 ? tables : rows;
  if (only && others.length === 0) return only;
  const candidates = only ? [only, ...others] : arrays;
  const shown = candidates.slice(0, ARRAYS_SHOWN).map(({ path, shape }) => `${path} (${shapeText(shape)})`);
  const found = [...shown, ...(candidates.length > ARRAYS_SHOWN ? ["…"] : [])].join(", ") || "none";
  const usual = candidates.find(({ path }) => path === "train") ?? only;
  throw new DataError(
    `${file}: expected one dataset of numbers, found ${found}`,
    usual && `--vector-column ${usual.path} reads one of them`,
  );
}

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? "a single value" : shape.join("×"));
