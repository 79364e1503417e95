import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { MachineError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { isFolder } from "../input/file-size.js";
import type { RecordCell, Records } from "../output/format.js";
import { partsIn, unfinishedIn } from "./folder.js";
import { groupedRecords } from "./grouped-records.js";
import { orderedRecords } from "./ordered-records.js";
import { commonKinds, type OrderedJoining, type PartHead, type PartResult, partName } from "./part-file.js";
import { type RecordList, recordsOf, scanPart } from "./part-reader.js";
import { ranges } from "./ranges.js";
import { differenceOf, differentFact } from "./same-job.js";

/** A whole part in a folder. There may be very many: only what differs from part to part is kept. */
export interface WholePart {
  readonly path: string;
  /** From 0. */
  readonly shard: number;
  /** When the work began and ended, in milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  /** What its rows add to the whole, besides records. */
  readonly summaries: readonly unknown[];
  /** Where its blocks of records begin, and where the last ends, in bytes. */
  readonly blocks: readonly number[];
  readonly bytes: number;
  /** Tells another file of the same name. */
  readonly inode: number;
}

/** The parts of a job in a folder. */
export interface JobParts {
  readonly folder: string;
  /** What the first part says about the job. */
  readonly head: PartHead;
  readonly result: PartResult;
  /** The types of the columns, by all parts. */
  readonly kinds: Records["kinds"];
  /** In the order of the shards. */
  readonly parts: readonly WholePart[];
  /** Paths of parts that are cut short or changed. */
  readonly damaged: readonly string[];
  readonly shards: number;
  /** Shards without a whole part, from 0. */
  readonly missing: readonly number[];
  /** The first index of the array of jobs that computed the parts; null if none did. */
  readonly arrayStart: PartHead["arrayStart"];
}

/**
 * Reads all parts in a folder, and compares their hashes.
 *
 * @throws {MachineError} for a folder without parts, and for parts of different jobs.
 */
export function findParts(folder: string): JobParts {
  if (existsSync(folder) && !isFolder(folder)) {
    throw new MachineError(
      `${folder}: expected the folder of the parts, found a file`,
      `simcli merge ${shellWord(dirname(folder))}`,
    );
  }
  const parts: WholePart[] = [];
  const damaged: string[] = [];
  let first: Described | null = null;
  let kinds: Records["kinds"] = [];
  let arrayStart: PartHead["arrayStart"] = null;
  for (const path of partsIn(folder)) {
    const scanned = scanPart(path);
    // A copy of the part of another shard is none of this one.
    const isInPlace = scanned && path.endsWith(partName(scanned.head.shard, scanned.head.shards));
    if (!isInPlace || !scanned.end || !scanned.result) {
      damaged.push(path);
      continue;
    }
    const { head, result, end, ...others } = scanned;
    first ??= { path, head, result };
    expectSameJob({ path, head, result }, first);
    kinds = commonKinds(kinds, end.kinds);
    arrayStart ??= head.arrayStart;
    const { shard } = head;
    const { summaries, blocks, bytes, inode } = others;
    const [began, ended] = [Date.parse(head.began), Date.parse(end.ended)];
    parts.push({ path, shard, began, ended, summaries, blocks, bytes, inode });
  }
  if (!first) throw noParts(folder, damaged.length);
  const { head, result } = first;
  const present = new Set(parts.map(({ shard }) => shard));
  const { shards } = head;
  const missing = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !present.has(shard));
  return { folder, head, result, kinds, parts, damaged, shards, missing, arrayStart };
}

/** Returns the error for a folder without a whole part. */
function noParts(folder: string, damaged: number): MachineError {
  if (!isFolder(folder)) {
    return new MachineError(`${folder}: no such folder`, "is the path right? -o of the shards names the folder");
  }
  const unfinished = unfinishedIn(folder);
  if (unfinished > 0 && damaged === 0) {
    return new MachineError(
      `${folder}: expected parts of a job, found none that is finished, and ${unfinished} that are begun`,
      "run the same shards again: they go on where they stopped",
    );
  }
  const found = damaged > 0 ? `found ${damaged} that are not whole` : "found none";
  return new MachineError(`${folder}: expected parts of a job, ${found}`, "--shard 1/40 -o FOLDER writes them");
}

