import type { ColumnMetaData, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
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

/** Returns the schema of a column of lists of doubles, with the three levels that the format requires. */
export const listColumn = (name: string): SchemaElement[] => [
  { name, converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1, ...required },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "DOUBLE", ...required },
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
    writePageHeader(bytes, {
      type: "DATA_PAGE_V2",
      uncompressed_page_size: size,
      compressed_page_size: size,
      data_page_header_v2: {
        num_values: values.length,
        num_nulls: 0,
        num_rows: rows,
        encoding: "PLAIN",
        definition_levels_byte_length: definitions.length,
        repetition_levels_byte_length: repetitions.length,
        is_compressed: false,
      },
    });
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
