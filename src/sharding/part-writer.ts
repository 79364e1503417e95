import { createHash, type Hash, randomBytes } from "node:crypto";
import { existsSync, promises } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Records } from "../output/format.js";
import {
  commonKinds,
  PARTIAL,
  type PartEnd,
  type PartHead,
  type PartResult,
  partName,
  recordLine,
} from "./part-file.js";
import { digestOf, type PartMark, type ScannedPart, scanPart } from "./part-reader.js";
import { differenceOf, differentFact } from "./same-job.js";

const CHUNK_CHARACTERS = 1 << 18;
const COPY_BYTES = 1 << 20;

/** Where a part is, and whether it is whole. */
export type PartState = { readonly path: string } & (
  | { readonly kind: "missing" | "whole" | "damaged" }
  /** A part of another job, and how the jobs differ. */
  | { readonly kind: "other"; readonly difference: string }
);

/** Returns what is in the place of a part. */
export function stateOfPart(folder: string, head: PartHead): PartState {
  const path = join(folder, partName(head.shard, head.shards));
  if (!existsSync(path)) return { path, kind: "missing" };
  const scanned = scanPart(path);
  if (!scanned?.end || scanned.head.shard !== head.shard) return { path, kind: "damaged" };
  const difference = differenceOf(scanned.head, head);
  return difference === null ? { path, kind: "whole" } : { path, kind: "other", difference };
}

/**
 * Returns how a part of the folder differs from this job, as {@link differenceOf} does; null if it is of the same job, or damaged. All
 * bytes of the part are read only if its first line differs.
 */
export function differenceOfPart(path: string, head: PartHead, job: PartHead): string | null {
  if (differenceOf(head, job) === null) return null;
  const scanned = scanPart(path);
  return scanned?.end ? differenceOf(scanned.head, job) : null;
}

/**
 * Writes a part under a name of its own until it is whole: other workers may write the same part at the same time. What a killed
 * worker finished is taken over.
 */
export class PartWriter {
  private hash: Hash = createHash("sha256");
  private records = 0;
  private finished = 0;
  private kinds: Records["kinds"] = [];

  private constructor(
    private readonly folder: string,
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: promises.FileHandle,
  ) {}

  /** The number of rows of the shard that are finished, at first by earlier tries. */
  get rowsDone(): number {
    return this.finished;
  }

  /** Creates the file in the folder, and copies to it what earlier tries of the same part finished. */
  static async open(folder: string, head: PartHead, result: PartResult): Promise<PartWriter> {
    const name = partName(head.shard, head.shards);
    const before = await longestTry(folder, name, head, result);
    const worker = `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
    const temporary = join(folder, `.${name}.${worker}${PARTIAL}`);
    const file = await promises.open(temporary, "wx");
    const writer = new PartWriter(folder, join(folder, name), temporary, file);
    try {
      // Another worker that finished the same part may have removed the try.
      const from = before && (await promises.open(before.path).catch(ignoreMissing));
      if (before && from) await writer.takeOver(from, before.mark);
      else await writer.append(`${JSON.stringify(head)}\n${JSON.stringify(result)}\n`);
    } catch (error) {
      writer.finished = 0;
      await writer.leave();
      throw error;
    }
    return writer;
  }

  /**
   * Writes the records of the next rows; after them, `rowsDone` rows of the shard are finished.
   *
   * @param summary what these rows add to the whole, besides records.
   */
  async write({ rows, kinds }: Records, rowsDone: number, summary?: unknown): Promise<void> {
    this.kinds = commonKinds(this.kinds, kinds);
    let text = "";
    for (const cells of rows) {
      text += recordLine(cells);
      this.records++;
      if (text.length < CHUNK_CHARACTERS) continue;
      await this.append(text);
      text = "";
    }
    await this.append(text);
    this.finished = rowsDone;
    const { records, kinds: ofAll, hash } = this;
    const more = summary === undefined ? {} : { summary };
    const mark: PartMark = { rowsDone, records, kinds: ofAll, ...more, hash: digestOf(hash) };
    await this.append(`${JSON.stringify(mark)}\n`);
    await this.file.datasync();
  }

  /** Ends the part and gives it its name; removes what tries of the same part left. */
  async finish(ended: Date): Promise<void> {
    const end: PartEnd = {
      records: this.records,
      kinds: this.kinds,
      ended: ended.toISOString(),
      hash: digestOf(this.hash),
    };
    await this.append(`${JSON.stringify(end)}\n`);
    await this.file.sync();
    await this.file.close();
    await promises.rename(this.temporary, this.path).catch((error) => {
      // Another worker, which finished the same part, has removed the file.
      if (!(error.code === "ENOENT" && existsSync(this.path))) throw error;
    });
    await syncFolder(this.folder);
    for (const path of await triesOf(this.folder, this.path)) await promises.unlink(path).catch(() => {});
  }

  /** Closes the file, which the next try takes over; removes one without a finished row. */
  async leave(): Promise<void> {
    await this.file.close().catch(() => {});
    if (this.finished === 0) await promises.unlink(this.temporary).catch(() => {});
  }

  private async append(text: string | Buffer): Promise<void> {
    this.hash.update(text);
    await this.file.appendFile(text);
  }

  private async takeOver(from: promises.FileHandle, { bytes, rowsDone, records, kinds }: LastMark): Promise<void> {
    [this.finished, this.records, this.kinds] = [rowsDone, records, kinds];
    try {
      for (let at = 0; at < bytes; ) {
        const piece = Buffer.alloc(Math.min(COPY_BYTES, bytes - at));
        const { bytesRead } = await from.read(piece, 0, piece.length, at);
        if (bytesRead === 0) throw new Error("a part of an earlier try became shorter");
        at += bytesRead;
        await this.append(piece.subarray(0, bytesRead));
      }
    } finally {
      await from.close();
    }
  }
}

/** Returns the paths of the tries of a part. */
async function triesOf(folder: string, part: string): Promise<string[]> {
  const start = `.${part.slice(part.lastIndexOf("/") + 1)}.`;
  const names = await promises.readdir(folder);
  return names.filter((name) => name.startsWith(start) && name.endsWith(PARTIAL)).map((name) => join(folder, name));
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

type LastMark = NonNullable<ScannedPart["mark"]>;

/** Returns the try of the same part that finished the most rows; null if none finished any. */
async function longestTry(folder: string, part: string, head: PartHead, result: PartResult) {
  let longest: { path: string; mark: LastMark } | null = null;
  for (const path of await triesOf(folder, part)) {
    const scanned = existsSync(path) ? scanPart(path) : null;
    const mark = scanned?.mark;
    if (!mark || !scanned.result || scanned.result.rows !== result.rows) continue;
    if (differenceOf(scanned.head, head) !== null || differentFact(scanned.result, result) !== null) continue;
    if (!longest || mark.rowsDone > longest.mark.rowsDone) longest = { path, mark };
  }
  return longest;
}

/** Makes a new name in a folder permanent, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await promises.open(folder).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
