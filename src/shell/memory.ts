import { freemem } from "node:os";
import { MachineError } from "../core/errors.js";

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

/** What a process takes before it has read anything: Node, the program, the kernels. */
const BASE_BYTES = 96e6;
/** Less than this is not enough for tiles of any size. */
const LEAST_WORK_BYTES = 16e6;

/** What is left of the memory that a job may take. */
export class MemoryBudget {
  private taken = BASE_BYTES;

  /** @param limit bytes, as `--max-memory` says; infinite where it does not. */
  constructor(private readonly limit: number = Number.POSITIVE_INFINITY) {}

  take(bytes: number): void {
    this.taken += bytes;
  }

  /**
   * The bytes that are left to work in.
   *
   * @throws {MachineError} where that is too little for anything.
   */
  left(): number {
    const left = this.limit - this.taken;
    if (left >= LEAST_WORK_BYTES) return left;
    const least = gigabytes(this.taken + LEAST_WORK_BYTES);
    throw new MachineError(
      `--max-memory: this job needs ${least} at least, found ${gigabytes(this.limit)}`,
      "--dtype f32 halves the memory of the vectors",
    );
  }
}

function gigabytes(bytes: number): string {
  const [unit, name] = bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
