import { DataError } from "../../core/errors.js";
import { damaged, decodeAt } from "./damage.js";
import { FlatTable } from "./flat-table.js";
import type { ByteTape, Span } from "./tape.js";

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
const FILE_MAGIC = "ARROW1";
const FEATHER_1_MAGIC = "FEA1";
/** Padding after the magic bytes. */
const FILE_HEAD_BYTES = 8;
/** Length of the footer and magic bytes. */
const FILE_TAIL_BYTES = 10;
/** The oldest version that is read: Arrow 0.8, of 2017. */
const VERSION_4 = 3;

/**
 * Reads the messages of an Arrow file, or of an Arrow stream. A file is a stream between a magic number and a footer;
 * its messages are read in their order.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 * @throws {DataError} naming the byte offset of damaged data.
 */
export async function* readMessages(tape: ByteTape): AsyncGenerator<Message> {
  const { name } = tape;
  const head = Buffer.from(await tape.peek(FILE_HEAD_BYTES)).toString("latin1");
  if (head.startsWith(FEATHER_1_MAGIC)) {
    const hint = "in Python: feather.write_feather(feather.read_feather(OLD), NEW), with pyarrow 22 or earlier";
    throw new DataError(`${name}: expected version 2 of Feather, found version 1`, hint);
  }
  const isFile = head.startsWith(FILE_MAGIC);
  if (isFile) await tape.take(FILE_HEAD_BYTES);
  for (;;) {
    const { offset } = tape;
    // A stream may end without the mark of its end.
    if (!isFile && (await tape.peek(1)).length === 0) break;
    const length = await metadataLength(tape);
    if (length === 0) {
      await expectEnd(tape, isFile);
      break;
    }
    if (length < 0 || length > MAX_METADATA_BYTES) throw damaged(name, offset, `metadata of ${length} bytes`);
    const metadata = (await tape.take(length)).slice();
    const message = decodeAt(name, offset, () => decoded(metadata));
    const { version, bodyLength, ...rest } = message;
    if (version < VERSION_4) {
      throw new DataError(`${name}: expected version 4 or 5 of Arrow at byte offset ${offset}, found ${version + 1}`);
    }
    yield { ...rest, version, offset, body: await tape.span(bodyLength) };
  }
}

async function metadataLength(tape: ByteTape): Promise<number> {
  const first = int32(await tape.take(4));
  return first === CONTINUATION ? int32(await tape.take(4)) : first;
}

const int32 = (bytes: Uint8Array): number => Buffer.from(bytes).readInt32LE(0);

function decoded(metadata: Uint8Array) {
  const table = FlatTable.root(metadata);
  const header = table.table(2);
  if (!header) throw new RangeError("a message without a header");
  return { version: table.short(0), type: table.byte(1), header, bodyLength: table.count(3) };
}

/** @throws {DataError} for more bytes after a stream, or for a file without the magic number at its end. */
async function expectEnd(tape: ByteTape, isFile: boolean): Promise<void> {
  const { name, offset } = tape;
  if (!isFile) {
    if ((await tape.peek(1)).length > 0) {
      throw new DataError(`${name}: expected the end of the stream at byte offset ${offset}, found more bytes`);
    }
    return;
  }
  const last = Buffer.from(await tape.last(FILE_TAIL_BYTES)).toString("latin1");
  if (!last.endsWith(FILE_MAGIC)) throw damaged(name, tape.offset, "no footer at the end of the file");
}
