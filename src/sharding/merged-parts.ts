import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { MachineError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { isFolder } from "../input/file-size.js";
import type { RecordCell, Records } from "../output/format.js";
import { partsIn } from "./folder.js";
import { commonKinds, type PartEnd, type PartHead, type PartResult, partName } from "./part-file.js";
import { recordsOf, scanPart } from "./part-reader.js";
import { ranges } from "./ranges.js";
import { differenceOf } from "./same-job.js";

/** A whole part in a folder. */
export interface WholePart {
  readonly path: string;
  readonly head: PartHead;
  readonly result: PartResult;
  /** What its rows add to the whole, besides records. */
  readonly summaries: readonly unknown[];
  readonly end: PartEnd;
}

/** The parts of a job in a folder. */
export interface JobParts {
  readonly folder: string;
  /** In the order of the shards. */
  readonly parts: readonly WholePart[];
  /** Paths of parts that are cut short or changed. */
  readonly damaged: readonly string[];
  readonly shards: number;
  /** Shards without a whole part, from 0. */
  readonly missing: readonly number[];
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
  for (const path of partsIn(folder)) {
    const scanned = scanPart(path);
    // A copy of the part of another shard is none of this one.
    const isInPlace = scanned && path.endsWith(partName(scanned.head.shard, scanned.head.shards));
    if (!isInPlace || !scanned.end || !scanned.result) {
      damaged.push(path);
      continue;
    }
    const { head, summaries, end } = scanned;
    expectSameJob({ path, head, result: scanned.result }, parts[0]);
    // The result of a part may be large, and is that of all parts.
    const result = parts[0]?.result ?? scanned.result;
    parts.push({ path, head, result, summaries, end });
  }
  const [first] = parts;
  if (!first) {
    const found = damaged.length > 0 ? `found ${damaged.length} that are not whole` : "found none";
    throw new MachineError(`${folder}: expected parts of a job, ${found}`, "--shard 1/40 -o FOLDER writes them");
  }
  const present = new Set(parts.map(({ head }) => head.shard));
  const { shards } = first.head;
  const missing = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !present.has(shard));
  return { folder, parts, damaged, shards, missing };
}

type Described = Pick<WholePart, "path" | "head" | "result">;

function expectSameJob(one: Described, other: Described | undefined): void {
  if (!other) return;
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

function differentFact({ facts: a = {} }: PartResult, { facts: b = {} }: PartResult): string | null {
  const name = Object.keys({ ...a, ...b }).find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
  return name === undefined ? null : name;
}

/** Returns the numbers of shards as an array of jobs takes them: `0,3-5`, in its own count, from 1 if it had none. */
export function arrayOf(shards: readonly number[], { parts }: JobParts): string {
  const start = parts.map(({ head }) => head.arrayStart).find((first) => first !== null) ?? 1;
  return ranges(shards.map((shard) => shard + start));
}

/** @throws {MachineError} unless each shard has a whole part. */
export function expectAllParts(job: JobParts): void {
  const { parts, missing, damaged, shards, folder } = job;
  if (missing.length === 0) return;
  const names =
    damaged.length > 0 ? `; not whole: ${damaged.slice(0, SOME).join(", ")}${damaged.length > SOME ? ", …" : ""}` : "";
  throw new MachineError(
    `${folder}: expected ${shards} parts, found ${parts.length}${names}`,
    `run these again: ${arrayOf(missing, job)}`,
  );
}

/** Returns what the rows of all shards add to the whole, in the order of the rows. */
export const summariesOf = <S>({ parts }: JobParts): S[] => parts.flatMap(({ summaries }) => summaries as S[]);

/**
 * Returns the records of all parts, in the order of the shards, as they are read.
 *
 * @throws {MachineError} unless each shard has a whole part.
 */
export function mergedRecords(job: JobParts): Records {
  expectAllParts(job);
  const { parts } = job;
  const { columns } = parts[0].result;
  const kinds = parts.map(({ end }) => end.kinds).reduce(commonKinds);
  function* rows(): Generator<RecordCell[]> {
    for (const { path } of parts) yield* recordsOf(path);
  }
  return { columns, kinds, rows: rows() };
}

const SOME = 5;
