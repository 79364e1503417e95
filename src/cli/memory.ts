import { freemem } from "node:os";
import { MachineError } from "../errors.js";

/**
 * Refuses, before the work starts, what cannot be held.
 *
 * @param what the thing that would be held, such as `a table of 200000×200000 cells`.
 * @param hint what to do instead.
 * @throws {MachineError} with the size and the memory that there is.
 */
export function expectRoomFor(what: string, bytes: number, hint: string): void {
  const limit = process.constrainedMemory?.() ?? 0;
  const available = limit > 0 && limit < Number.MAX_SAFE_INTEGER ? Math.min(limit, freemem()) : freemem();
  if (bytes <= available) return;
  throw new MachineError(`${what} needs ${gigabytes(bytes)} of memory, found ${gigabytes(available)} free`, hint);
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(3)} GB`;
