/** Limit on the number of tables per byte: tables may share bytes, but a cycle of offsets would never end. */
const MIN_TABLES = 1 << 12;

/** The number of tables that may still be read. */
export interface Budget {
  tables: number;
}

/**
 * A table of FlatBuffers, the format of Arrow's metadata. Fields count from 0. Offsets and lengths are checked, so that
 * damaged metadata gives an error of this class, in bounded time and memory.
 *
 * @throws {RangeError} from all methods, for damaged metadata.
 * @see https://flatbuffers.dev/internals/
 */
export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly start: number,
    private readonly budget: Budget,
  ) {
    if (budget.tables-- === 0) throw new RangeError("metadata that refers to itself");
  }

  /** Returns the table at the root of some bytes. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true), { tables: MIN_TABLES + bytes.length });
  }

  byte(field: number, absent = 0): number {
    const at = this.position(field);
    return at === 0 ? absent : this.view.getUint8(at);
  }

  short(field: number, absent = 0): number {
    const at = this.position(field);
    return at === 0 ? absent : this.view.getInt16(at, true);
  }

  int(field: number, absent = 0): number {
    const at = this.position(field);
    return at === 0 ? absent : this.view.getInt32(at, true);
  }

  /** Returns a 64-bit integer, which must be a count or an offset. */
  count(field: number): number {
    const at = this.position(field);
    return at === 0 ? 0 : countAt(this.view, at);
  }

  text(field: number): string {
    const { start, length } = this.vector(field, 1);
    return Buffer.from(this.view.buffer, this.view.byteOffset + start, length).toString("utf8");
  }

  /** Returns a table; null if there is none. */
  table(field: number): FlatTable | null {
    const at = this.position(field);
    return at === 0 ? null : this.at(at);
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.vector(field, 4);
    return Array.from({ length }, (_, i) => this.at(start + 4 * i));
  }

  /** Returns structs of 64-bit counts, `perStruct` each. */
  counts(field: number, perStruct: number): number[][] {
    const { start, length } = this.vector(field, 8 * perStruct);
    return Array.from({ length }, (_, i) =>
      Array.from({ length: perStruct }, (_, k) => countAt(this.view, start + 8 * (i * perStruct + k))),
    );
  }

  private at(offset: number): FlatTable {
    return new FlatTable(this.view, offset + this.view.getUint32(offset, true), this.budget);
  }

  private vector(field: number, itemBytes: number): { readonly start: number; readonly length: number } {
    const at = this.position(field);
    if (at === 0) return { start: 0, length: 0 };
    const start = at + this.view.getUint32(at, true);
    const length = this.view.getUint32(start, true);
    if (start + 4 + length * itemBytes > this.view.byteLength) throw new RangeError(`${length} items of metadata`);
    return { start: start + 4, length };
  }

  /** Returns the position of a field in the bytes; 0 if it is absent. */
  private position(field: number): number {
    const offsets = this.start - this.view.getInt32(this.start, true);
    const at = 4 + 2 * field;
    if (at >= this.view.getUint16(offsets, true)) return 0;
    const offset = this.view.getUint16(offsets + at, true);
    return offset === 0 ? 0 : this.start + offset;
  }
}

function countAt(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true));
  if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new RangeError(`a count of ${value}`);
}
