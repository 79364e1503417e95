import { DataError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import type { Part } from "./chunk.js";
import { joinedNumbers } from "./values.js";

/** Longer than any vector, unless a file has a byte for each of its components. */
const LONGEST = 1 << 24;

/** Makes rows of one length from lists, which parts of pages cut anywhere. */
export class ListRows {
  /** How many components a row has; 0 until the end of the first one is known. */
  columns = 0;
  /** How many rows have begun. */
  private begun = 0;
  /** The items of the last of them so far. */
  private items = 0;
  /** What has no whole row yet. */
  private carry: Numbers[] = [];
  private readonly longest: number;

  constructor(
    private readonly file: string,
    private readonly column: string,
    fileBytes: number,
  ) {
    this.longest = Math.max(LONGEST, fileBytes);
  }

  /** The whole rows that are known after a part, one after another. */
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
    if (this.items > this.longest) throw this.unlike(`${this.longest} components at most`, "more");
    return this.begun > before ? this.whole() : values.subarray(0, 0);
  }

  /** The rows that end with a group. */
  finish(): Numbers {
    this.endRow();
    this.items = 0;
    return this.whole();
  }

  private endRow(): void {
    if (this.items === 0) return;
    if (this.columns === 0) this.columns = this.items;
    if (this.items !== this.columns) throw this.unlike(`${this.columns} components`, String(this.items));
  }

  private unlike(expected: string, found: string): DataError {
    const place = `${this.file}: row ${this.begun - 1}, column ${this.column}`;
    return new DataError(`${place}: expected ${expected}, found ${found}`);
  }

  private whole(): Numbers {
    const values = joinedNumbers(this.carry);
    const end = this.columns === 0 ? 0 : values.length - (values.length % this.columns);
    this.carry = [values.subarray(end)];
    return values.subarray(0, end);
  }
}
