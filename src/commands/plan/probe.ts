import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { SimcliError } from "../../core/errors.js";
import { now } from "../../core/phases.js";
import { shellWord } from "../../core/shell-word.js";
import { commandLine } from "../../shell/report.js";
import type { PlannedLine } from "./planned-line.js";
import { type Sample, writeSample } from "./sample.js";

/** What a search costs on this machine. */
export interface Costs {
  readonly queries: Sample;
  readonly corpus: Sample;
  /** Seconds from the start of a worker to its first product, without reading. */
  readonly startSeconds: number;
  /** Seconds for a query and a row of the corpus, by all threads. */
  readonly secondsPerPair: number;
  readonly readBytesPerSecond: number;
  readonly threads: number;
}

/** Limits of the samples: they fit in memory and are searched in seconds. */
const CORPUS = { mostRows: 50_000, mostBytes: 2 ** 28 };
const QUERIES = { mostRows: 4096, mostBytes: 2 ** 27 };
/** The number of queries of the first of two runs; the difference of both is the time of queries alone. */
const FEW = 512;

/**
 * Runs the search on samples of the files, in two sizes, by the program itself.
 *
 * @throws {SimcliError} with the message of the search, if it fails.
 */
export async function measure({ files, read, search: options, words }: PlannedLine): Promise<Costs> {
  const folder = mkdtempSync(join(tmpdir(), "simcli-plan-"));
  try {
    const [q, few, c] = ["queries.npy", "few.npy", "corpus.npy"].map((name) => join(folder, name));
    const began = now();
    const corpus = await writeSample(files[1], c, read, CORPUS);
    const readSeconds = (now() - began) / 1000;
    const queries = await writeSample(files[0], q, read, QUERIES);
    const fewRows = Math.min(FEW, Math.ceil(queries.rows / 2));
    await writeSample(q, few, {}, { mostRows: fewRows, mostBytes: QUERIES.mostBytes });
    const seconds = async (path: string) => {
      const before = now();
      await search([path, c, ...options]).catch((error) => {
        throw aboutFiles(
          error,
          new Map([
            [q, files[0]],
            [few, files[0]],
            [c, files[1]],
          ]),
          words,
        );
      });
      return (now() - before) / 1000;
    };
    // The first run also reads the program and the files from the disk.
    await seconds(few);
    const short = await seconds(few);
    const long = await seconds(q);
    const more = Math.max(1, queries.rows - fewRows) * corpus.rows;
    const secondsPerPair = Math.max(long - short, 1e-3) / more;
    const startSeconds = Math.max(0.05, short - fewRows * corpus.rows * secondsPerPair);
    const sampleBytes = (corpus.fileBytes * corpus.rows) / corpus.fileRows;
    return {
      queries,
      corpus,
      startSeconds,
      secondsPerPair,
      readBytesPerSecond: sampleBytes / Math.max(readSeconds, 1e-3),
      threads: cpus().length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function search(words: readonly string[]): Promise<void> {
  const args = [process.argv[1], "topk", ...words, "--quiet", "--format", "csv"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 30 }, (error, _, stderr) => {
      if (!error) return resolve();
      const [first = error.message, second = ""] = stderr.split("\n");
      reject(new SimcliError(first.replace(/^simcli: /, ""), second.replace(/^hint: /, "")));
    });
  });
}

/** Returns the error of a search of samples as one of the files, whose first rows they are. */
function aboutFiles(error: unknown, files: ReadonlyMap<string, string>, words: readonly string[]): unknown {
  if (!(error instanceof SimcliError)) return error;
  let { message } = error;
  for (const [sample, file] of files) message = message.replaceAll(sample, file);
  const [reason, added] = error.hint?.split(/: simcli topk .* --quiet --format csv /) ?? [];
  const hint =
    added === undefined
      ? "plan searches the first rows of the files"
      : `${reason}: ${commandLine(["plan", `${words.map(shellWord).join(" ")} ${added}`])}`;
  return new SimcliError(message, hint);
}
