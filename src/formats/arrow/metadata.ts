import type { FlatTable } from "./flat-table.js";

/** A type of values; properties that it does not have are 0, false or empty. */
export interface DataType {
  readonly id: number;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly scale: number;
  /** Number of items in a list of fixed size. */
  readonly items: number;
  /** Whether a union is dense. */
  readonly isDense: boolean;
  readonly children: readonly Field[];
}

/** A column of a table, or of a list or group in it. */
export interface Field {
  readonly name: string;
  readonly type: DataType;
  /** The dictionary of a field that stores indices. */
  readonly dictionary: { readonly id: number; readonly indices: DataType } | null;
}

export interface Schema {
  readonly isBigEndian: boolean;
  readonly fields: readonly Field[];
}

/** The head of a record batch. */
export interface BatchHead {
  readonly rows: number;
  /** The number of values and nulls of each field. */
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  /** The ranges of the buffers in the body. */
  readonly regions: readonly { readonly offset: number; readonly length: number }[];
  /** The codec of the buffers; null if they are not compressed. */
  readonly codec: number | null;
  /** The number of additional buffers of each field of views. */
  readonly variadic: readonly number[];
}

/** The identifiers of types. */
export const TYPE = {
  none: 0,
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  text: 5,
  decimal: 7,
  list: 12,
  struct: 13,
  union: 14,
  fixedSizeList: 16,
  largeBinary: 19,
  largeText: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  textView: 24,
  listView: 25,
  largeListView: 26,
} as const;

const DECIMAL_BITS = 128;
const INDEX_BITS = 32;
const DENSE = 1;

/**
 * Decodes the schema in a message.
 *
 * @see https://github.com/apache/arrow/blob/main/format/Schema.fbs
 */
export const schemaOf = (table: FlatTable): Schema => ({
  isBigEndian: table.short(0) === 1,
  fields: table.tables(1).map(fieldOf),
});

/**
 * Decodes the head of a record batch in a message.
 *
 * @see https://github.com/apache/arrow/blob/main/format/Message.fbs
 */
export function batchOf(table: FlatTable): BatchHead {
  const compression = table.table(3);
  if (compression && compression.byte(1) !== 0) throw new RangeError("an unknown method of compression");
  return {
    rows: table.count(0),
    nodes: table.counts(1, 2).map(([length, nulls]) => ({ length, nulls })),
    regions: table.counts(2, 2).map(([offset, length]) => ({ offset, length })),
    codec: compression?.byte(0) ?? null,
    variadic: table.counts(4, 1).map(([count]) => count),
  };
}

/** Decodes the head of a batch of dictionary values in a message. */
export function dictionaryOf(table: FlatTable): {
  readonly id: number;
  readonly data: BatchHead;
  readonly isDelta: boolean;
} {
  const data = table.table(1);
  if (!data) throw new RangeError("a dictionary without values");
  return { id: table.count(0), data: batchOf(data), isDelta: table.byte(2) === 1 };
}

function fieldOf(table: FlatTable): Field {
  const dictionary = table.table(4);
  const indices = dictionary?.table(1) ?? null;
  return {
    name: table.text(0),
    type: typeOf(table.byte(2), table.table(3), table.tables(5).map(fieldOf)),
    dictionary: dictionary && {
      id: dictionary.count(0),
      indices: indices
        ? typeOf(TYPE.int, indices, [])
        : { ...typeOf(TYPE.int, null, []), bits: INDEX_BITS, isSigned: true },
    },
  };
}

function typeOf(id: number, table: FlatTable | null, children: readonly Field[]): DataType {
  const type = { id, bits: 0, isSigned: false, scale: 0, items: 0, isDense: false, children };
  switch (id) {
    case TYPE.int:
      return { ...type, bits: expectBits(table?.int(0) ?? 0, [8, 16, 32, 64]), isSigned: table?.byte(1) === 1 };
    case TYPE.float:
      return { ...type, bits: expectBits(16 << (table?.short(0) ?? 0), [16, 32, 64]) };
    case TYPE.decimal:
      return {
        ...type,
        scale: table?.int(1) ?? 0,
        bits: expectBits(table?.int(2, DECIMAL_BITS) ?? DECIMAL_BITS, [32, 64, 128, 256]),
      };
    case TYPE.fixedSizeList:
      return { ...type, items: table?.int(0) ?? 0 };
    case TYPE.union:
      return { ...type, isDense: table?.short(0) === DENSE };
    default:
      return type;
  }
}

function expectBits(bits: number, allowed: readonly number[]): number {
  if (!allowed.includes(bits)) throw new RangeError(`numbers of ${bits} bits`);
  return bits;
}
