import { type DataError, FAULTS_SHOWN, type Fault, type Filter, MalformedError, NoRowsError } from "../core/errors.js";

/**
 * A suggestion for the user: a hint if the cause is known, otherwise a guess; hints take precedence. `options` are the
 * command-line options that carry it out.
 */
export interface Hints {
  readonly hint?: string;
  readonly guess?: string;
  readonly options?: string;
}

/** Collects the faults of a file: the first one of each kind in each field, with their number, and the first hint. */
export class FaultList {
  private readonly kinds = new Map<string, Fault & { count: number }>();
  private count = 0;
  private hints: Hints | undefined;

  constructor(private readonly file: string) {}

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /**
   * @param field from 1; omitted if the whole line is at fault.
   * @param kind faults of one kind in a field are reported once.
   */
  add(message: string, hints: Hints, line: number, field?: number, kind = message.replace(/, found.*/s, "")): void {
    this.count++;
    if (hints.hint ? !this.hints?.hint : hints.guess && !this.hints) this.hints = hints;
    const key = `${field ?? ""}:${kind}`;
    const known = this.kinds.get(key);
    if (known) known.count++;
    else if (this.kinds.size < FAULTS_SHOWN) {
      const place = { file: this.file, line, ...(field === undefined ? {} : { field }) };
      this.kinds.set(key, { ...place, message, count: 1 });
    }
  }

  /** @param remedy options that carry out the hints of all faults; default: those of the first hint. */
  error(remedy?: string): MalformedError {
    const { hint, guess, options } = this.hints ?? {};
    return new MalformedError(this.inOrder(), this.count, hint ?? guess, { options: options && (remedy ?? options) });
  }

  /** Returns the error for a file that a filter mends. */
  errorBefore(filter: Filter, hint: string): MalformedError {
    return new MalformedError(this.inOrder(), this.count, hint, { filter });
  }

  /** Returns the faults in file order. */
  private inOrder(): Fault[] {
    return [...this.kinds.values()].sort((a, b) => a.line - b.line || (a.field ?? 0) - (b.field ?? 0));
  }
}

/** Returns the error for a file without rows. */
export function noRows(name: string, found: string, hint = "did the program that wrote it fail?"): DataError {
  if (name === "stdin") return new NoRowsError("no rows on stdin: did the command before it fail?");
  return new NoRowsError(`${name}: expected rows of numbers, ${found}`, hint);
}
