import { existsSync, mkdirSync } from "node:fs";
import { MachineError, UsageError } from "../core/errors.js";
import { rowsOfShard, type Shard } from "../core/shard.js";
import { rowsFrom, type VectorSet } from "../core/vectors.js";
import { fileSize, isFolder } from "../input/file-size.js";
import { isList } from "../input/source-list.js";
import type { Records } from "../output/format.js";
import { openVectors } from "../reading/input-files.js";
import { chooseCorpusShard, chooseShard, type ShardOption } from "../sharding/array-index.js";
import { fingerprintOf } from "../sharding/fingerprint.js";
import { anyPartIn } from "../sharding/folder.js";
import type { PartHead, PartInput, PartResult } from "../sharding/part-file.js";
import { differenceOfPart, PartWriter, stateOfPart } from "../sharding/part-writer.js";
import type { Context } from "./context.js";
import { writeError } from "./destination.js";
import { isStdin } from "./inputs.js";
import { VERSION } from "./version.js";

/** Options of commands that compute one of several shards. */
export interface ShardOptions {
  readonly shard?: ShardOption;
  /** A share of the corpus, besides that of the queries. */
  readonly corpusShard?: ShardOption;
  /** Rows after which a shard keeps what it has found. */
  readonly checkpoint?: number;
}

/** @throws {UsageError} for options of a shard without one. */
export function expectShard({ shard, corpusShard, checkpoint }: ShardOptions): void {
  if (checkpoint === undefined || shard || corpusShard) return;
  throw new UsageError("--checkpoint: expected --shard with it, found none", "--shard 1/40 -o parts/");
}

/** What some rows of a shard give: records, and what else they add to the whole. */
export interface RowsFound {
  readonly records: Records;
  readonly summary?: unknown;
}

/** What a command computes, whatever the shard. */
export interface ShardedJob {
  readonly command: string;
  readonly options: ShardOptions & {
    readonly output?: string;
    readonly format?: string;
    readonly json?: true;
    readonly precision?: number;
  };
  /** The files on which the result depends. */
  readonly files: readonly (string | undefined)[];
}

/** Products of components in about a minute. */
const PRODUCTS_A_MINUTE = 2e12;

/** Returns the number of rows that are compared with all rows of a corpus in about a minute. */
export const rowsInAMinute = (corpusRows: number, dimensions: number): number =>
  Math.max(1, Math.floor(PRODUCTS_A_MINUTE / (corpusRows * dimensions)));

/** Options on which no record depends. */
const OTHER_OPTIONS: ReadonlySet<string> = new Set([
  ...["shard", "corpusShard", "checkpoint", "output", "format", "json", "precision", "full", "heatmap"],
  ...["color", "threads", "maxMemory", "quiet", "verbose", "strict"],
]);

/** Writes the records of the rows up to `rowsDone` of the shard, with what else these rows add to the whole. */
export type WriteRows = (records: Records, rowsDone: number, summary?: unknown) => Promise<void>;

/** One shard of a job, whose part is not there yet. */
export class OpenShard {
  /** Which of the queries, or of the rows. */
  readonly shard: Shard;
  /** Which of the corpus; null if it is not divided. */
  readonly corpusShard: Shard | null;

  constructor(
    private readonly folder: string,
    private readonly head: PartHead,
  ) {
    const { shard, shards, corpusShards: count = 1 } = head;
    this.shard = { index: Math.floor(shard / count), count: shards / count };
    this.corpusShard = head.corpusShards === undefined ? null : { index: shard % count, count };
  }

  /** Such as `shard 3/40`. */
  get name(): string {
    const { shard, corpusShard } = this;
    return `shard ${numberOf(shard)}${corpusShard ? `, corpus ${numberOf(corpusShard)}` : ""}`;
  }

  /**
   * Makes the part: goes on after the rows that earlier tries have finished. After an error, the file is closed for the next try.
   *
   * @param rows the number of rows of the shard.
   * @param work does the rows after the first `begun`, and writes the records of those up to `rowsDone`, with what else they add
   * to the whole.
   */
  async make(
    context: Context,
    result: PartResult,
    rows: number,
    work: (begun: number, write: WriteRows) => Promise<void>,
  ): Promise<void> {
    const writer = await this.attempt(() => PartWriter.open(this.folder, this.head, result));
    try {
      const begun = writer.rowsDone;
      if (begun > 0) context.note(`${this.name}: goes on after ${begun} of ${rows} rows`);
      await work(begun, (records, rowsDone, summary) => this.attempt(() => writer.write(records, rowsDone, summary)));
      await this.attempt(() => writer.finish(new Date()));
    } finally {
      await writer.leave();
    }
  }

  /**
   * Computes the rows of the shard that earlier tries have not finished, some at a time, and writes the part.
   *
   * @param rows the number of rows of the shard. @param atOnce the number of rows that are computed at a time.
   */
  compute(
    context: Context,
    result: PartResult,
    { rows, atOnce }: { readonly rows: number; readonly atOnce: number },
    find: (first: number, end: number) => Promise<RowsFound>,
  ): Promise<void> {
    return this.make(context, result, rows, async (begun, write) => {
      for (let first = begun; first < rows; first += atOnce) {
        const end = Math.min(rows, first + atOnce);
        const { records, summary } = await find(first, end);
        await write(records, end, summary);
      }
    });
  }

