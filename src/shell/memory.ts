import { freemem } from "node:os";
import { MachineError } from "../core/errors.js";
import { bytesOf, type VectorSet } from "../core/vectors.js";

/** Memory per table cell while a table is drawn: its double and its text. */
const TABLE_CELL_BYTES = 64;

/**
 * Checks before the work starts that a complete table fits in memory.
 *
 * @param hint what to do instead.
 * @throws {MachineError} with the required and the available memory.
 */
export function expectRoomForTable(rows: number, columns: number, hint: string): void {
  const bytes = rows * columns * TABLE_CELL_BYTES;
  const limit = process.constrainedMemory?.() ?? 0;
  const available = limit > 0 && limit < Number.MAX_SAFE_INTEGER ? Math.min(limit, freemem()) : freemem();
  if (bytes <= available) return;
  const needed = `a table of ${rows}×${columns} cells needs ${gigabytes(bytes)} of memory`;
  throw new MachineError(`${needed}, found ${gigabytes(available)} free`, hint);
}

/** Memory of the process before it reads anything: Node, the program, the kernels. */
const BASE_BYTES = 96e6;
/** Minimum memory to compute with tiles of any size. */
const LEAST_WORK_BYTES = 16e6;

/** Tracks the memory that a job may still use. */
export class MemoryBudget {
  private taken = BASE_BYTES;
  private hasDoubles = false;

  /** @param limit the value of `--max-memory` in bytes; infinite by default. */
  constructor(private readonly limit: number = Number.POSITIVE_INFINITY) {}

  take(bytes: number): void {
    this.taken += bytes;
  }

  /** Takes the memory of vectors that were read. */
  takeVectors(set: Pick<VectorSet, "values" | "bits">): void {
    this.take(bytesOf(set));
    if (set.values instanceof Float64Array) this.hasDoubles = true;
  }

  /**
   * Returns the number of bytes that are left to work in.
   *
   * @throws {MachineError} if it is less than the minimum.
   */
  left(): number {
    const left = this.limit - this.taken;
    if (left >= LEAST_WORK_BYTES) return left;
    const least = gigabytes(this.taken + LEAST_WORK_BYTES);
    throw new MachineError(
      `--max-memory: this job needs ${least} at least, found ${gigabytes(this.limit)}`,
      this.hasDoubles
        ? "--dtype f32 halves the memory of the vectors"
        : `--max-memory ${Math.ceil((this.taken + LEAST_WORK_BYTES) / 1e6)}MB`,
    );
  }
}

function gigabytes(bytes: number): string {
  const [unit, name] = bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
