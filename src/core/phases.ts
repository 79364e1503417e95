import { now } from "./clock.js";
/** What a job spends its time on, beside reading; phases may overlap. */
export type Phase = "scale" | "multiply" | "reduce" | "write";

/** Adds up the time of each phase of a job. */
export class Phases {
  private readonly sums = new Map<Phase, number>();
  /** Cells of symmetric matrices that were not multiplied, since others are the same. */
  spared = 0;

  /** @param since when the phase began, as {@link now} has it. */
  add(phase: Phase, since: number): void {
    this.addTime(phase, now() - since);
  }

  addTime(phase: Phase, milliseconds: number): void {
    this.sums.set(phase, this.of(phase) + milliseconds);
  }

  /** Milliseconds; 0 for a phase that there was not. */
  of(phase: Phase): number {
    return this.sums.get(phase) ?? 0;
  }
}