  private attempt<R>(work: () => Promise<R>): Promise<R> {
    return work().catch((error) => {
      throw writeError(error, this.folder);
    });
  }
}

/**
 * Opens the shard of a job that `--shard` names; null if its part is there and whole.
 *
 * @throws {UsageError} without a folder for the parts, for a format, and for stdin. {@link MachineError} if the folder cannot be created, or
 * has parts of another job.
 */
export async function openShard(context: Context, job: ShardedJob): Promise<OpenShard | null> {
  const began = new Date().toISOString();
  const { command, options } = job;
  const { shard: wanted, corpusShard, output: folder, format, json, precision } = options;
  if (folder === undefined || folder === "-") {
    throw new UsageError("--shard: expected a folder for the parts, found none", "-o parts/");
  }
  if (format !== undefined || json) {
    const flag = json ? "--json" : "--format";
    throw new UsageError(`${flag}: expected no format with --shard, found one`, "simcli merge writes any format");
  }
  if (precision !== undefined) {
    const hint = `parts keep all digits: simcli merge ${folder} --precision ${precision}`;
    throw new UsageError("--precision: expected no digits with --shard, found some", hint);
  }
  const stdin = job.files.find(isStdin);
  if (stdin !== undefined) {
    throw new UsageError(`--shard: expected files, found ${stdin}`, "each worker reads the same files");
  }
  prepareFolder(folder);
  const { env } = context.streams;
  const other = anyPartIn(folder);
  // Where the array of the job begins, by the part of another shard.
  const arrayStart = other?.head.arrayStart ?? null;
  const shard = corpusShard
    ? chooseCorpusShard(wanted, corpusShard, env, arrayStart)
    : chooseShard(wanted ?? ONE_SHARD, env, arrayStart);
  const head: PartHead = {
    simcli: VERSION,
    command,
    options: Object.fromEntries(Object.entries(options).filter(([name]) => !OTHER_OPTIONS.has(name))),
    inputs: await inputsOf(job.files.flatMap((file) => file ?? [])),
    shard: shard.index,
    shards: shard.count,
    ...(shard.corpusShards !== undefined && { corpusShards: shard.corpusShards }),
    arrayStart: shard.arrayStart,
    began,
  };
  const opened = new OpenShard(folder, head);
  if (shard.source) context.detail(`${opened.name} by ${shard.source}`);
  const part = stateOfPart(folder, head);
  if (part.kind === "other") throw otherJob(part.path, part.difference);
  if (part.kind === "whole") {
    context.note(`${part.path} is there and whole: nothing to do`);
    return null;
  }
  // merge would refuse the parts of two jobs, after all shards have run.
  const difference = other && differenceOfPart(other.path, other.head, head);
  if (other && difference) throw otherJob(other.path, difference);
  if (part.kind === "damaged") context.note(`${part.path} is damaged: computed again`);
  return opened;
}

const otherJob = (path: string, difference: string) =>
  new MachineError(
    `${path}: expected a part of this job, found other ${difference}`,
    "use another folder: what the part has is named first",
  );

const ONE_SHARD: ShardOption = { number: 1, count: 1 };

/** Returns the files that are among the values of options such as `--labels`, which may name a column in place of a file. */
export const filesAmong = (...texts: readonly (string | undefined)[]): (string | undefined)[] =>
  texts.filter((text) => text === "-" || (text !== undefined && fileSize(text) !== null));

/** Returns the rows of a shard of a set, which has them already if only they were read. */
export function ownRows(set: VectorSet, shard: Shard): VectorSet {
  if (set.fileRows !== undefined) return set;
  return { ...rowsFrom(set, ...rowsOfShard(shard, set.rows)), fileRows: set.rows };
}

/** Formats a shard as the option does: `3/40`. */
const numberOf = ({ index, count }: Shard): string => `${index + 1}/${count}`;

/** Creates the folder of the parts, unless it exists. */
function prepareFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (existsSync(folder)) {
    throw new MachineError(`${folder}: expected a folder for the parts, found a file`, "-o parts/");
  }
  try {
    // Not its parents: Node creates them without an end in some folders, such as /proc.
    mkdirSync(folder);
  } catch (error) {
    // Another worker may have created it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw writeError(error, folder);
  }
}

/** Returns the fingerprints of files, of all files of a pattern or a folder. */
async function inputsOf(names: readonly string[]): Promise<PartInput[]> {
  const inputs: PartInput[] = [];
  for (const name of names) {
    const source = openVectors(name, {});
    const paths = isList(source)
      ? source.parts.map(({ file, name }) => file?.path ?? name)
      : [source.file?.path ?? name];
    for (const path of paths) inputs.push({ name: path, ...(await fingerprintOf(path)) });
  }
  return inputs;
}
