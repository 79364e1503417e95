import { freemem } from "node:os";
import { MachineError } from "../errors.js";

/** What a cell of a table takes while it is drawn: its double and its text. */
const TABLE_CELL_BYTES = 64;

/**
 * Refuses, before the work starts, a whole table that memory cannot hold.
 *
 * @param hint what to do instead.
 * @throws {MachineError} with the size and the memory that there is.
 */
export function expectRoomForTable(rows: number, columns: number, hint: string): void {
  const bytes = rows * columns * TABLE_CELL_BYTES;
  const limit = process.constrainedMemory?.() ?? 0;
  const available = limit > 0 && limit < Number.MAX_SAFE_INTEGER ? Math.min(limit, freemem()) : freemem();
  if (bytes <= available) return;
  const needed = `a table of ${rows}×${columns} cells needs ${gigabytes(bytes)} of memory`;
  throw new MachineError(`${needed}, found ${gigabytes(available)} free`, hint);
}

const gigabytes = (bytes: number) => `${Number((bytes / 1e9).toPrecision(3))} GB`;
