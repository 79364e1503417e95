import type { ColumnMetaData, CompressionCodec, Encoding, FileMetaData, PageHeader, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";

/** A page as written to the file; its header may be wrong. */
export interface CraftedPage {
  /** The number of values in the header. */
  readonly count: number;
  readonly encoding?: Encoding;
  readonly isDictionary?: boolean;
  /** Its repetition levels, its definition levels, and its values. */
  readonly levels?: readonly (readonly number[])[];
  readonly body: readonly number[] | Uint8Array;
  /** The uncompressed size in the header. */
  readonly size?: number;
}

export interface CraftedColumn {
  readonly schema: readonly SchemaElement[];
  readonly pages: readonly CraftedPage[];
  readonly codec?: CompressionCodec;
}

const required = { repetition_type: "REQUIRED" } as const;

/** Schemas of required columns, and of lists in the usual three levels. */
export const flat = (name: string, type: "DOUBLE" | "INT64" | "INT32"): SchemaElement[] => [
  { name, type, ...required },
];
export const text = (name: string): SchemaElement[] => [
  { name, type: "BYTE_ARRAY", converted_type: "UTF8", ...required },
];
export const list = (name: string): SchemaElement[] => [
  { name, converted_type: "LIST", num_children: 1, ...required },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "DOUBLE", ...required },
];

/** An RLE run of a value of up to 8 bits. */
export const run = (count: number, value: number, bytes = 1): number[] => [
  ...leb128(2 * count),
  ...(bytes > 0 ? [value] : []),
];

/** An unsigned LEB128 integer. */
export function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...leb128(Math.floor(value / 0x80))];
}

export const bytesOf = (...numbers: number[]): number[] => [...new Uint8Array(Float64Array.from(numbers).buffer)];

/** Returns a file of one row group with these pages. */
export function craftedFile(rows: number, columns: readonly CraftedColumn[]): Uint8Array {
  const writer = new ByteWriter();
  writer.appendUint32(0x31524150);
  const chunks = columns.map(({ schema, pages, codec = "UNCOMPRESSED" }) => {
    const offset = BigInt(writer.offset);
    for (const page of pages) appendPage(writer, page);
    const claimed = pages.filter(({ isDictionary }) => !isDictionary).reduce((sum, { count }) => sum + count, 0);
    const meta: ColumnMetaData = {
      type: schema.at(-1)?.type ?? "DOUBLE",
      encodings: ["PLAIN"],
      path_in_schema: schema.map(({ name }) => name),
      codec,
      num_values: BigInt(claimed),
      total_uncompressed_size: 1n << 40n,
      total_compressed_size: BigInt(writer.offset) - offset,
      data_page_offset: offset,
    };
    return { file_offset: offset, meta_data: meta };
  });
  const metadata: Omit<FileMetaData, "metadata_length"> = {
    version: 2,
    created_by: "a test",
    schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    num_rows: BigInt(rows),
    row_groups: [{ columns: chunks, total_byte_size: 0n, num_rows: BigInt(rows) }],
  };
  writeMetadata(writer, metadata as FileMetaData);
  writer.appendUint32(0x31524150);
  return writer.getBytes();
}

function appendPage(writer: ByteWriter, page: CraftedPage): void {
  const { count, encoding = "PLAIN", isDictionary, levels = [], body, size } = page;
  const lengthOf = (part: readonly number[]) => [...new Uint8Array(Uint32Array.of(part.length).buffer)];
  const bytes = Uint8Array.from([...levels.flatMap((part) => [...lengthOf(part), ...part]), ...body]);
  const levelEncoding = "RLE" as const;
  const header: PageHeader = {
    type: isDictionary ? "DICTIONARY_PAGE" : "DATA_PAGE",
    uncompressed_page_size: size ?? bytes.length,
    compressed_page_size: bytes.length,
    ...(isDictionary
      ? { dictionary_page_header: { num_values: count, encoding } }
      : {
          data_page_header: {
            num_values: count,
            encoding,
            definition_level_encoding: levelEncoding,
            repetition_level_encoding: levelEncoding,
          },
        }),
  };
  writePageHeader(writer, header);
  writer.appendBytes(bytes);
}
