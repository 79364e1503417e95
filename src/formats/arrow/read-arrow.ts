import { DataError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { type ColumnRoles, columnRoles } from "../column-roles.js";
import { Batch, type BatchContext, type Dictionary } from "./batch.js";
import { Buffers } from "./buffers.js";
import { damaged, decodeAt } from "./damage.js";
import { dictionaryColumns, readDictionary } from "./dictionaries.js";
import { DICTIONARY_BATCH, type Message, RECORD_BATCH, readMessages, SCHEMA } from "./messages.js";
import { type BatchHead, batchOf, dictionaryOf, type Field, type Schema, schemaOf } from "./metadata.js";
import { type Column, columnsOf } from "./schema.js";
import { slotsOf } from "./slots.js";
import { openTape } from "./tape.js";

/**
 * Reads the vectors of an Arrow file (Feather version 2) or an Arrow stream, one part of a record batch at a time: from
 * one column of lists of numbers, all of equal length, or from numeric columns. Columns have the same roles as in
 * Parquet (see `column-roles.ts`). A null is an error, or NaN for a number where `nonFinite` is `keep`.
 *
 * @throws {DataError} naming the row and column of a value that is not a number, or the byte offset of damaged data.
 * @throws {UsageError} for a column that does not exist.
 */
export async function* readArrow(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const tape = await openTape(source);
  const { name } = tape;
  try {
    let table: ArrowTable | null = null;
    for await (const message of readMessages(tape)) {
      if (message.type === SCHEMA) table ??= new ArrowTable(name, message, options);
      else if (!table) throw damaged(name, message.offset, "no schema at the start");
      else if (message.type === DICTIONARY_BATCH) await table.addDictionary(message);
      else if (message.type === RECORD_BATCH) yield* table.rows(message);
      else throw damaged(name, message.offset, `a message of the type ${message.type}`);
    }
    if (!table) throw damaged(name, 0, "no schema");
    if (table.count === 0) throw new DataError(`${name}: expected rows of numbers, found an empty table`);
  } finally {
    await tape.close();
  }
}

/** The minimum number of rows that are read at once from columns, each of which is a read of the file. */
const MIN_ROWS = 4096;

class ArrowTable {
  /** Number of rows read so far. */
  count = 0;
  private readonly schema: Schema;
  private readonly roles: ColumnRoles<Column>;
  private readonly dictionaries = new Map<number, Dictionary>();
  private readonly dictionaryColumns: ReadonlyMap<number, Column>;
  private readonly context: BatchContext;
  /** Number of components of a row; 0 before the first row. */
  private width = 0;

  constructor(
    private readonly name: string,
    { offset, header }: Message,
    private readonly options: ReadOptions,
  ) {
    this.schema = decodeAt(name, offset, () => schemaOf(header));
    if (this.schema.isBigEndian) {
      throw new DataError(`${name}: expected little-endian Arrow, found big-endian`, "pyarrow.ipc converts it");
    }
    this.roles = decodeAt(name, offset, () => columnRoles(columnsOf(this.schema), options, name));
    const { vectors, id, label } = this.roles;
    this.dictionaryColumns = dictionaryColumns([...vectors, id, label].filter((column) => column !== null));
    this.context = { file: name, keepsNulls: options.nonFinite === "keep", dictionaries: this.dictionaries };
  }

  async addDictionary(message: Message): Promise<void> {
    const { offset, header } = message;
    const { id, data, isDelta } = decodeAt(this.name, offset, () => dictionaryOf(header));
    const column = this.dictionaryColumns.get(id);
    if (!column) return;
    const place = { ...this.context, file: `${this.name}: dictionary of the column ${column.name}` };
    const batch = this.batch(message, data, [column.field], 0, place);
    this.dictionaries.set(id, await readDictionary(batch, column, (isDelta && this.dictionaries.get(id)) || null));
  }

  async *rows(message: Message): AsyncGenerator<RowBatch> {
    const { offset, header } = message;
    const head = decodeAt(this.name, offset, () => batchOf(header));
    const batch = this.batch(message, head, this.schema.fields, this.count, this.context);
    const { vectors, id, label } = this.roles;
    const [{ isList }] = vectors;
    const columnNames = isList ? null : vectors.map((column) => column.name);
    if (batch.rows > 0 && this.width === 0) this.width = isList ? await batch.width(vectors[0], 0) : vectors.length;
    const columns = this.width;
    const fitting = Math.floor(BATCH_BYTES / (8 * columns));
    const rowsAtOnce = Math.max(isList ? 1 : MIN_ROWS, fitting);
    for (let from = 0; from < batch.rows; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, batch.rows - from);
      const values = isList
        ? await batch.lists(vectors[0], from, rows, columns)
        : await tableRows(batch, vectors, from, rows);
      const first = this.count;
      expectFinite(
        values,
        (index) => {
          const column = index % columns;
          return cellPlace(this.name, first + Math.floor(index / columns), columnNames?.[column] ?? column);
        },
        this.options,
      );
      this.count += rows;
      const ids = id && (await batch.texts(id, from, rows));
      const labels = label && (await batch.texts(label, from, rows));
      yield { rows, columns, values, ids, labels, lines: null, columnNames };
    }
  }

  private batch(
    { offset, version, body }: Message,
    head: BatchHead,
    fields: readonly Field[],
    firstRow: number,
    context: BatchContext,
  ): Batch {
    const slots = decodeAt(this.name, offset, () => slotsOf(fields, head, version));
    return new Batch(context, slots, new Buffers(this.name, body, head.codec), firstRow, head.rows);
  }
}

async function tableRows(batch: Batch, columns: readonly Column[], from: number, rows: number): Promise<Numbers> {
  const width = columns.length;
  let values = new Float64Array(0);
  for (const [at, column] of columns.entries()) {
    const ofColumn = await batch.numbers(column, from, rows);
    // Memory is allocated for rows that exist.
    if (at === 0) values = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) values[i * width + at] = ofColumn[i];
  }
  return values;
}
