import { FaultList, type Hints, noRows } from "./faults.js";
import type { RowBatch } from "./reader.js";

/** Minimum number of components in a batch. */
const BATCH_CELLS = 1 << 14;

/** Assembles rows from components and returns them in batches; collects faults. */
export class RowGatherer {
  columnNames: readonly string[] | null = null;
  private readonly faults: FaultList;
  private values = new Float64Array(1 << 12);
  private used = 0;
  private rowStart = 0;
  private dimensions = 0;
  private totalRows = 0;
  private hasIds = false;
  private hasLines = true;
  private firstLine = 0;
  private rowHasFault = false;
  private ids: string[] = [];
  private labels: string[] = [];
  private lines: number[] = [];

  constructor(private readonly name: string) {
    this.faults = new FaultList(name);
  }

  /** Number of complete rows. */
  get rows(): number {
    return this.totalRows;
  }

  /** Number of components in the current row. */
  get length(): number {
    return this.used - this.rowStart;
  }

  /** Whether a fault was found in the current row. */
  get isFaulty(): boolean {
    return this.rowHasFault;
  }

  add(numbers: ArrayLike<number>): void {
    const length = this.used + numbers.length;
    if (length > this.values.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.values.length));
      larger.set(this.values.subarray(0, this.used));
      this.values = larger;
    }
    this.values.set(numbers, this.used);
    this.used = length;
  }

  /** Records a fault on a line; the message names the row if several rows share the line. */
  fault(message: string, hints: Hints, line: number, field?: number, kind?: string): void {
    const shared = this.totalRows > 0 && (!this.hasLines || line === this.firstLine);
    this.rowHasFault = true;
    this.faults.add(shared ? `row ${this.totalRows}: ${message}` : message, hints, line, field, kind);
  }

  /** Ends a row that began on `line`. A row with a fault is not checked further. */
  endRow(line: number, id: string | null, label: string | null): void {
    if (this.totalRows === 0) this.firstLine = line;
    // A record without a vector does not decide what the others have.
    if (this.dimensions === 0 && this.length > 0) {
      this.dimensions = this.length;
      this.hasIds = id !== null;
    }
    if (!this.rowHasFault) this.expectSameShape(line, id);
    this.rowHasFault = false;
    // Rows that share a line are identified by their numbers instead.
    if (this.totalRows === 1) this.hasLines = line !== this.firstLine;
    this.totalRows++;
    if (!this.faults.isEmpty) this.clear();
    this.rowStart = this.used;
    this.lines.push(line);
    if (id !== null) this.ids.push(id);
    if (label !== null) this.labels.push(label);
  }

  /** Returns the rows completed since the last call; null if they are too few or a fault was found. */
  take(minCells = BATCH_CELLS): RowBatch | null {
    if (this.used < minCells || this.used === 0 || (this.totalRows < 2 && minCells > 0) || !this.faults.isEmpty)
      return null;
    const { rowStart, dimensions, hasIds, hasLines, ids, labels, lines, columnNames } = this;
    const batch: RowBatch = {
      rows: rowStart / dimensions,
      columns: dimensions,
      values: this.values.subarray(0, rowStart),
      ids: hasIds ? ids : null,
      labels: labels.length > 0 ? labels : null,
      lines: hasLines ? lines : null,
      columnNames: columnNames?.length === dimensions ? columnNames : null,
    };
    this.clear();
    return batch;
  }

  /** Returns the last rows of the file. */
  finish(): RowBatch | null {
    this.expectNoFaults();
    if (this.totalRows === 0) throw noRows(this.name, "found none");
    return this.take(0);
  }

  /** @throws {MalformedError} with the faults so far. */
  expectNoFaults(): void {
    if (!this.faults.isEmpty) throw this.faults.error();
  }

  private expectSameShape(line: number, id: string | null): void {
    if (this.length === 0) {
      this.fault("expected numbers, found none", {}, line);
    } else if (this.length !== this.dimensions) {
      this.fault(`expected ${this.dimensions} numbers, found ${this.length}`, RAGGED_HINT, line);
    } else if ((id !== null) !== this.hasIds) {
      const [expected, found] = this.hasIds ? ["an id", "none"] : ["no id", `"${id}"`];
      this.fault(`expected ${expected}, as in the rows before, found ${found}`, ID_HINT, line);
    }
  }

  private clear(): void {
    this.used = 0;
    this.rowStart = 0;
    this.ids = [];
    this.labels = [];
    this.lines = [];
  }
}

const RAGGED_HINT = { guess: "are all vectors from the same model?" };
const ID_HINT = { guess: "--id-column names the field of the ids" };
