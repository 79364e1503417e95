import { DataError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import { cellPlace, type PlaceOf } from "../../input/finite.js";
import { numbersLike } from "../../input/reader.js";
import type { Buffers } from "./buffers.js";
import { type DataType, type Field, TYPE } from "./metadata.js";
import type { Column } from "./schema.js";
import type { Slot } from "./slots.js";
import { readTexts } from "./texts.js";
import { integersOf, itemBytes, numbersOf, numberTexts } from "./values.js";

/** The values of a dictionary-encoded column by index; null for a null. */
export interface Dictionary {
  readonly numbers: Numbers | null;
  readonly texts: readonly string[] | null;
}

/** What a batch shares with the others of a file. */
export interface BatchContext {
  readonly file: string;
  /** Whether a null number is NaN; otherwise it is an error. */
  readonly keepsNulls: boolean;
  readonly dictionaries: ReadonlyMap<number, Dictionary>;
}

/** Reads values of a record batch by their rows, which count from 0 in the batch. */
export class Batch {
  /** @param firstRow the number of the first row in the file. */
  constructor(
    private readonly context: BatchContext,
    private readonly slots: ReadonlyMap<Field, Slot>,
    private readonly buffers: Buffers,
    private readonly firstRow: number,
    /** Number of rows. */
    readonly rows: number,
  ) {}

  /**
   * Returns the numbers of a column.
   *
   * @throws {DataError} naming the row of a null.
   */
  async numbers(column: Column, from: number, count: number): Promise<Numbers> {
    if (count === 0) return new Float64Array(0);
    const { field } = column;
    const { keepsNulls } = this.context;
    const isPresent = await this.present(column, from, count, keepsNulls);
    const placeOf = (i: number) => cellPlace(this.context.file, this.firstRow + from + i, column.name);
    if (!field.dictionary) {
      return this.items(field.type, this.slot(field), from, count, isPresent, placeOf);
    }
    const { numbers } = this.dictionary(field.dictionary.id);
    const indices = await this.indices(field, from, count);
    if (!numbers) throw new DataError(`${placeOf(0)}: expected a dictionary of numbers, found none`);
    const values = numbersLike(count, numbers);
    for (let i = 0; i < count; i++) {
      values[i] = isPresent?.[i] === 0 ? Number.NaN : numbers[this.index(field, indices[i], numbers.length)];
    }
    return values;
  }

  /** Returns the values of a column as text. */
  async texts(column: Column, from: number, count: number): Promise<string[]> {
    if (count > 0) await this.present(column, from, count, false);
    return this.textsOf(column, from, count, null);
  }

  /** Returns the values of a column as text, or null for a null. */
  async textsOrNull(column: Column, from: number, count: number): Promise<(string | null)[]> {
    const isPresent = await this.present(column, from, count, true);
    const texts = await this.textsOf(column, from, count, isPresent);
    return isPresent ? texts.map((text, i) => (isPresent[i] ? text : null)) : texts;
  }

  private async textsOf(column: Column, from: number, count: number, isPresent: Uint8Array | null): Promise<string[]> {
    if (count === 0) return [];
    const { field } = column;
    const slot = this.slot(field);
    if (field.dictionary) {
      const { texts } = this.dictionary(field.dictionary.id);
      const indices = await this.indices(field, from, count);
      // Rows with equal text share one string.
      return Array.from(indices, (index, i) =>
        isPresent?.[i] === 0 ? "" : (texts?.[this.index(field, index, texts.length)] ?? ""),
      );
    }
    if (!column.isNumeric) return readTexts(field.type, slot, this.buffers, from, count);
    const width = itemBytes(field.type);
    const bytes = await this.buffers.read(slot.buffers[1], from * width, count * width);
    return this.buffers.decode(slot.buffers[1], () => numberTexts(field.type, bytes));
  }

  /**
   * Returns the number of items in the list of a row.
   *
   * @throws {DataError} for a null, and an empty list.
   */
  async width(column: Column, row: number): Promise<number> {
    const ends = await this.ends(column, row, 1);
    return ends[1] - ends[0];
  }

  /**
   * Returns the items of lists, concatenated.
   *
   * @param width the number of items in each list.
   * @throws {DataError} for a null, and a list of another length.
   */
  async lists(column: Column, from: number, count: number, width: number): Promise<Numbers> {
    const ends = await this.ends(column, from, count);
    for (let i = 0; i < count; i++) {
      if (ends[i + 1] - ends[i] === width) continue;
      const found = ends[i + 1] - ends[i];
      throw new DataError(`${this.place(column, from + i)}: expected ${width} components, found ${found}`);
    }
    const [item] = column.field.type.children;
    const slot = this.slot(item);
    const isPresent = await this.mask(slot, ends[0], count * width);
    const missing = this.context.keepsNulls ? -1 : (isPresent?.indexOf(0) ?? -1);
    if (missing >= 0) {
      const place = this.place(column, from + Math.floor(missing / width));
      throw new DataError(`${place}: expected a number as item ${missing % width}, found null`);
    }
    return this.items(item.type, slot, ends[0], count * width, isPresent, (i) =>
      cellPlace(this.context.file, this.firstRow + from + Math.floor(i / width), i % width),
    );
  }

  /** Returns the offsets of the items of lists: those of list i are from `[i]` to `[i + 1]`. */
  private async ends(column: Column, from: number, count: number): Promise<ArrayLike<number>> {
    await this.present(column, from, count, false, "a list of numbers");
    const { type } = column.field;
    const ends = await this.listOffsets(column.field, from, count);
    for (let i = 0; i < count; i++) {
      if (ends[i] > ends[i + 1]) throw this.damage(this.slot(column.field), "lists that are not in order");
      if (ends[i] === ends[i + 1]) {
        throw new DataError(`${this.place(column, from + i)}: expected a list of numbers, found an empty one`);
      }
    }
    const [item] = type.children;
    if (!(ends[0] >= 0 && ends[count] <= this.slot(item).length)) {
      throw this.damage(this.slot(column.field), "lists beyond their items");
    }
    return ends;
  }

  private async listOffsets(field: Field, from: number, count: number): Promise<ArrayLike<number>> {
    const { type } = field;
    if (type.id === TYPE.fixedSizeList)
      return Float64Array.from({ length: count + 1 }, (_, i) => (from + i) * type.items);
    const slot = this.slot(field);
    const isLarge = type.id === TYPE.largeList;
    const width = isLarge ? 8 : 4;
    const { buffer } = await this.buffers.read(slot.buffers[1], from * width, (count + 1) * width);
    return isLarge ? Float64Array.from(new BigInt64Array(buffer), Number) : new Int32Array(buffer);
  }

  /** Returns numbers; NaN for a null. */
  private async items(
    type: DataType,
    { length, buffers: [, region] }: Slot,
    from: number,
    count: number,
    isPresent: Uint8Array | null,
    placeOf: PlaceOf,
  ): Promise<Numbers> {
    const width = itemBytes(type);
    await this.buffers.expect(region, length * width);
    const bytes = await this.buffers.read(region, from * width, count * width);
    // The bytes of a null may be those of an integer that no double represents.
    for (let i = 0; isPresent && i < count; i++) {
      if (!isPresent[i]) bytes.fill(0, i * width, (i + 1) * width);
    }
    const values = this.buffers.decode(region, () => numbersOf(type, bytes, placeOf));
    for (let i = 0; isPresent && i < count; i++) {
      if (!isPresent[i]) values[i] = Number.NaN;
    }
    return values;
  }

  private async indices(field: Field, from: number, count: number): Promise<ArrayLike<number | bigint>> {
    const type = field.dictionary?.indices ?? field.type;
    const region = this.slot(field).buffers[1];
    const width = itemBytes(type);
    return integersOf(type, await this.buffers.read(region, from * width, count * width));
  }

  private index(field: Field, index: number | bigint, length: number): number {
    if (index >= 0 && index < length) return Number(index);
    throw this.damage(this.slot(field), `the dictionary has no entry ${index}`);
  }

  private dictionary(id: number): Dictionary {
    return this.context.dictionaries.get(id) ?? { numbers: new Float64Array(0), texts: [] };
  }

  /**
   * Returns 1 for each value, 0 for each null; null if there are no nulls.
   *
   * @throws {DataError} for a null, unless allowed.
   */
  private async present(
    { field, parents, name }: Column,
    from: number,
    count: number,
    allowsNull: boolean,
    expected = "a value",
  ): Promise<Uint8Array | null> {
    let all: Uint8Array | null = null;
    for (const each of [...parents, field]) {
      const slot = this.slot(each);
      if (slot.length !== this.rows) throw this.damage(slot, `${slot.length} values for ${this.rows} rows`);
      const mask: Uint8Array | null = await this.mask(slot, from, count);
      all = all && mask ? all.map((present, i) => present & mask[i]) : (mask ?? all);
    }
    const missing = allowsNull ? -1 : (all?.indexOf(0) ?? -1);
    if (missing < 0) return all;
    throw new DataError(
      `${cellPlace(this.context.file, this.firstRow + from + missing, name)}: expected ${expected}, found null`,
    );
  }

  /** Returns the bits of a validity bitmap; null if all are set. */
  private async mask({ nulls, buffers: [region] }: Slot, from: number, count: number): Promise<Uint8Array | null> {
    if (nulls === 0 || !region || region.length === 0) return null;
    const first = from >> 3;
    const bits = await this.buffers.read(region, first, ((from + count + 7) >> 3) - first);
    const mask = Uint8Array.from({ length: count }, (_, i) => {
      const bit = from + i - 8 * first;
      return (bits[bit >> 3] >> (bit & 7)) & 1;
    });
    return mask.includes(0) ? mask : null;
  }

  private slot(field: Field): Slot {
    const slot = this.slots.get(field);
    if (!slot) throw new DataError(`${this.context.file}: expected values of the column ${field.name}, found none`);
    return slot;
  }

  private place({ name }: Column, row: number): string {
    return cellPlace(this.context.file, this.firstRow + row, name);
  }

  private damage({ buffers }: Slot, found: string): DataError {
    return this.buffers.damage(buffers[0] ?? { offset: 0, length: 0 }, found);
  }
}
