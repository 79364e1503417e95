import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
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
  /** The last line of a whole part; null for another one. */
  readonly end: PartEnd | null;
}

const PIECE_BYTES = 1 << 20;
const [NEWLINE, BRACE, BRACKET] = [0x0a, 0x7b, 0x5b];

/** A line of a part, and where it begins. */
interface Line {
  readonly bytes: Buffer;
  readonly start: number;
}

/** Yields the complete lines of a file, without their ends; valid until the next one is requested. */
function* linesOf(path: string): Generator<Line> {
  const file = openSync(path, "r");
  try {
    let piece = Buffer.alloc(PIECE_BYTES);
    let [filled, offset] = [0, 0];
    for (;;) {
      const read = readSync(file, piece, filled, piece.length - filled, null);
      if (read === 0) return;
      filled += read;
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0 && end < filled; end = piece.indexOf(NEWLINE, start)) {
        yield { bytes: piece.subarray(start, end), start: offset + start };
        start = end + 1;
      }
      piece.copyWithin(0, start, filled);
      filled -= start;
      offset += start;
      // A line that is longer than the piece needs a larger one.
      if (filled === piece.length) piece = Buffer.concat([piece, Buffer.alloc(piece.length)]);
      piece.fill(0, filled);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads a part and compares its hashes; null for a file that does not begin as a part. */
export function scanPart(path: string): ScannedPart | null {
  const hash = createHash("sha256");
  let head: PartHead | null = null;
  let result: PartResult | null = null;
  let mark: ScannedPart["mark"] = null;
  let end: PartEnd | null = null;
  const summaries: unknown[] = [];
  let records = 0;
  const scanned = (): ScannedPart | null => head && { head, result, mark, summaries, end };
  for (const { bytes, start } of linesOf(path)) {
    // Nothing follows the end of a part.
    if (end) return { ...(scanned() as ScannedPart), end: null };
    if (bytes[0] === BRACE) {
      const members = parsed(bytes);
      if (!head) {
        head = asHead(members);
        if (!head) return null;
      } else if (!result) {
        if (!Array.isArray(members?.columns)) return scanned();
        result = members as unknown as PartResult;
      } else {
        if (members?.hash !== digestOf(hash) || members.records !== records) return scanned();
        if ("ended" in members) end = members as unknown as PartEnd;
        else {
          const { summary, ...rest } = members as unknown as PartMark;
          mark = { ...rest, bytes: start + bytes.length + 1 };
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
  for (const { bytes } of linesOf(path)) return asHead(parsed(bytes));
  return null;
}

function asHead(members: Record<string, unknown> | null): PartHead | null {
  if (typeof members?.simcli !== "string" || !Array.isArray(members.inputs)) return null;
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

/** Yields the records of a whole part. */
export function* recordsOf(path: string): Generator<RecordCell[]> {
  for (const { bytes } of linesOf(path)) if (bytes[0] === BRACKET) yield recordOf(bytes.toString("utf8"));
}
