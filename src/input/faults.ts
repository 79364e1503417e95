import { FAULTS_SHOWN, type Fault, MalformedError } from "../errors.js";

/** Gathers the faults of one file: keeps the first few, counts all, and has one hint, that of the first. */
export class FaultList {
  private readonly kept: Fault[] = [];
  private count = 0;
  private hint: string | undefined;

  constructor(private readonly file: string) {}

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** @param field from 1; left out when the whole line is at fault. */
  add(message: string, hint: string | undefined, line: number, field?: number): void {
    this.count++;
    this.hint ??= hint;
    if (this.kept.length === FAULTS_SHOWN) return;
    this.kept.push({ file: this.file, line, message, ...(field === undefined ? {} : { field }) });
  }

  error(): MalformedError {
    return new MalformedError(this.kept, this.count, this.hint);
  }
}
