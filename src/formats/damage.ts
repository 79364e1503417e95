import { DataError, SimcliError } from "../core/errors.js";
import type { RandomAccess } from "../input/random-access.js";

/** The errors for damaged parts of files in one format. */
export interface Damage {
  /** Returns the error for a damaged part of a file. */
  damaged(file: string, offset: number, found: string, cause?: unknown): DataError;
  /** Runs a decoder. Errors other than our own are reported as damage at this byte offset. */
  decodeAt<T>(file: string, offset: number, act: () => T): T;
  /** Reads `length` bytes of a file into a new buffer. */
  bytesAt(file: RandomAccess, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Returns the errors of a format. */
export function damageOf(format: string): Damage {
  function damaged(file: string, offset: number, found: string, cause?: unknown): DataError {
    const message = `${file}: expected sound ${format} at byte offset ${offset}, found damage: ${found}`;
    return new DataError(message, "was the file cut short or changed?", { cause });
  }

  function decodeAt<T>(file: string, offset: number, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof SimcliError) throw error;
      // The message of a TypeError is about the code of the decoder.
      const found = error instanceof TypeError ? "an invalid structure" : (error as Error).message;
      throw damaged(file, offset, found, error);
    }
  }

  async function bytesAt(file: RandomAccess, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    if ((await file.read(bytes, offset)) < length) throw damaged(file.name, offset, "the end of the file");
    return bytes;
  }

  return { damaged, decodeAt, bytesAt };
}
