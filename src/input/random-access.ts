import { closeSync, openSync, read as readFile, readSync } from "node:fs";
import { promisify } from "node:util";
import { compressionOf, MAGIC_BYTES } from "./compression.js";
import { fileSize } from "./file-size.js";
import { readError, type Source, wholeFile } from "./source.js";

/** Maximum size of a read for which the main thread waits, and the number of those before it handles events. */
const SMALL_BYTES = 1 << 20;
const SMALL_READS = 16;

/** Reads on another thread. */
const readAside = promisify(readFile);

/** Bytes that can be read from any offset. */
export interface RandomAccess {
  readonly name: string;
  readonly size: number;
  /** Fills `target` with the bytes from `offset` on, and returns their number. */
  read(target: Uint8Array, offset: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens a file for random access; null for a pipe, a compressed file, and a file that cannot be opened, whose error its
 * stream reports.
 */
export async function openInPlace({ name, file }: Source): Promise<RandomAccess | null> {
  const size = file ? fileSize(file.path) : null;
  if (!file || size === null) return null;
  const fd = openToRead(file.path);
  if (fd === null) return null;
  let reads = 0;
  /** Reads on another thread, for which small reads do not wait; but events are handled now and then. */
  const read = async (target: Uint8Array, start: number, length: number, offset: number): Promise<number> => {
    reads++;
    if (length <= SMALL_BYTES && reads % SMALL_READS !== 0) return readSync(fd, target, start, length, offset);
    return (await readAside(fd, target, start, length, offset)).bytesRead;
  };
  const opened: RandomAccess = {
    name,
    size,
    async read(target, offset) {
      let done = 0;
      while (done < target.length) {
        // A single read is limited to 2 GiB by the system.
        const length = Math.min(target.length - done, 1 << 30);
        const bytesRead = await read(target, done, length, offset + done).catch((error) => {
          throw readError(name, error);
        });
        if (bytesRead === 0) break;
        file.onRead(bytesRead);
        done += bytesRead;
      }
      return done;
    },
    close: async () => closeRead(fd),
  };
  const head = new Uint8Array(MAGIC_BYTES);
  try {
    readSync(fd, head, 0, head.length, 0);
  } catch (error) {
    closeRead(fd);
    throw readError(name, error);
  }
  if (!compressionOf(head)) return opened;
  closeRead(fd);
  return null;
}

/** Opens a file; null for one that cannot be opened. */
export function openToRead(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

/** Closes a file; what was read is right, even if it cannot be closed. */
function closeRead(fd: number): void {
  try {
    closeSync(fd);
  } catch {}
}

/** Opens any source for random access; one that cannot be read in place is held in memory. */
export async function openAnywhere(source: Source): Promise<RandomAccess> {
  const inPlace = await openInPlace(source);
  if (inPlace) return inPlace;
  const whole = await wholeFile(source);
  return {
    name: source.name,
    size: whole.length,
    read: async (target, offset) => whole.copy(target, 0, offset, offset + target.length),
    close: async () => {},
  };
}
