import { type DataType, type Field, field, fixedSizeList, float64, int64, list, utf8 } from "@uwdata/flechette";
import { Builder } from "@uwdata/flechette/src/encode/builder.js";
import { writeFooter } from "@uwdata/flechette/src/encode/footer.js";
import { type Block, writeMessage } from "@uwdata/flechette/src/encode/message.js";
import { encodeRecordBatch } from "@uwdata/flechette/src/encode/record-batch.js";
import { encodeSchema } from "@uwdata/flechette/src/encode/schema.js";
import type { Cell } from "../../output/format.js";

/** The number of values and nulls of a field, and its buffers: the validity bitmap first, empty without nulls. */
export interface Stored {
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly Uint8Array[];
}

export const textField = (name: string, isNullable: boolean): Field => field(name, utf8(), isNullable);
export const doubleField = (name: string, isNullable: boolean): Field => field(name, float64(), isNullable);
export const integerField = (name: string): Field => field(name, int64(), true);

/** Returns a field of lists of any length. */
export const listField = (name: string, item: Field): Field => field(name, list(item) as DataType, false);

/** Returns a field of lists of `columns` doubles. */
export const vectorField = (name: string, columns: number): Field =>
  field(name, fixedSizeList(field("item", float64(), false), columns) as DataType, false);

const NO_BYTES = new Uint8Array(0);

/** Returns how many values there are, without nulls and without the buffer of values. */
export const withoutNulls = (length: number): Stored => ({ length, nullCount: 0, buffers: [NO_BYTES] });

/** Encodes cells as text. */
export function storedTexts(cells: readonly Cell[]): Stored {
  const texts = cells.map((cell) => Buffer.from(String(cell ?? "")));
  const ends = new Int32Array(cells.length + 1);
  texts.forEach(({ length }, i) => {
    ends[i + 1] = ends[i] + length;
  });
  return stored(cells, [new Uint8Array(ends.buffer), Buffer.concat(texts)]);
}

/** Encodes cells as doubles. */
export const storedDoubles = (cells: readonly Cell[]): Stored =>
  stored(cells, [new Uint8Array(Float64Array.from(cells, Number).buffer)]);

/** Encodes cells as 64-bit integers. */
export const storedIntegers = (cells: readonly Cell[]): Stored =>
  stored(cells, [new Uint8Array(BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0)).buffer)]);

/** Encodes lists: where each of them ends, then their items. */
export function storedLists(lists: readonly (readonly Cell[])[], items: (cells: readonly Cell[]) => Stored): Stored[] {
  const ends = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, i) => {
    ends[i + 1] = ends[i] + length;
  });
  return [
    { length: lists.length, nullCount: 0, buffers: [NO_BYTES, new Uint8Array(ends.buffer)] },
    items(lists.flat()),
  ];
}

function stored(cells: readonly Cell[], values: readonly Uint8Array[]): Stored {
  const bits = new Uint8Array(Math.ceil(cells.length / 8));
  let nullCount = 0;
  cells.forEach((cell, i) => {
    if (cell === null) nullCount++;
    else bits[i >> 3] |= 1 << (i & 7);
  });
  return { length: cells.length, nullCount, buffers: [nullCount === 0 ? NO_BYTES : bits, ...values] };
}

const MAGIC = Buffer.from("ARROW1\0\0");
/** Marks the end of the messages. */
const END = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
/** Types of messages. */
const SCHEMA = 1;
const RECORD_BATCH = 3;
const ALIGNMENT = 8;

/** Writes an Arrow file without compression, one record batch at a time. */
export class ArrowWriter {
  private parts: Uint8Array[] = [];
  private readonly builder = new Builder({ write: (bytes) => void this.parts.push(bytes) });
  private readonly schema: { readonly fields: readonly Field[]; readonly metadata: null };
  private readonly blocks: Block[] = [];

  constructor(fields: readonly Field[]) {
    this.schema = { fields, metadata: null };
  }

  /** Returns the bytes before the first batch. */
  begin(): Uint8Array {
    this.builder.addBuffer(MAGIC);
    writeMessage(this.builder, SCHEMA, encodeSchema(this.builder, this.schema), 0);
    return this.taken();
  }

  /**
   * Returns the bytes of a record batch, without its last `valueBytes` bytes: those follow, a multiple of 8.
   *
   * @param nodes the values of the fields; the values of the last one are the bytes that follow.
   */
  batch(nodes: readonly Stored[], valueBytes = 0): Uint8Array {
    const regions: { offset: number; length: number }[] = [];
    let offset = 0;
    for (const { length } of nodes.flatMap(({ buffers }) => buffers)) {
      regions.push({ offset, length });
      offset += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    }
    if (valueBytes > 0) regions.push({ offset, length: valueBytes });
    const head = encodeRecordBatch(this.builder, { nodes, regions, variadic: [] });
    writeMessage(this.builder, RECORD_BATCH, head, offset + valueBytes, this.blocks);
    for (const { buffers } of nodes) for (const bytes of buffers) this.builder.addBuffer(bytes);
    this.builder.outputBytes += valueBytes;
    return this.taken();
  }

  /** Returns the bytes after the last batch. */
  end(): Uint8Array {
    this.builder.addBuffer(END);
    writeFooter(this.builder, this.schema, [], this.blocks, null);
    return this.taken();
  }

  private taken(): Uint8Array {
    const taken = Buffer.concat(this.parts);
    this.parts = [];
    return taken;
  }
}
