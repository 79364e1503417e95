import { UsageError } from "../../core/errors.js";
import { compareSystems, type SystemsComparison } from "../../evaluation/compare-systems.js";
import { recordFormat } from "../../formats/writers.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, expectReadTwice } from "../../shell/inputs.js";
import type { CommonOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeLines, writeRecords } from "../../shell/writers.js";
import { expectLevelOfJudgements } from "../shared/relevant-sets.js";
import { comparisonJson, comparisonRecords, movedRecords } from "./comparison-records.js";
import { comparisonTable } from "./comparison-table.js";
import { expectUsedOptions, kindOf, readSystem, type SystemKind, type SystemOptions } from "./read-systems.js";

export interface CompareOptions extends CommonOptions, SystemOptions {
  readonly with?: readonly string[];
  readonly resamples: number;
  readonly seed: number;
  readonly moved?: number;
}

/** Number of queries that a table and JSON list unless the option says otherwise. */
const MOVED = 3;

/** Runs `simcli compare <queries> [corpus] --with <files>`. @param isGiven whether an option was given. */
export async function runCompare(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: CompareOptions,
  isGiven: (option: string) => boolean,
): Promise<number> {
  const baseline = [queriesPath, corpusPath].filter((path) => path !== undefined);
  const systems = systemsOf(baseline, options);
  expectOneStdin([...baseline, ...systems.flat()]);
  recordFormat(context.format);
  await context.prepare();
  expectLevelOfJudgements(options.relevanceLevel, options.qrels);
  const kinds: SystemKind[] = [];
  for (const paths of [baseline, ...systems]) kinds.push(await kindOf(context, paths, options));
  expectUsedOptions(kinds, isGiven);
  const first = await readSystem(context, baseline, kinds[0], options);
  const others = [];
  for (const [i, paths] of systems.entries()) others.push(await readSystem(context, paths, kinds[i + 1], options));
  await writeComparison(context, compareSystems(first, others, options), options);
  await context.commit();
  return EXIT.done;
}

/**
 * Returns the files of each system.
 *
 * @throws {UsageError} unless each system has as many files as the baseline.
 */
function systemsOf(baseline: readonly string[], { with: files = [], labels, qrels }: CompareOptions): string[][] {
  const size = baseline.length;
  if (files.length === 0 || files.length % size !== 0) {
    const expected = size === 1 ? "a file for each system" : "two files for each system, as for the baseline";
    const found = files.length === 0 ? "none" : files.join(" ");
    throw new UsageError(
      `--with: expected ${expected}, found ${found}`,
      `simcli compare ${baseline.join(" ")} --with ${size === 1 ? "other" : "other-queries other-corpus"}`,
    );
  }
  for (const [flag, path] of [
    ["--labels", labels],
    ["--qrels", qrels],
  ] as const) {
    expectReadTwice(flag, path, "each system reads it: save it to a file");
  }
  return Array.from({ length: files.length / size }, (_, i) => files.slice(i * size, (i + 1) * size));
}

async function writeComparison(
  context: Context,
  comparison: SystemsComparison,
  { resamples, seed, moved, precision }: CompareOptions,
): Promise<void> {
  const format = recordFormat(context.format);
  const shown = { resamples, seed, moved: moved ?? MOVED };
  if (format === "table") {
    return writeLines(context, comparisonTable(comparison, shown, await context.tableOptions([comparison.queries])));
  }
  if (format === "json") {
    return context.write(`${comparisonJson(comparison, shown, numberFormat(precision ?? null, "null"))}\n`);
  }
  const records = moved === undefined ? comparisonRecords(comparison) : movedRecords(comparison, moved);
  await writeRecords(context, format, records);
}
