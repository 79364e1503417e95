import type { ReadOptions } from "../../input/reader.js";
import type { RowGatherer } from "../../input/row-gatherer.js";
import type { Record } from "./json-record.js";

const ERROR_SHOWN = 80;
const SKIP = "--missing skip-row";

/** A record that was left out: its place, and the message that reports it otherwise. */
interface First {
  readonly place: string;
  readonly line: number;
  readonly message: string;
}

/** Reports records without a vector, or leaves them out with `missing: "skip-row"` and counts them. */
export class LeftOut {
  private errors = 0;
  private others = 0;
  private firstError: First | null = null;
  private firstOther: First | null = null;

  /**
   * @param isFound whether the field of the vector is known, so that a record without it can be left out.
   * @param hint the hint if it is not known.
   */
  constructor(
    private readonly file: string,
    private readonly rows: RowGatherer,
    private readonly options: ReadOptions,
    private readonly isFound: boolean,
    private readonly hint: string,
  ) {}

  /** Reports a record with an error in the place of a vector, or leaves it out. */
  failed({ line, requestId, id, error }: Record): void {
    const which = requestId ?? id;
    const name = which === null ? "" : ` for ${which}`;
    const message = `expected a vector${name}, found the error "${(error ?? "").slice(0, ERROR_SHOWN)}"`;
    if (this.options.missing === "skip-row") {
      this.errors++;
      this.firstError ??= { place: placeOf(line, which), line, message };
    } else {
      this.rows.fault(
        message,
        { hint: "this leaves out records with errors", options: SKIP },
        line,
        undefined,
        "error",
      );
    }
  }

  /**
   * Reports a record without a vector, or leaves it out.
   *
   * @returns whether it was left out.
   */
  absent(message: string, line: number, id: string | null): boolean {
    if (this.options.missing === "skip-row" && this.isFound) {
      this.others++;
      this.firstOther ??= { place: placeOf(line, id), line, message };
      return true;
    }
    const skip = { hint: "this leaves out records without a vector", options: SKIP };
    this.rows.fault(message, this.isFound ? skip : { hint: this.hint }, line);
    return false;
  }

  /** Notes how many records were left out; if no row is left, the first of them is a fault. */
  finish(): void {
    if (this.rows.rows === 0) {
      for (const first of [this.firstError, this.firstOther]) {
        if (first) this.rows.fault(first.message, { hint: this.hint }, first.line);
      }
      return;
    }
    this.note(this.errors, "with errors", this.firstError);
    this.note(this.others, "without a vector", this.firstOther);
  }

  private note(count: number, which: string, first: First | null): void {
    if (count === 0) return;
    const records = `${count} record${count === 1 ? "" : "s"} ${which}`;
    this.options.note?.(`${this.file}: left out ${records} (first: ${first?.place})`);
  }
}

const placeOf = (line: number, id: string | null) => (id === null ? `line ${line}` : `line ${line}, ${id}`);
