import { DataError, MachineError } from "../../core/errors.js";
import { openInPlace } from "../../input/random-access.js";
import { type Source, wholeFile } from "../../input/source.js";
import type { Hdf5Array, Hdf5Rows } from "./hdf5-library.js";
import { LibraryError, LibraryThread } from "./library-thread.js";

/** What libhdf5 may take beyond the rows and the chunks that are read, in bytes. */
const MEMORY = 1 << 28;

/** An open HDF5 file. */
export class Hdf5File {
  private constructor(
    readonly name: string,
    /** Size in bytes. */
    readonly size: number,
    readonly arrays: readonly Hdf5Array[],
    private readonly thread: LibraryThread,
  ) {}

  /**
   * Opens a file in place. Input from a pipe, and a compressed file, is held in memory.
   *
   * @throws {DataError} for a file that is not sound; {@link MachineError} if h5wasm is not installed.
   */
  static async open(source: Source): Promise<Hdf5File> {
    const { name, file: onDisk } = source;
    const inPlace = await openInPlace(source);
    await inPlace?.close();
    const thread = new LibraryThread();
    let isLoaded = false;
    try {
      await thread.request({ action: "load", inPlace: inPlace !== null }, Number.POSITIVE_INFINITY);
      isLoaded = true;
      const file = inPlace && onDisk ? onDisk.path : await wholeFile(source);
      const size = inPlace?.size ?? file.length;
      const arrays = await thread.request<Hdf5Array[]>({ action: "open", file, memory: MEMORY }, size);
      return new Hdf5File(name, size, arrays, thread);
    } catch (error) {
      await thread.stop();
      if (!(error instanceof LibraryError)) throw error;
      throw isLoaded ? damaged(`${name}: expected sound HDF5`, error) : notLoaded(name, error);
    }
  }

  /**
   * Returns the bytes of rows, little-endian; they start their memory.
   *
   * @param chunkBytes the size of the items that are compressed together, 0 if none are.
   * @throws {DataError} for damaged data, and for data compressed by a filter that h5wasm does not have.
   */
  async read(rows: Hdf5Rows, chunkBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const { array, first, bytes } = rows;
    const read = bytes + chunkBytes;
    try {
      return await this.thread.request({ action: "read", rows, memory: MEMORY + 2 * read }, read);
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      if (error.filter === null) {
        throw damaged(`${this.name}: expected numbers in the dataset ${array.name} from row ${first} on`, error);
      }
      const place = `${this.name}: expected the dataset ${array.name} compressed with gzip, or not compressed`;
      const hint = 'in Python: h5py\'s create_dataset(NAME, data=array, compression="gzip")';
      throw new DataError(`${place}, found ${error.filter}`, hint, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.thread.stop();
  }
}

function notLoaded(name: string, cause: LibraryError): MachineError {
  const { code, message } = cause;
  const found = code === "ERR_MODULE_NOT_FOUND" ? "none" : message;
  return new MachineError(
    `${name}: expected the package h5wasm, which reads HDF5, found ${found}`,
    "npm install h5wasm; npm install -g h5wasm if simcli was installed with -g",
    { cause },
  );
}

/** A line of libhdf5's report: `#002: H5F.c line 5 in H5F_open(): unable to read`. The last one is the cause. */
const CAUSE = /#\d+: .* in \w+\(\): (.*)/g;
const MESSAGE_CHARS = 100;

function damaged(expected: string, cause: LibraryError): DataError {
  const { message } = cause;
  const found = [...message.matchAll(CAUSE)].at(-1)?.[1] ?? message.trim().split("\n")[0];
  const hint = "was the file cut short or changed?";
  return new DataError(`${expected}, found damage: ${found.slice(0, MESSAGE_CHARS)}`, hint, { cause });
}
