/**
 * Returns milliseconds since an arbitrary time. Unlike `performance.now()`, it needs no module that takes milliseconds
 * to load.
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** The phases of a job after reading; they may overlap. */
export type Phase = "scale" | "multiply" | "reduce" | "write";

/** Adds up the time of each phase of a job. */
export class Phases {
  private readonly sums = new Map<Phase, number>();
  /** Number of cells of symmetric matrices that were copied instead of multiplied. */
  skippedCells = 0;
  /** Number of exact scores that decided what a screen left open. */
  exactScores = 0;

  /** Starts again, for the next job of several. */
  clear(): void {
    this.sums.clear();
    this.skippedCells = 0;
    this.exactScores = 0;
  }

  /** @param since the start of the phase, from {@link now}. */
  add(phase: Phase, since: number): void {
    this.addTime(phase, now() - since);
  }

  addTime(phase: Phase, milliseconds: number): void {
    this.sums.set(phase, this.of(phase) + milliseconds);
  }

  /** Returns the time of a phase in milliseconds; 0 if it did not occur. */
  of(phase: Phase): number {
    return this.sums.get(phase) ?? 0;
  }
}
