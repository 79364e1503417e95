import { DataError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import type { Part } from "./chunk.js";
import { joinedNumbers } from "./values.js";

/** Maximum number of components of a vector, unless the file has more bytes than this. */
const MAX_ITEMS = 1 << 24;

/** Assembles rows of equal length from lists that cross page boundaries. */
export class ListRows {
  /** Number of components of a row; 0 until the first row is complete. */
  columns = 0;
  /** Number of rows that have begun. */
  private begun = 0;
  /** Number of items of the current row so far. */
  private items = 0;
  /** Values of rows that are not complete. */
  private carry: Numbers[] = [];
  private readonly maxItems: number;

  constructor(
    private readonly file: string,
    private readonly column: string,
    fileBytes: number,
  ) {
    this.maxItems = Math.max(MAX_ITEMS, fileBytes);
  }

  /** Adds a part and returns the rows that are complete after it, concatenated. */
  add({ values, repetitions }: Part<Numbers>): Numbers {
    if (this.items === 0 && repetitions && repetitions[0] !== 0) {
      const place = `${this.file}: row ${this.begun}, column ${this.column}`;
      throw new DataError(`${place}: expected the beginning of a list, found the rest of one`);
    }
    this.carry.push(values);
    const before = this.begun;
    const nextRow = (from: number) => repetitions?.indexOf(0, from) ?? -1;
    let start = 0;
    for (let begin = nextRow(0); begin >= 0; begin = nextRow(begin + 1)) {
      this.items += begin - start;
      start = begin;
      this.endRow();
      this.begun++;
      this.items = 0;
    }
    this.items += values.length - start;
    if (this.items > this.maxItems) throw this.lengthError(`${this.maxItems} components at most`, "more");
    return this.begun > before ? this.completeRows() : values.subarray(0, 0);
  }

  /** Ends a row group and returns its remaining rows. */
  finish(): Numbers {
    this.endRow();
    this.items = 0;
    return this.completeRows();
  }

  private endRow(): void {
    if (this.items === 0) return;
    if (this.columns === 0) this.columns = this.items;
    if (this.items !== this.columns) throw this.lengthError(`${this.columns} components`, String(this.items));
  }

  private lengthError(expected: string, found: string): DataError {
    const place = `${this.file}: row ${this.begun - 1}, column ${this.column}`;
    return new DataError(`${place}: expected ${expected}, found ${found}`);
  }

  private completeRows(): Numbers {
    const values = joinedNumbers(this.carry);
    const end = this.columns === 0 ? 0 : values.length - (values.length % this.columns);
    this.carry = [values.subarray(end)];
    return values.subarray(0, end);
  }
}
