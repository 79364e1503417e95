import type { ReadOptions } from "../../input/reader.js";
import type { RowGatherer } from "../../input/row-gatherer.js";
import type { Record } from "./json-record.js";

const ERROR_SHOWN = 80;
const NAMES_LISTED = 12;

/** Records without a vector: reports them, or leaves them out and counts them. */
export class RecordFailures {
  /** The records that were left out: their number, and the first one. */
  private readonly leftOut = new Map<Reason, { count: number; readonly first: string }>();

  constructor(
    private readonly file: string,
    private readonly options: ReadOptions,
    private readonly rows: RowGatherer,
  ) {}

  /** Adds a record with an error in the place of a vector. */
  addError(record: Record): void {
    if (this.leavesOut(record, "with errors")) return;
    const which = record.requestId ?? record.id;
    const name = which === null ? "" : ` for ${which}`;
    const message = (record.error ?? "").slice(0, ERROR_SHOWN);
    const hints = { hint: "this leaves out records with errors", options: SKIP };
    this.rows.fault(`expected a vector${name}, found the error "${message}"`, hints, record.line, undefined, "error");
  }

  /**
   * Adds a record that has no vector.
   *
   * @param hint how to name the field of the vectors, if no record is known to have one; otherwise null.
   */
  addMissing(record: Record, hint: string | null): void {
    if (this.leavesOut(record, "without a vector")) return;
    const { vectorFound, names, line } = record;
    const { vectorColumn } = this.options;
    const wanted = vectorColumn ? `a field "${vectorColumn}"` : "a field embedding, vector or values";
    const message = vectorFound
      ? `expected a vector in the field "${vectorFound.path}", found ${vectorFound.value}`
      : `expected ${wanted}, found ${listed(names)}`;
    const hints = hint === null ? { hint: "this leaves out records without a vector", options: SKIP } : { hint };
    this.rows.fault(message, hints, line, undefined, "no vector");
  }

  /** Notes how many records were left out. */
  note(): void {
    for (const [reason, { count, first }] of this.leftOut) {
      const records = `${count} record${count === 1 ? "" : "s"} ${reason}`;
      this.options.note?.(`${this.file}: left out ${records} (first: ${first})`);
    }
  }

  private leavesOut({ line, requestId, id }: Record, reason: Reason): boolean {
    if (this.options.missing !== "skip-row") return false;
    const which = requestId ?? id;
    const known = this.leftOut.get(reason);
    if (known) known.count++;
    else this.leftOut.set(reason, { count: 1, first: which === null ? `line ${line}` : `line ${line}, ${which}` });
    return true;
  }
}

type Reason = "with errors" | "without a vector";

const SKIP = "--missing skip-row";

/** Returns names of fields as messages list them. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "an empty object";
  return names.slice(0, NAMES_LISTED).join(", ") + (names.length > NAMES_LISTED ? ", …" : "");
}
