import { DataError, SimcliError } from "../../core/errors.js";
import type { RandomAccess } from "../../input/random-access.js";

/** The error for a part of a file that is not as it should be. */
export function damaged(file: string, offset: number, found: string, cause?: unknown): DataError {
  const message = `${file}: expected sound Parquet at byte offset ${offset}, found damage: ${found}`;
  return new DataError(message, "was the file cut short or changed?", { cause });
}

/** What `act` makes of bytes at an offset; an error of a decoder says that they are damaged. */
export function soundly<T>(file: string, offset: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SimcliError) throw error;
    throw damaged(file, offset, (error as Error).message, error);
  }
}

/** `length` bytes of a file, in memory of their own. */
export async function bytesAt(file: RandomAccess, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  if ((await file.read(bytes, offset)) < length) throw damaged(file.name, offset, "the end of the file");
  return bytes;
}
