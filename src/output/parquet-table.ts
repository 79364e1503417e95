import type { SchemaElement } from "hyparquet";
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";

const required = { repetition_type: "REQUIRED" } as const;
const optional = { repetition_type: "OPTIONAL" } as const;

/** The schema of a column of texts; of records, where cells may be missing. */
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

export const wholeColumn = (name: string): SchemaElement[] => [{ name, type: "INT64", ...optional }];

/** Lists of doubles, in the three levels that the format asks for. */
export const listColumn = (name: string): SchemaElement[] => [
  { name, converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1, ...required },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "DOUBLE", ...required },
];

/** A Parquet file as it is written: its bytes, a group of rows at a time. */
export class ParquetTable {
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;

  constructor(columns: readonly SchemaElement[][]) {
    const schema = [{ name: "schema", num_children: columns.length }, ...columns.flat()];
    this.writer = new ParquetWriter({ writer: this.bytes, schema, createdBy: "simcli" });
  }

  /** The bytes of a group of rows, and of what stands before it. */
  group(rows: number, columnData: ColumnSource[]): Uint8Array {
    this.writer.write({ columnData, rowGroupSize: rows });
    return this.taken();
  }

  /** The bytes behind the last group. */
  end(): Uint8Array {
    this.writer.finish();
    return this.taken();
  }

  private taken(): Uint8Array {
    const taken = this.bytes.getBytes().slice();
    // The writer counts on from its offset; what has been taken is no longer held.
    this.bytes.index = 0;
    return taken;
  }
}
