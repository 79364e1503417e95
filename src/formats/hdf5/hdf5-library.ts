/** The library h5wasm, with the functions of libhdf5. */
export type Hdf5Library = Awaited<typeof import("h5wasm")["ready"]>;

/** An array in an HDF5 file. */
export interface Hdf5Array {
  /** The path without the first slash: `train`, `group/x`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of its items: in NumPy's notation if they are numbers, otherwise as messages call it. */
  readonly dtype: string;
  readonly isNumeric: boolean;
  /** The number of items that are compressed together, by dimension; null if they are not. */
  readonly chunks: readonly number[] | null;
}

/** Loads h5wasm: the build that reads files in place, or the one that reads them from memory. */
export async function loadLibrary(inPlace: boolean): Promise<Hdf5Library> {
  const { ready } = await (inPlace ? import("h5wasm/node") : import("h5wasm"));
  const library = await ready;
  // Errors of libhdf5 are otherwise printed to stderr.
  library.activate_throwing_error_handler();
  return library;
}

/**
 * Opens the file at a path, or one held in memory.
 *
 * @throws {Error} by libhdf5, for a file that is not sound.
 */
export function openFile(library: Hdf5Library, file: string | Uint8Array): bigint {
  const { H5F_ACC_RDONLY: mode, H5F_LIBVER_EARLIEST: oldest, H5F_LIBVER_LATEST: newest } = library;
  if (typeof file !== "string") library.FS.createDataFile("/", "file.h5", file, true, true, true);
  const id = library.open(typeof file === "string" ? file : "/file.h5", mode, false, oldest, newest);
  if (id <= 0n) throw new Error("no file of HDF5");
  return id;
}

/** Returns the arrays of a file. Links to other files are not followed. */
export function arraysOf(library: Hdf5Library, file: bigint): Hdf5Array[] {
  return library
    .get_names(file, "/", true)
    .filter((path) => library.get_type(file, path) === library.H5G_DATASET)
    .flatMap((path) => arrayAt(library, file, path) ?? []);
}

/** The classes of types in HDF5. */
const INTEGER = 0;
const FLOAT = 1;
const ENUMERATION = 8;
const KINDS: { readonly [type: number]: string | undefined } = {
  3: "text",
  4: "bit fields",
  5: "opaque bytes",
  6: "compounds",
  7: "references",
  [ENUMERATION]: "enumerations",
  9: "lists of variable length",
  10: "arrays",
};
const WIDTHS = [1, 2, 4, 8];

function arrayAt(library: Hdf5Library, file: bigint, name: string): Hdf5Array | null {
  const { shape, type, size, signed, vlen, chunks, enum_type } = library.get_dataset_metadata(file, name);
  if (!shape) return null;
  const members = enum_type?.members;
  const isBoolean = type === ENUMERATION && size === 1 && members?.TRUE === 1 && members.FALSE === 0;
  const letter = type === FLOAT ? "f" : type === INTEGER ? (signed ? "i" : "u") : isBoolean ? "u" : "";
  const isNumeric = letter !== "" && !vlen && WIDTHS.includes(size) && !(letter === "f" && size === 1);
  const dtype = isNumeric ? `<${letter}${size}` : (KINDS[type] ?? `numbers of ${size} bytes`);
  return { name, shape, dtype, isNumeric, chunks: chunks ?? null };
}

/** Consecutive rows of an array; an array of one dimension is one row. */
export interface Hdf5Rows {
  readonly array: Hdf5Array;
  readonly first: number;
  readonly count: number;
  /** The number of bytes that they take. */
  readonly bytes: number;
}

/**
 * Returns the bytes of rows, which libhdf5 converts to little-endian; they start their memory.
 *
 * @throws {Error} by libhdf5, for damaged data, and when memory is missing.
 */
export function readRows(library: Hdf5Library, file: bigint, rows: Hdf5Rows): Uint8Array<ArrayBuffer> {
  const { array, first, count, bytes } = rows;
  const [counts, offsets] =
    array.shape.length === 1
      ? [[array.shape[0]], [0]]
      : [
          [count, array.shape[1]],
          [first, 0],
        ];
  const at = library._malloc(bytes);
  if (at === 0) throw new Error(`rows of ${bytes} bytes, more than memory`);
  try {
    const steps = counts.map(() => 1n);
    library.get_dataset_data(file, array.name, counts.map(BigInt), offsets.map(BigInt), steps, BigInt(at));
    return new Uint8Array(library.HEAPU8.slice(at, at + bytes));
  } finally {
    library._free(at);
  }
}

/** The identifiers of the filters in libhdf5 itself; others are plugins. */
const LAST_BUILT_IN_FILTER = 6;

/** Returns the name of a filter of an array that the library does not have; null if there is none. */
export function missingFilter(library: Hdf5Library, file: bigint, array: Hdf5Array): string | null {
  try {
    const missing = library.get_dataset_filters(file, array.name).find(({ id }) => id > LAST_BUILT_IN_FILTER);
    return missing ? missing.name || `filter ${missing.id}` : null;
  } catch {
    return null;
  }
}
