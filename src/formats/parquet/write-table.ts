import type { ColumnMetaData, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import type { Levels } from "./write-levels.js";

const required = { repetition_type: "REQUIRED" } as const;
const optional = { repetition_type: "OPTIONAL" } as const;

/** Returns the schema of a text column; `isRequired` is false for records, whose cells may be null. */
export const textColumn = (name: string, isRequired: boolean): SchemaElement[] => [
  {
    name,
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    logical_type: { type: "STRING" },
    ...(isRequired ? required : optional),
  },
];

export const doubleColumn = (name: string, isRequired: boolean): SchemaElement[] => [
  { name, type: "DOUBLE", ...(isRequired ? required : optional) },
];

export const integerColumn = (name: string): SchemaElement[] => [{ name, type: "INT64", ...optional }];

/** Returns the schema of a column of lists of numbers. */
export const listColumn = (name: string, type: "DOUBLE" | "INT32" = "DOUBLE"): SchemaElement[] =>
  listOf(name, [{ name: "element", type, ...required }]);

/** Returns the schema of a column of lists, with the three levels that the format requires. */
export const listOf = (name: string, element: readonly SchemaElement[]): SchemaElement[] => [
  { name, converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1, ...required },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  ...element,
];

/** Writes a Parquet file, one row group at a time. */
export class ParquetTable {
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;
  /** The group whose last column is being written. */
  private open: { readonly group: RowGroup; readonly column: ColumnMetaData } | null = null;

  constructor(columns: readonly SchemaElement[][]) {
    const schema = [{ name: "schema", num_children: columns.length }, ...columns.flat()];
    this.writer = new ParquetWriter({ writer: this.bytes, schema, createdBy: "simcli" });
  }

  /** Returns the bytes of a row group, and of the file header before the first one. */
  group(rows: number, columnData: ColumnSource[]): Uint8Array {
    this.writer.write({ columnData, rowGroupSize: rows });
    return this.taken();
  }

  /**
   * Starts a row group whose last column is of required doubles and is written with {@link page}; returns the bytes
   * before its first page.
   *
   * @param path the path of that column in the schema.
   */
  openGroup(rows: number, columnData: ColumnSource[], path: string[]): Uint8Array {
    const { writer, bytes } = this;
    if (columnData.length > 0) writer.write({ columnData, rowGroupSize: rows });
    else {
      writer.row_groups.push({ columns: [], total_byte_size: 0n, num_rows: BigInt(rows) });
      writer.num_rows += BigInt(rows);
    }
    const group = writer.row_groups[writer.row_groups.length - 1];
    const offset = BigInt(bytes.offset);
    const column: ColumnMetaData = {
      type: "DOUBLE",
      encodings: ["PLAIN", "RLE"],
      path_in_schema: path,
      codec: "UNCOMPRESSED",
      num_values: 0n,
      total_uncompressed_size: 0n,
      total_compressed_size: 0n,
      data_page_offset: offset,
    };
    group.columns.push({ file_offset: offset, meta_data: column });
    this.open = { group, column };
    return this.taken();
  }

  /**
   * Returns the bytes of a page of the open group. Values are not compressed: embeddings hardly compress.
   *
   * @see https://parquet.apache.org/docs/file-format/data-pages/
   */
  page(values: Float64Array<ArrayBuffer>, rows: number, { repetitions, definitions }: Levels): Uint8Array[] {
    const { bytes, open } = this;
    if (!open) throw new RangeError("expected a group to be open");
    const start = bytes.offset;
    const size = repetitions.length + definitions.length + values.byteLength;
    appendPageHeader(bytes, size, [values.length, NULLS, rows, PLAIN, definitions.length, repetitions.length]);
    bytes.appendBytes(repetitions);
    bytes.appendBytes(definitions);
    const before = this.taken();
    bytes.offset += values.byteLength;
    const written = BigInt(bytes.offset - start);
    open.column.num_values += BigInt(values.length);
    open.column.total_compressed_size += written;
    open.column.total_uncompressed_size += written;
    open.group.total_byte_size += written;
    open.group.total_compressed_size = (open.group.total_compressed_size ?? 0n) + written;
    return [before, new Uint8Array(values.buffer)];
  }

  /** Returns the bytes after the last group. */
  end(): Uint8Array {
    this.writer.finish();
    return this.taken();
  }

  private taken(): Uint8Array {
    const taken = this.bytes.getBytes().slice();
    // The writer continues at its offset; bytes already returned are not kept.
    this.bytes.index = 0;
    return taken;
  }
}

/** Fields of Thrift's compact protocol: the difference to the number of the field before, and a type. */
const NEXT_INTEGER = 0x15;
const NEXT_FALSE = 0x12;
const DATA_PAGE_HEADER_V2 = 0x5c;
const STOP = 0;
/** Values of Parquet's enumerations. */
const DATA_PAGE_V2 = 3;
const PLAIN = 0;
const NULLS = 0;

/**
 * Appends the header of an uncompressed page of data, version 2, which hyparquet-writer has only as an internal function.
 *
 * @param size of the page without its header, in bytes.
 * @param fields numbers of values, nulls and rows; encoding; lengths of the definition and repetition levels in bytes.
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
function appendPageHeader(bytes: ByteWriter, size: number, fields: readonly number[]): void {
  const appendIntegers = (integers: readonly number[]) => {
    for (const integer of integers) {
      bytes.appendUint8(NEXT_INTEGER);
      bytes.appendZigZag(integer);
    }
  };
  appendIntegers([DATA_PAGE_V2, size, size]);
  bytes.appendUint8(DATA_PAGE_HEADER_V2);
  appendIntegers(fields);
  for (const byte of [NEXT_FALSE, STOP, STOP]) bytes.appendUint8(byte);
}
