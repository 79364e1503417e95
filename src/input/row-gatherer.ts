import { FaultList, type Hints, noRows } from "./faults.js";
import type { RowBatch } from "./row-batch.js";

/** Components in a batch, or a row more. */
const BATCH_CELLS = 1 << 14;

/** Puts rows together, component by component, in batches; keeps the faults that it is told of. */
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

  /** How many rows have ended. */
  get rows(): number {
    return this.totalRows;
  }

  /** How many components the row has so far. */
  get length(): number {
    return this.used - this.rowStart;
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

  /** Something is wrong on a line; what other rows share it says which row it is in. */
  fault(message: string, hints: Hints, line: number, field?: number): void {
    const shared = this.totalRows > 0 && (!this.hasLines || line === this.firstLine);
    this.rowHasFault = true;
    this.faults.add(shared ? `row ${this.totalRows}: ${message}` : message, hints, line, field);
  }

  /** Ends a row, which began on `line`; of a row that is faulty already, nothing more is said. */
  endRow(line: number, id: string | null, label: string | null): void {
    if (this.totalRows === 0) {
      this.dimensions = this.length;
      this.hasIds = id !== null;
      this.firstLine = line;
    }
    if (!this.rowHasFault) this.expectLikeFirst(line, id);
    this.rowHasFault = false;
    // Rows that share a line are told apart by their numbers.
    if (this.totalRows === 1) this.hasLines = line !== this.firstLine;
    this.totalRows++;
    if (!this.faults.isEmpty) this.clear();
    this.rowStart = this.used;
    this.lines.push(line);
    if (id !== null) this.ids.push(id);
    if (label !== null) this.labels.push(label);
  }

  /** The rows that have ended since the last call, once they are worth it and no fault was met. */
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

  /** The last rows of a file that has ended. */
  finish(): RowBatch | null {
    this.expectNoFaults();
    if (this.totalRows === 0) throw noRows(this.name, "found none");
    return this.take(0);
  }

  /** @throws {MalformedError} for the faults so far. */
  expectNoFaults(): void {
    if (!this.faults.isEmpty) throw this.faults.error();
  }

  private expectLikeFirst(line: number, id: string | null): void {
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
