import type { Numbers } from "../kernels/numbers.js";
import { DataError } from "./errors.js";

export type { Numbers } from "../kernels/numbers.js";

/**
 * A set of vectors: one flat row-major array on shared memory.
 * Row `i` is `values.subarray(i * dimensions, (i + 1) * dimensions)`; every component is finite.
 */
export interface VectorSet {
  /** `rows × dimensions` components, row-major; float32 if requested. */
  readonly values: Numbers;
  /**
   * In place of values, which are empty: `rows` rows of packed bits, ⌈dimensions / 8⌉ bytes each, on shared memory. The first bit of
   * a byte is the highest one; bits after the last dimension are 0.
   */
  readonly bits?: Uint8Array;
  readonly rows: number;
  readonly dimensions: number;
  /** The number of components in the source, if only the first ones are used. */
  readonly wholeDimensions?: number;
  /** One id per row, or null if the source has none. */
  readonly ids: readonly string[] | null;
  /** The name of each component, or null if the source has none. */
  readonly columnNames: readonly string[] | null;
  /** One class label per row, or null if not requested. */
  readonly labels: readonly string[] | null;
  /** The source of the vectors, for messages: a path, `stdin`, `vectors`. */
  readonly name: string;
  /** The line of each row in its file, from 1; null if there is no file. */
  readonly lines: Uint32Array | null;
  /** In a part of a file: the number of its first row in the file, from 0. */
  readonly firstRow?: number;
  /** In a shard of a file: the number of rows of the file. */
  readonly fileRows?: number;
  /** In a set that was read from several files: the files, and the number of the first row of each among all rows. */
  readonly files?: readonly { readonly name: string; readonly firstRow: number }[];
}

/** Returns the numbers as doubles: the same array, or a copy. */
export function doublesOf(values: Numbers): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/** Returns the numbers as doubles on memory that workers can share: the same array, or a copy. */
export function sharedDoublesOf(values: Numbers): Float64Array {
  if (values instanceof Float64Array) return values;
  const doubles = sharedArray(values.length);
  doubles.set(values);
  return doubles;
}

/** Copies some rows of d components, or of d bytes, to `to`, one after the other, and returns it. */
export function copyRows<N extends Numbers | Uint8Array>(
  values: Numbers | Uint8Array,
  d: number,
  rows: Uint32Array,
  to: N,
): N {
  for (const [k, row] of rows.entries()) to.set(values.subarray(row * d, (row + 1) * d), k * d);
  return to;
}

/** Returns a set of some rows in this order. @param values their components. */
export function someRows(set: VectorSet, rows: Uint32Array, values: Numbers): VectorSet {
  const { files, ...others } = set;
  const { ids, labels, lines } = set;
  const of = <T>(list: readonly T[] | null) => list && Array.from(rows, (row) => list[row]);
  return {
    ...others,
    values,
    rows: rows.length,
    ids: of(ids),
    labels: of(labels),
    // Rows of several files have no common place.
    lines: lines && !files ? rows.map((row) => lines[row]) : null,
  };
}

/** Returns `length` zeros in the precision of `like`, on memory that workers can share. */
export function sharedNumbers(length: number, like: Numbers): Numbers {
  if (like instanceof Float64Array) return sharedArray(length);
  return sharedFloats(length);
}

/** Returns `length` float32 zeros on memory that workers can share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Returns zeros for rows of packed bits, on memory that workers can share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Returns the bytes of the components, or packed bits, of a set. */
export function bytesOf({ values, bits }: Pick<VectorSet, "values" | "bits">): number {
  return values.byteLength + (bits?.byteLength ?? 0);
}

/** Returns `length` zeros on memory that workers can share. */
export function sharedArray(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

/** Returns `length` zeros, such as numbers of rows, on memory that workers can share. */
export function sharedIntegers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

/**
 * Returns a set of vectors from arrays.
 *
 * @param rows n rows of d finite numbers each, n ≥ 1, d ≥ 1.
 * @param options `ids`, one per row; `name`, the name of the set in errors.
 * @throws {DataError} when there are no rows, rows differ in length, or a component is not finite.
 * @example vectorsFrom([[1, 2, 3], [9, 8, 7]]).dimensions // 3
 */
export function vectorsFrom(
  rows: readonly ArrayLike<number>[],
  { ids = null, name = "vectors" }: { ids?: readonly string[] | null; name?: string } = {},
): VectorSet {
  const dimensions = rows[0]?.length ?? 0;
  if (dimensions === 0) throw new DataError(`${name}: expected rows of numbers, found none`);
  if (ids && ids.length !== rows.length) {
    throw new DataError(`${name}: expected an id for each of ${rows.length} rows, found ${ids.length}`);
  }
  const values = sharedArray(rows.length * dimensions);
  rows.forEach((row, i) => {
    if (row.length !== dimensions) {
      throw new DataError(`${name}: row ${i}: expected ${dimensions} components, found ${row.length}`);
    }
    const bad = Array.from(row).findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DataError(`${name}: row ${i}: expected a finite number, found ${row[bad]}`);
    values.set(row, i * dimensions);
  });
  return { values, rows: rows.length, dimensions, ids, columnNames: null, labels: null, name, lines: null };
}

/** Yields a set in parts of at most `maxRows` rows, which share its memory. */
export function* inParts(set: VectorSet, maxRows: number): Generator<VectorSet> {
  if (set.rows <= maxRows) return yield set;
  for (let first = 0; first < set.rows; first += maxRows)
    yield rowsFrom(set, first, Math.min(set.rows, first + maxRows));
}

/** Returns the rows of a set from `first` to before `end`, which share its memory. */
export function rowsFrom(set: VectorSet, first: number, end: number): VectorSet {
  const { values, bits, dimensions: d, ids, labels, lines, firstRow = 0 } = set;
  const rowBytes = (bits?.length ?? 0) / set.rows;
  return {
    ...set,
    rows: end - first,
    values: values.subarray(first * d, end * d),
    ...(bits && { bits: bits.subarray(first * rowBytes, end * rowBytes) }),
    ids: ids?.slice(first, end) ?? null,
    labels: labels?.slice(first, end) ?? null,
    lines: lines?.subarray(first, end) ?? null,
    firstRow: firstRow + first,
  };
}

/** Formats the location of a row: `a.csv:4`, or `vectors: row 3` for vectors without a file. */
export function rowPlace({ name, lines, firstRow = 0, files = [] }: VectorSet, row: number): string {
  const at = firstRow + row;
  const file = files.filter((candidate) => candidate.firstRow <= at).at(-1) ?? { name, firstRow: 0 };
  // Files without lines have the line 0 beside files with lines.
  return lines?.[row] ? `${file.name}:${lines[row]}` : `${file.name}: row ${at - file.firstRow}`;
}

/** Formats a set with its shape, for errors: `a.csv (4×3)`. */
export function shapeOf({ name, rows, dimensions }: VectorSet): string {
  return `${name} (${rows}×${dimensions})`;
}
