/**
 * What can go wrong through no fault of simcli. Each class says whose fault it is; only `cli` prints.
 * Messages follow one order: where, what was expected, what was found. `hint` says what to do next.
 */
export class SimcliError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** The command line, or an argument of a library call, is at fault. */
export class UsageError extends SimcliError {}

/** A column was named that is not there. */
export class NoColumnError extends UsageError {
  constructor(
    file: string,
    readonly column: string,
    found: string,
    /** The column that may be meant. */
    readonly close?: string,
  ) {
    super(
      `${file}: expected a column named "${column}", found ${found}`,
      close ? `did you mean "${close}"?` : "a column can be named by its header or counted from 1",
    );
  }
}

/** The data are at fault: unreadable, malformed, of the wrong shape, or without an answer. */
export class DataError extends SimcliError {}

/** The machine is at fault: memory, disk, or a library that is not there. */
export class MachineError extends SimcliError {}

/** Whoever read stdout has left; there is nobody to tell. */
export class BrokenPipeError extends SimcliError {
  constructor() {
    super("the reader of the output has left");
  }
}

/** A place in a text file: line and field count from 1; a fault of a whole line has no field. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly field?: number;
}

/** One fault at one place, such as `expected a number, found "abc"`. */
export interface Fault extends Place {
  readonly message: string;
}

/** How many faults of one file are kept, and told, before they are only counted. */
export const FAULTS_SHOWN = 10;

/** Faults in the text of a file: the first {@link FAULTS_SHOWN}, in file order, and how many there are in all. */
export class MalformedError extends DataError {
  readonly faults: readonly Fault[];
  readonly total: number;

  constructor(faults: readonly Fault[], total: number, hint?: string) {
    super(faults.map(faultText).join("\n"), hint);
    this.faults = faults;
    this.total = total;
  }
}

/** `file:line:field: message`, the form that editors and terminals turn into a link. */
export function faultText({ file, line, field, message }: Fault): string {
  return `${file}:${line}${field === undefined ? "" : `:${field}`}: ${message}`;
}
