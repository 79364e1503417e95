import { DataError, SimcliError } from "../../core/errors.js";
import type { RandomAccess } from "../../input/random-access.js";

/** Returns the error for a damaged part of a file. */
export function damaged(file: string, offset: number, found: string, cause?: unknown): DataError {
  const message = `${file}: expected sound Parquet at byte offset ${offset}, found damage: ${found}`;
  return new DataError(message, "was the file cut short or changed?", { cause });
}

/** Runs a decoder. Errors other than our own are reported as damage at this byte offset. */
export function decodeAt<T>(file: string, offset: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SimcliError) throw error;
    throw damaged(file, offset, (error as Error).message, error);
  }
}

/** Reads `length` bytes of a file into a new buffer. */
export async function bytesAt(file: RandomAccess, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  if ((await file.read(bytes, offset)) < length) throw damaged(file.name, offset, "the end of the file");
  return bytes;
}
