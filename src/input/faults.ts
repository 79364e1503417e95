import { DataError, FAULTS_SHOWN, type Fault, MalformedError } from "../core/errors.js";

/** A suggestion for the user: a hint if the cause is known, otherwise a guess; hints take precedence. */
export interface Hints {
  readonly hint?: string;
  readonly guess?: string;
}

/** Collects the faults of a file: keeps the first ones, counts all, and keeps the first hint. */
export class FaultList {
  private readonly kept: Fault[] = [];
  private count = 0;
  private hint: string | undefined;
  private guess: string | undefined;

  constructor(private readonly file: string) {}

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** @param field from 1; omitted if the whole line is at fault. */
  add(message: string, { hint, guess }: Hints, line: number, field?: number): void {
    this.count++;
    this.hint ??= hint;
    this.guess ??= guess;
    if (this.kept.length === FAULTS_SHOWN) return;
    this.kept.push({ file: this.file, line, message, ...(field === undefined ? {} : { field }) });
  }

  error(): MalformedError {
    return new MalformedError(this.kept, this.count, this.hint ?? this.guess);
  }
}

/** Returns the error for a file without rows. */
export function noRows(name: string, found: string, hint = "did the program that wrote it fail?"): DataError {
  if (name === "stdin") return new DataError("no rows on stdin: did the command before it fail?");
  return new DataError(`${name}: expected rows of numbers, ${found}`, hint);
}
