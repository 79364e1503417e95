import { UsageError } from "../../core/errors.js";
import type { VectorSet } from "../../core/vectors.js";
import { isPicture, recordOrPictureFormat } from "../../formats/writers.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs, PairList } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComputeOptions } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { type CorpusOptions, corpusParts } from "../shared/corpus-parts.js";
import { labelsFrom, readLabelled, withLabels } from "../shared/labels.js";
import { groupRecords, namesOfSet, pairRecords } from "./pair-records.js";
import { pairsAcross } from "./pairs-across.js";

export interface PairsOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: true;
  readonly labels?: string;
}

/** Runs `simcli pairs <a> [b]`. */
export async function runPairs(
  context: Context,
  path: string,
  secondPath: string | undefined,
  options: PairsOptions,
): Promise<number> {
  recordOrPictureFormat(context.format);
  if (secondPath !== undefined && options.groups) {
    throw new UsageError("--groups: expected one file, found two", `simcli pairs ${path} --groups`);
  }
  expectOneStdin([path, secondPath, options.labels]);
  await context.prepare();
  const { metric, mode, backend, zeroVectors, dtype } = options;
  prefetchBlas(context, options, path, secondPath);
  const read = { ...readOptionsOf(options), dtype: storedPrecision(dtype) };
  const labels = await labelsFrom(context, options.labels);
  const set = withLabels(await readLabelled(context, path, read, labels), labels, options.labels);
  context.memory.take(unitRowBytes(metric, set));
  const computing = { mode, backend, zeroVectors, ...context.engineOptions };
  if (secondPath === undefined) await writePairsWithin(context, set, path, options, computing);
  else {
    const corpus = { read, labels, labelsText: options.labels };
    await writePairsAcross(context, set, [path, secondPath], options, computing, corpus);
  }
  await context.commit();
  return EXIT.done;
}

const listFor = (context: Context, { maxPairs = Number.POSITIVE_INFINITY, metric }: PairsOptions): PairList =>
  new PairList(maxPairs, METRICS[metric].nearer === "greater" ? 1 : -1, context.room());

async function writePairsWithin(
  context: Context,
  set: VectorSet,
  path: string,
  options: PairsOptions,
  computing: ComputeOptions,
): Promise<void> {
  const { metric, minScore } = options;
  const scores = await searchableTiles(metric, set, set, { ...computing, upper: true });
  const near = `rows of ${path} that score ${minScore} or better`;
  const names = namesOfSet(set);
  if (isPicture(context.format)) {
    const { pairPicture } = await import("./pair-picture.js");
    const maxBytes = context.room();
    await writeFigure(
      context,
      context.format,
      await pairPicture(set, context.computing(scores), { ...options, maxBytes }),
    );
  } else if (options.groups) {
    const groups = new Groups(set.rows);
    await findPairs(context.computing(scores), minScore, (first, second) => {
      groups.connect(first, second);
    });
    await writeRecordList(context, groupRecords(groups.list(), names), `groups of ${near}`);
  } else {
    const list = listFor(context, options);
    await findPairs(context.computing(scores), minScore, (...pair) => list.add(...pair));
    await writeRecordList(context, pairRecords(list.sorted(), names, names), `pairs of ${near}`);
  }
  context.detailProduct(scores);
}

async function writePairsAcross(
  context: Context,
  set: VectorSet,
  [path, secondPath]: readonly [string, string],
  options: PairsOptions,
  computing: ComputeOptions,
  corpus: CorpusOptions,
): Promise<void> {
  const { metric, minScore } = options;
  const list = listFor(context, options);
  const parts = corpusParts(context, secondPath, corpus);
  const second = await pairsAcross(context, set, parts, { metric, minScore, computing }, list);
  const pairs = list.sorted();
  if (isPicture(context.format)) {
    const { acrossPicture } = await import("./pair-picture.js");
    return writeFigure(context, context.format, acrossPicture(pairs, [set.rows, second.rows], options));
  }
  const title = `pairs of rows of ${path} and ${secondPath} that score ${minScore} or better`;
  await writeRecordList(context, pairRecords(pairs, namesOfSet(set), second.names), title);
}
