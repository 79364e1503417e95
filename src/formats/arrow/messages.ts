import { DataError } from "../../core/errors.js";
import { damaged, decodeAt } from "./damage.js";
import { FlatTable } from "./flat-table.js";
import { type ByteTape, FILE_MAGIC, type RandomFile, type Span } from "./tape.js";

/** The types of messages that are read. */
export const SCHEMA = 1;
export const DICTIONARY_BATCH = 2;
export const RECORD_BATCH = 3;

/** A message: metadata, and a body of buffers. */
export interface Message {
  readonly type: number;
  readonly version: number;
  /** The offset of the message in the file. */
  readonly offset: number;
  readonly header: FlatTable;
  readonly body: Span;
}

/** Metadata is far smaller; a longer one is damage. */
const MAX_METADATA_BYTES = 1 << 28;
/** Marks the start of a message since version 0.15. */
const CONTINUATION = -1;
const FEATHER_1_MAGIC = "FEA1";
/** The length of the footer and the magic number, at the end of a file. */
const TAIL_BYTES = 10;
/** The oldest version that is read: Arrow 0.8, of 2017. */
const VERSION_4 = 3;

/**
 * Reads the messages of an Arrow file, as its footer lists them, or of an Arrow stream, in their order.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 * @throws {DataError} naming the byte offset of damaged data.
 */
export async function* readMessages(tape: ByteTape): AsyncGenerator<Message> {
  const { name, file } = tape;
  const head = Buffer.from(await tape.peek(FILE_MAGIC.length)).toString("latin1");
  if (head.startsWith(FEATHER_1_MAGIC)) {
    const hint = "in Python: feather.write_feather(feather.read_feather(OLD), NEW), with pyarrow 22 or earlier";
    throw new DataError(`${name}: expected version 2 of Feather, found version 1`, hint);
  }
  if (file && head === FILE_MAGIC) yield* fileMessages(name, file);
  else yield* streamMessages(tape);
}

/** The schema of a file is read from its footer: Polars writes the schema at the start without its length. */
async function* fileMessages(name: string, file: RandomFile): AsyncGenerator<Message> {
  const end = Math.max(0, file.size - TAIL_BYTES);
  const tail = Buffer.from(await file.span(end, file.size - end).read(0, file.size - end));
  const length = tail.toString("latin1").endsWith(FILE_MAGIC) && tail.length === TAIL_BYTES ? tail.readInt32LE(0) : 0;
  if (length <= 0 || length > Math.min(end, MAX_METADATA_BYTES)) throw damaged(name, end, "no footer of the file");
  const offset = end - length;
  const bytes = await file.span(offset, length).read(0, length);
  const { schema, version, blocks } = decodeAt(name, offset, () => footerOf(bytes));
  yield { type: SCHEMA, version: expectVersion(name, offset, version), offset, header: schema, body: file.span(0, 0) };
  for (const block of blocks) {
    if (block.metadataLength > MAX_METADATA_BYTES) throw damaged(name, block.offset, "metadata that is too long");
    const metadata = await file.span(block.offset, block.metadataLength).read(0, block.metadataLength);
    const message = decodeAt(name, block.offset, () => decoded(withoutLength(metadata)));
    expectVersion(name, block.offset, message.version);
    const body = file.span(block.offset + block.metadataLength, message.bodyLength);
    yield { ...message, offset: block.offset, body };
  }
}

interface Block {
  readonly offset: number;
  readonly metadataLength: number;
}

/**
 * Decodes a footer: the schema, and where the dictionaries and the record batches are.
 *
 * @see https://github.com/apache/arrow/blob/main/format/File.fbs
 */
function footerOf(bytes: Uint8Array): { schema: FlatTable; version: number; blocks: Block[] } {
  const table = FlatTable.root(bytes);
  const schema = table.table(1);
  if (!schema) throw new RangeError("a footer without a schema");
  // A block has an offset, a length of 4 bytes and 4 unused ones, and the length of the body.
  const blocks = [...table.counts(2, 3), ...table.counts(3, 3)].map(([offset, length]) => ({
    offset,
    metadataLength: length % 2 ** 32,
  }));
  return { schema, version: table.short(0), blocks };
}

/** Returns the metadata of a message after its length, before which there may be a mark. */
function withoutLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8) throw new RangeError(`metadata of ${bytes.length} bytes`);
  return bytes.subarray(int32(bytes) === CONTINUATION ? 8 : 4);
}

async function* streamMessages(tape: ByteTape): AsyncGenerator<Message> {
  const { name } = tape;
  for (;;) {
    const { offset } = tape;
    // A stream may end without the mark of its end.
    if ((await tape.peek(1)).length === 0) return;
    const length = await metadataLength(tape);
    if (length === 0) break;
    if (length < 0 || length > MAX_METADATA_BYTES) throw damaged(name, offset, `metadata of ${length} bytes`);
    const metadata = (await tape.take(length)).slice();
    const { bodyLength, ...message } = decodeAt(name, offset, () => decoded(metadata));
    expectVersion(name, offset, message.version);
    yield { ...message, offset, body: await tape.span(bodyLength) };
  }
  if ((await tape.peek(1)).length > 0) {
    const place = `the end of the stream at byte offset ${tape.offset}`;
    throw new DataError(`${name}: expected ${place}, found more bytes`);
  }
}

async function metadataLength(tape: ByteTape): Promise<number> {
  const first = int32(await tape.take(4));
  return first === CONTINUATION ? int32(await tape.take(4)) : first;
}

const int32 = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

function decoded(metadata: Uint8Array) {
  const table = FlatTable.root(metadata);
  const header = table.table(2);
  if (!header) throw new RangeError("a message without a header");
  return { version: table.short(0), type: table.byte(1), header, bodyLength: table.count(3) };
}

function expectVersion(name: string, offset: number, version: number): number {
  if (version >= VERSION_4) return version;
  throw new DataError(`${name}: expected version 4 or 5 of Arrow at byte offset ${offset}, found ${version + 1}`);
}
