import { DataError } from "../../core/errors.js";
import type { Source } from "../../input/source.js";
import { Batch, type BatchContext, type Dictionary } from "./batch.js";
import { Buffers } from "./buffers.js";
import { damaged, decodeAt } from "./damage.js";
import { dictionaryColumns, readDictionary } from "./dictionaries.js";
import { DICTIONARY_BATCH, type Message, RECORD_BATCH, readMessages, SCHEMA } from "./messages.js";
import { type BatchHead, batchOf, dictionaryOf, type Field, type Schema, schemaOf } from "./metadata.js";
import type { Column } from "./schema.js";
import { slotsOf } from "./slots.js";
import { openTape } from "./tape.js";

/** The schema of an Arrow file or stream, with the dictionaries of some of its columns. */
export class ArrowTable<C> {
  /** The columns that are read. */
  readonly roles: C;
  private readonly schema: Schema;
  private readonly dictionaries = new Map<number, Dictionary>();
  private readonly dictionaryColumns: ReadonlyMap<number, Column>;
  private readonly context: BatchContext;

  /**
   * @param rolesOf chooses the columns. @param listOf returns all columns of a choice.
   * @param keepsNulls whether a null number is NaN; otherwise it is an error.
   */
  constructor(
    private readonly name: string,
    { offset, header }: Message,
    rolesOf: (schema: Schema) => C,
    listOf: (roles: C) => readonly Column[],
    keepsNulls: boolean,
  ) {
    this.schema = decodeAt(name, offset, () => schemaOf(header));
    if (this.schema.isBigEndian) {
      throw new DataError(`${name}: expected little-endian Arrow, found big-endian`, "pyarrow.ipc converts it");
    }
    this.roles = decodeAt(name, offset, () => rolesOf(this.schema));
    this.dictionaryColumns = dictionaryColumns(listOf(this.roles));
    this.context = { file: name, keepsNulls, dictionaries: this.dictionaries };
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

  /** @param firstRow the number of the first row of the batch. */
  recordBatch(message: Message, firstRow: number): Batch {
    const head = decodeAt(this.name, message.offset, () => batchOf(message.header));
    return this.batch(message, head, this.schema.fields, firstRow, this.context);
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

/**
 * Yields the record batches of an Arrow file (Feather version 2) or an Arrow stream, with the chosen columns.
 *
 * @param open returns the table of a schema.
 */
export async function* readBatchesOf<C>(
  source: Source,
  open: (name: string, message: Message) => ArrowTable<C>,
): AsyncGenerator<{ readonly roles: C; readonly batch: Batch; readonly firstRow: number }> {
  const tape = await openTape(source);
  const { name } = tape;
  try {
    let table: ArrowTable<C> | null = null;
    let firstRow = 0;
    for await (const message of readMessages(tape)) {
      if (message.type === SCHEMA) table ??= open(name, message);
      else if (!table) throw damaged(name, message.offset, "no schema at the start");
      else if (message.type === DICTIONARY_BATCH) await table.addDictionary(message);
      else if (message.type === RECORD_BATCH) {
        const batch = table.recordBatch(message, firstRow);
        yield { roles: table.roles, batch, firstRow };
        firstRow += batch.rows;
      } else throw damaged(name, message.offset, `a message of the type ${message.type}`);
    }
    if (!table) throw damaged(name, 0, "no schema");
    if (firstRow === 0) throw new DataError(`${name}: expected rows of numbers, found an empty table`);
  } finally {
    await tape.close();
  }
}
