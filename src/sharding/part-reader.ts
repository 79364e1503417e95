import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { MachineError } from "../core/errors.js";
import { readError } from "../input/source.js";
import type { RecordCell, Records } from "../output/format.js";
import { type PartEnd, type PartHead, type PartResult, recordOf } from "./part-file.js";

/** Rows of a shard that are finished, with the hash of the lines before. */
export interface PartMark {
  /** The number of rows of the shard whose records are in the lines before. */
  readonly rowsDone: number;
  readonly records: number;
  readonly kinds: Records["kinds"];
  /** What the rows since the mark before add to the whole, besides records: counts, for example. */
  readonly summary?: unknown;
  readonly hash: string;
}

/** What a file says that is a part, or the beginning of one. */
export interface ScannedPart {
  readonly head: PartHead;
  readonly result: PartResult | null;
  /** The last mark whose hash is right, and the number of bytes up to its end; null without one. */
  readonly mark: (PartMark & { readonly bytes: number }) | null;
  /** The summaries of all marks, in order. */
  readonly summaries: readonly unknown[];
  /** Where each block begins, in bytes. */
  readonly blocks: readonly number[];
  /** Where the last block ends. */
  readonly bytes: number;
  /** The last line of a whole part; null for another one. */
  readonly end: PartEnd | null;
  /** Tells another file of the same name. */
  readonly inode: number;
}

const PIECE_BYTES = 1 << 20;
const [NEWLINE, BRACE, BRACKET] = [0x0a, 0x7b, 0x5b];

/** A line of a part, and where it begins. */
interface Line {
  readonly bytes: Buffer;
  readonly start: number;
}

/** Fills the target with the bytes of a file from `offset` on, and returns their number. */
type ReadAt = (target: Buffer, offset: number) => number;

/** Yields the complete lines of some bytes of a file, without their ends; valid until the next one is requested. */
function* linesOf(read: ReadAt, from: number, to: number, pieceBytes: number): Generator<Line> {
  let piece = Buffer.allocUnsafe(Math.min(pieceBytes, to - from));
  let [filled, offset] = [0, from];
  while (offset + filled < to) {
    const count = read(piece.subarray(filled, to - offset), offset + filled);
    if (count === 0) return;
    filled += count;
    const ready = piece.subarray(0, filled);
    let start = 0;
    for (let end = ready.indexOf(NEWLINE); end >= 0; end = ready.indexOf(NEWLINE, start)) {
      yield { bytes: ready.subarray(start, end), start: offset + start };
      start = end + 1;
    }
    piece.copyWithin(0, start, filled);
    filled -= start;
    offset += start;
    // A line that is longer than the piece needs a larger one.
    if (filled === piece.length) piece = Buffer.concat([piece, Buffer.allocUnsafe(piece.length)]);
  }
}

/** Does something with an open file. Throws a DataError where the file cannot be read. */
function withFile<T>(path: string, use: (read: ReadAt, size: number, inode: number) => T): T {
  const file = attempt(path, () => openSync(path, "r"));
  try {
    const { size, ino } = attempt(path, () => fstatSync(file));
    return use((target, offset) => attempt(path, () => readSync(file, target, 0, target.length, offset)), size, ino);
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw readError(path, error);
  }
}

/** Reads a part and compares its hashes; null for a file that does not begin as a part. */
export const scanPart = (path: string): ScannedPart | null =>
  withFile(path, (read, size, inode) => scanLines(linesOf(read, 0, size, PIECE_BYTES), { bytes: size, inode }));

function scanLines(lines: Iterable<Line>, file: Pick<ScannedPart, "bytes" | "inode">): ScannedPart | null {
  const hash = createHash("sha256");
  let head: PartHead | null = null;
  let result: PartResult | null = null;
  let mark: ScannedPart["mark"] = null;
  let end: PartEnd | null = null;
  const summaries: unknown[] = [];
  let records = 0;
  const blocks: number[] = [];
  const scanned = () => head && { head, result, mark, summaries, blocks, end, ...file };
  for (const { bytes, start } of lines) {
    // Nothing follows the end of a part.
    if (end) {
      end = null;
      return scanned();
    }
    if (bytes[0] === BRACE) {
      const members = parsed(bytes);
      const after = start + bytes.length + 1;
      if (!head) {
        head = asHead(members);
        if (!head) return null;
      } else if (!result) {
        if (!Array.isArray(members?.columns)) return scanned();
        result = members as unknown as PartResult;
        blocks.push(after);
      } else {
        if (members?.hash !== digestOf(hash) || members.records !== records) return scanned();
        if ("ended" in members) end = members as unknown as PartEnd;
        else {
          const { summary, ...rest } = members as unknown as PartMark;
          mark = { ...rest, bytes: after };
          blocks.push(after);
          if (summary !== undefined) summaries.push(summary);
        }
      }
    } else if (!result) {
      return scanned();
    } else {
      records++;
    }
    hash.update(bytes).update("\n");
  }
  return scanned();
}

/** Returns the first line of a part; null for another file. */
export function headOf(path: string): PartHead | null {
  return withFile(path, (read, size) => {
    for (const { bytes } of linesOf(read, 0, size, HEAD_BYTES)) return asHead(parsed(bytes));
    return null;
  });
}

/** Size of a first read of a file whose first line is wanted. */
const HEAD_BYTES = 1 << 14;

function asHead(members: Record<string, unknown> | null): PartHead | null {
  if (typeof members?.simcli !== "string" || !Array.isArray(members.inputs) || !members.options) return null;
  return members as unknown as PartHead;
}

/** Returns the hash of what was added so far. */
export const digestOf = (hash: Hash): string => hash.copy().digest("hex");

function parsed(line: Buffer): Record<string, unknown> | null {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return null;
  }
}

/** Records of a part that was verified, one after the other. */
export interface RecordList {
  readonly path: string;
  /** The bytes of their lines: from the first to before the second. */
  readonly from: number;
  readonly to: number;
  /** Of the file that was verified. */
  readonly inode: number;
}

/**
 * Yields the records of a list. The file is open only while it is read: there may be more lists than a process may open files.
 *
 * @throws {MachineError} if another file took the place of the one that was verified.
 */
export function* recordsOf({ path, from, to, inode }: RecordList, pieceBytes = PIECE_BYTES): Generator<RecordCell[]> {
  const read: ReadAt = (target, offset) =>
    withFile(path, (readAt, _, found) => {
      if (found === inode) return readAt(target, offset);
      throw new MachineError(`${path}: expected the part that was verified, found another one`, "run merge again");
    });
  for (const { bytes } of linesOf(read, from, to, pieceBytes)) {
    if (bytes[0] === BRACKET) yield recordOf(bytes.toString("utf8"));
  }
}
