/** A shell command that writes a file to stdout in a form that is read; a hint puts it before the command line. */
export interface Filter {
  readonly file: string;
  /** The command, with the file. */
  readonly command: string;
  /** The command without the file, which it reads from stdin; absent if it needs a file. */
  readonly onStdin?: string;
}

/** What carries out a hint. */
export interface Remedy {
  readonly options?: string | undefined;
  readonly filter?: Filter | undefined;
}

/**
 * The base class of all errors that are not bugs of simcli; subclasses state the cause. Only `cli` prints errors.
 *
 * A message states the location, what was expected and what was found; `hint` says what to do next.
 */
export class SimcliError extends Error {
  readonly hint: string | undefined;
  /** The command-line options that carry out the hint. */
  readonly options: string | undefined;
  readonly filter: Filter | undefined;

  constructor(message: string, hint?: string, { options, filter, ...others }: Remedy & ErrorOptions = {}) {
    super(message, others);
    this.name = new.target.name;
    this.hint = hint;
    this.options = options;
    this.filter = filter;
  }
}

/** An error in the command line, or in the arguments of a library call. */
export class UsageError extends SimcliError {}

/** A column that does not exist was named. */
export class NoColumnError extends UsageError {
  constructor(
    file: string,
    readonly column: string,
    found: string,
    /** The most similar existing column. */
    readonly close?: string,
    hint = "a column can be named by its header or counted from 1",
  ) {
    super(`${file}: expected a column named "${column}", found ${found}`, close ? `did you mean "${close}"?` : hint);
  }
}

/** An error in the data: unreadable, malformed, of the wrong shape, or without a result. */
export class DataError extends SimcliError {}

/** A file has no rows. */
export class NoRowsError extends DataError {}

/** An error of the machine: memory, disk, or a missing library. */
export class MachineError extends SimcliError {}

/** The reader of stdout has closed the pipe; nothing is reported. */
export class BrokenPipeError extends SimcliError {
  constructor() {
    super("the reader of the output has left");
  }
}

/** A location in a text file; line and field count from 1. A fault of a whole line has no field. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly field?: number;
}

/** A fault at a location, such as `expected a number, found "abc"`. */
export interface Fault extends Place {
  readonly message: string;
  /** The number of faults of this kind in the field, or in the file if there is no field; this is the first. */
  readonly count?: number;
}

/** Maximum number of kinds of faults in a file that are reported; further ones are only counted. */
export const FAULTS_SHOWN = 10;

/** Faults in a text file: the first of each kind and field, in file order, and the total number of faults. */
export class MalformedError extends DataError {
  readonly faults: readonly Fault[];
  readonly total: number;

  constructor(faults: readonly Fault[], total: number, hint?: string, remedy?: Remedy) {
    super(faults.map(faultText).join("\n"), hint, remedy);
    this.faults = faults;
    this.total = total;
  }

  /** The number of faults of other kinds than those in `faults`. */
  get others(): number {
    return this.total - this.faults.reduce((sum, { count = 1 }) => sum + count, 0);
  }
}

/** Formats a fault as `file:line:field: message`, which editors and terminals turn into a link. */
export function faultText({ file, line, field, message, count = 1 }: Fault): string {
  const all =
    count === 1 ? "" : field === undefined ? ` (${count} such lines)` : ` (${count} such cells in this column)`;
  return `${file}:${line}${field === undefined ? "" : `:${field}`}: ${message}${all}`;
}
