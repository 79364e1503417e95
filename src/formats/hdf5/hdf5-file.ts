import { DataError } from "../../core/errors.js";
import { openInPlace } from "../../input/random-access.js";
import type { Source } from "../../input/source.js";
import { type ItemType, itemType } from "../npy/npy-items.js";
import { type Hdf5, loadHdf5, noteStop } from "./load-hdf5.js";

/** An array in an HDF5 file. */
export interface Hdf5Array {
  /** The path without the first slash: `train`, `group/x`. */
  readonly path: string;
  readonly shape: readonly number[];
  /** The type of its items; null if they are not numbers. */
  readonly type: ItemType | null;
  /** The type of its items, for messages. */
  readonly kind: string;
  /** Number of rows that are compressed together; 1 if none are. */
  readonly chunkRows: number;
}

/** The classes of types in HDF5. */
const INTEGER = 0;
const FLOAT = 1;
const ENUMERATION = 8;
const KINDS: { readonly [type: number]: string | undefined } = {
  3: "text",
  4: "a bit field",
  5: "opaque bytes",
  6: "compound",
  7: "references",
  [ENUMERATION]: "an enumeration",
  9: "lists of variable length",
  10: "arrays",
};

/** An open HDF5 file. */
export class Hdf5File {
  private constructor(
    readonly name: string,
    /** Size in bytes. */
    readonly size: number,
    private readonly library: Hdf5,
    private readonly id: bigint,
    private readonly onClose: () => void,
  ) {}

  /**
   * Opens a file in place. Input from a pipe, and a compressed file, is held in memory.
   *
   * @throws {DataError} for a file that is not sound; {@link MachineError} if the library is not installed.
   */
  static async open(source: Source): Promise<Hdf5File> {
    const { name, file } = source;
    const inPlace = await openInPlace(source);
    await inPlace?.close();
    const library = await loadHdf5(name, inPlace !== null);
    if (inPlace && file) return Hdf5File.openPath(name, inPlace.size, library, file.path, () => {});
    const parts: Uint8Array[] = [];
    for await (const part of source.bytes) parts.push(part);
    const bytes = Buffer.concat(parts);
    const path = `/simcli-${opened++}.h5`;
    library.FS.createDataFile("/", path.slice(1), bytes, true, true, true);
    return Hdf5File.openPath(name, bytes.length, library, path, () => library.FS.unlink(path));
  }

  private static openPath(name: string, size: number, library: Hdf5, path: string, onClose: () => void): Hdf5File {
    try {
      const { H5F_ACC_RDONLY: mode, H5F_LIBVER_EARLIEST: oldest, H5F_LIBVER_LATEST: newest } = library;
      const id = library.open(path, mode, false, oldest, newest);
      if (id > 0n) return new Hdf5File(name, size, library, id, onClose);
    } catch (cause) {
      noteStop(library, cause);
      onClose();
      throw damaged(`${name}: expected sound HDF5`, cause);
    }
    onClose();
    throw damaged(`${name}: expected sound HDF5`, new Error("no file of HDF5"));
  }

  /** Returns the arrays of a file. Links to other files are not followed. */
  arrays(): Hdf5Array[] {
    const { library, id } = this;
    return this.run("sound HDF5", null, () =>
      library
        .get_names(id, "/", true)
        .filter((path) => library.get_type(id, path) === library.H5G_DATASET)
        .flatMap((path) => this.arrayAt(path) ?? []),
    );
  }

  private arrayAt(path: string): Hdf5Array | null {
    const {
      shape,
      type,
      size,
      signed,
      vlen,
      chunks,
      enum_type: names,
    } = this.library.get_dataset_metadata(this.id, path);
    if (!shape) return null;
    const isBoolean = type === ENUMERATION && size === 1 && names?.members?.TRUE === 1 && names.members.FALSE === 0;
    const letter = type === FLOAT ? "f" : type === INTEGER ? (signed ? "i" : "u") : isBoolean ? "u" : "";
    const item = letter === "" || vlen ? null : itemType(`<${letter}${size}`);
    return {
      path,
      shape,
      type: item,
      kind: KINDS[type] ?? `numbers of ${size} bytes`,
      chunkRows: chunks?.[0] ?? 1,
    };
  }

  /**
   * Returns the bytes of rows of an array, which the library converts to little-endian; they start their memory.
   *
   * @param first the first row; an array of one dimension is one row.
   */
  rows(array: Hdf5Array, first: number, count: number): Uint8Array<ArrayBuffer> {
    const { library } = this;
    const { path, shape, type } = array;
    const [counts, offsets] =
      shape.length === 1
        ? [[shape[0]], [0]]
        : [
            [count, shape[1]],
            [first, 0],
          ];
    const length = counts.reduce((product, each) => product * each, type?.bytes ?? 0);
    return this.run(`numbers in the dataset ${path} from row ${first} on`, path, () => {
      const at = library._malloc(length);
      if (at === 0) throw new Error(`rows of ${length} bytes, more than memory`);
      try {
        library.get_dataset_data(
          this.id,
          path,
          counts.map(BigInt),
          offsets.map(BigInt),
          counts.map(() => 1n),
          BigInt(at),
        );
        return new Uint8Array(library.HEAPU8.slice(at, at + length));
      } finally {
        library._free(at);
      }
    });
  }

  /** Returns the name of a filter that the library does not have; null if there is none. */
  private missingFilter(path: string): string | null {
    try {
      const filters = this.library.get_dataset_filters(this.id, path);
      const missing = filters.find(({ id }) => id > LAST_BUILT_IN_FILTER);
      return missing ? missing.name || `filter ${missing.id}` : null;
    } catch {
      return null;
    }
  }

  close(): void {
    try {
      this.library.close_file(this.id);
    } catch {
      // A damaged file cannot be closed properly; it was only read.
    }
    this.onClose();
  }

  /** Runs calls of the library, whose errors are reported as damage. */
  private run<T>(expected: string, path: string | null, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      noteStop(this.library, cause);
      const filter = path === null ? null : this.missingFilter(path);
      if (filter !== null) {
        const place = `${this.name}: expected the dataset ${path} compressed with gzip, or not compressed`;
        const hint = 'in Python: h5py\'s create_dataset(NAME, data=array, compression="gzip")';
        throw new DataError(`${place}, found ${filter}`, hint, { cause });
      }
      throw damaged(`${this.name}: expected ${expected}`, cause);
    }
  }
}

/** The identifiers of the filters in libhdf5 itself; others are plugins. */
const LAST_BUILT_IN_FILTER = 6;

/** Number of files opened in memory. */
let opened = 0;

/** A line of libhdf5's report: `#002: H5F.c line 5 in H5F_open(): unable to read`. The last one is the cause. */
const CAUSE = /#\d+: .* in \w+\(\): (.*)/g;
const MESSAGE_CHARS = 100;

function damaged(expected: string, cause: unknown): DataError {
  const { message } = cause as Error;
  const found = [...message.matchAll(CAUSE)].at(-1)?.[1] ?? message.trim().split("\n")[0];
  const hint = "was the file cut short or changed?";
  return new DataError(`${expected}, found damage: ${found.slice(0, MESSAGE_CHARS)}`, hint, { cause });
}
