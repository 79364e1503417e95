import { DataError } from "../../errors.js";
import type { Numbers } from "../../vectors.js";
import { numbersLike } from "../row-batch.js";
import type { Page } from "./chunk.js";

/** Makes rows of one length from lists, which pages cut anywhere. */
export class ListRows {
  /** How many components a row has; 0 until the end of the first one is known. */
  columns = 0;
  /** How many rows have begun. */
  private begun = 0;
  private items = 0;
  private carry: Numbers = new Float64Array(0);

  constructor(
    private readonly file: string,
    private readonly column: string,
  ) {}

  /** The whole rows that are known after a page, one after another. */
  add({ values, count, repetitions }: Page<Numbers>): Numbers {
    for (let i = 0; i < count; i++) {
      if (repetitions?.[i] === 0) this.begin();
      this.items++;
    }
    if (this.carry.length === 0) return this.whole(values);
    const joined = numbersLike(this.carry.length + values.length, values);
    joined.set(this.carry);
    joined.set(values, this.carry.length);
    return this.whole(joined);
  }

  /** The rows that end with a group. */
  finish(): Numbers {
    this.endRow();
    return this.whole(this.carry);
  }

  private begin(): void {
    this.endRow();
    this.begun++;
    this.items = 0;
  }

  private endRow(): void {
    if (this.begun === 0) return;
    if (this.columns === 0) this.columns = this.items;
    if (this.items === this.columns) return;
    const place = `${this.file}: row ${this.begun - 1}, column ${this.column}`;
    throw new DataError(`${place}: expected ${this.columns} components, found ${this.items}`);
  }

  private whole(values: Numbers): Numbers {
    const end = this.columns === 0 ? 0 : values.length - (values.length % this.columns);
    this.carry = values.subarray(end);
    return values.subarray(0, end);
  }
}