interface Described extends Pick<JobParts, "head" | "result"> {
  readonly path: string;
}

function expectSameJob(one: Described, other: Described): void {
  if (one === other) return;
  const rows =
    one.result.rows === other.result.rows ? null : `numbers of rows: ${one.result.rows} and ${other.result.rows}`;
  const columns = [one, other].map(({ result }) => result.columns.join(","));
  const difference =
    differenceOf(one.head, other.head) ??
    rows ??
    (columns[0] === columns[1] ? null : `columns: ${columns.join(" and ")}`) ??
    differentFact(one.result, other.result);
  if (difference === null) return;
  throw new MachineError(
    `${one.path} and ${other.path}: expected parts of one job, found other ${difference}`,
    "each job needs a folder of its own: remove the parts of the other job",
  );
}

/**
 * Returns what to run again: the numbers of shards as an array of jobs takes them, `0,3-5`, in its own count, from 1 if it had none; for
 * shards of queries and corpus without an array, the options of each.
 */
export function runAgain({ missing, arrayStart, head: { shards, corpusShards = 1 } }: JobParts): string[] {
  if (missing.length === 0) return [];
  if (corpusShards === 1 || arrayStart !== null) return [ranges(missing.map((shard) => shard + (arrayStart ?? 1)))];
  return missing.map((shard) => {
    const [of, ofCorpus] = [Math.floor(shard / corpusShards), shard % corpusShards];
    return `--shard ${of + 1}/${shards / corpusShards} --corpus-shard ${ofCorpus + 1}/${corpusShards}`;
  });
}

/** @throws {MachineError} unless each shard has a whole part. */
export function expectAllParts(job: JobParts): void {
  const { parts, missing, damaged, shards, folder } = job;
  if (missing.length === 0) return;
  const names =
    damaged.length > 0 ? `; not whole: ${damaged.slice(0, SOME).join(", ")}${damaged.length > SOME ? ", …" : ""}` : "";
  const again = runAgain(job);
  const others = again.length > SOME ? `, … (all: simcli merge ${shellWord(folder)} --missing)` : "";
  throw new MachineError(
    `${folder}: expected ${shards} parts, found ${parts.length}${names}`,
    `run these again: ${again.slice(0, SOME).join(", ")}${others}`,
  );
}

/** Returns what the rows of all shards add to the whole, in the order of the rows. */
export const summariesOf = <S>({ parts }: JobParts): S[] => parts.flatMap(({ summaries }) => summaries as S[]);

/**
 * Returns the records of all parts as those of one run, as they are read.
 *
 * @param maxBytes maximum memory for what cannot be passed on as it is read.
 * @throws {MachineError} unless each shard has a whole part.
 */
export function mergedRecords(job: JobParts, maxBytes = Number.POSITIVE_INFINITY): Records {
  expectAllParts(job);
  const { kinds, result } = job;
  const { columns, dataColumns } = result;
  return { columns, kinds, rows: joined(job, maxBytes), ...(dataColumns !== undefined && { dataColumns }) };
}

function* joined({ parts, result, head }: JobParts, maxBytes: number): Generator<RecordCell[]> {
  const { joining, rows } = result;
  if (joining?.kind === "groups") yield* groupedRecords(recordsOfAll(parts), rows, joining, maxBytes);
  else if (joining?.kind === "ordered") {
    const { corpusShards = parts.length } = head;
    for (let first = 0; first < parts.length; first += corpusShards) {
      yield* orderedRecords(listsOf(parts.slice(first, first + corpusShards), joining), joining);
    }
  } else yield* recordsOfAll(parts);
}

function* recordsOfAll(parts: readonly WholePart[]): Generator<RecordCell[]> {
  for (const part of parts) yield* recordsOf(wholeList(part));
}

const wholeList = ({ path, blocks, bytes, inode }: WholePart): RecordList => ({
  path,
  from: blocks[0],
  to: bytes,
  inode,
});

/** Returns the lists of records that are in order. */
function listsOf(parts: readonly WholePart[], { lists }: OrderedJoining): RecordList[] {
  if (lists === "parts") return parts.map(wholeList);
  return parts.flatMap((part) =>
    part.blocks.map((from, k) => ({ ...wholeList(part), from, to: part.blocks[k + 1] ?? part.bytes })),
  );
}

const SOME = 5;
