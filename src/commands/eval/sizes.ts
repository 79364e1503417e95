import { UsageError } from "../../core/errors.js";
import { type Quantization, quantized, type Ranges, rangesOf } from "../../core/quantization.js";
import { sharedDoublesOf, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { evaluate } from "../../evaluation/evaluate.js";
import { isRank, MetricMeans } from "../../evaluation/retrieval-metrics.js";
import { randomisationTest } from "../../evaluation/significance/sign-flips.js";
import { recordFormat } from "../../formats/writers.js";
import { isUnitSet, shortenedSet, tooFew } from "../../reading/first-dimensions.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, expectReadTwice, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import { EXIT } from "../../shell/report.js";
import { writeLines, writeRecords } from "../../shell/writers.js";
import { computeTiles } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { isBitMetric } from "../../similarity/options.js";
import { calibrationRanges, expectCalibration } from "../shared/quantization.js";
import { expectAnswered, type RelevantSets, readRelevantSets } from "../shared/relevant-sets.js";
import { type EvalOptions, metricChoice } from "./run.js";
import { type Size, sizeRecords, sizesTable } from "./sizes-records.js";

/** Options of `simcli eval` with several sizes of vectors. */
export interface SizesOptions extends Omit<EvalOptions, "dimensions" | "quantize"> {
  readonly dimensions?: readonly number[];
  readonly quantize?: readonly (Quantization | "none")[];
}

/** Signs that are drawn for the p-value of a loss, and their seed. */
const RESAMPLES = 10_000;
const SEED = 0;

/** The values of a metric for each query, by name. */
type ByQuery = ReadonlyMap<string, Float64Array>;

/** Runs `simcli eval <queries> [corpus]` for several sizes of the vectors, which are read once. */
export async function runSizes(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: SizesOptions,
): Promise<number> {
  const { labels, qrels, perQuery, calibration, quantize = ["none"], dimensions = [], dtype } = options;
  const { relevanceLevel } = options;
  expectOneStdin([queriesPath, corpusPath, labels, qrels]);
  if (perQuery) {
    throw new UsageError("--per-query: expected one size of vectors, found a list", "--dimensions 64 --quantize int8");
  }
  if (options.carry) {
    throw new UsageError("--carry: expected --per-query with it, found a list of sizes", "leave --carry out");
  }
  if (isBitMetric(options.metric)) {
    throw new UsageError(
      `--metric ${options.metric}: expected one size of vectors, found a list`,
      dimensions.length > 1
        ? `one run for each size: --quantize binary --dimensions ${dimensions[0]}`
        : "one run for each type: --quantize binary",
    );
  }
  expectCalibration(quantize, calibration);
  // Each number of dimensions has its own ranges.
  if (dimensions.length > 1) expectReadTwice("--calibration", calibration, "save the vectors to a file");
  const format = recordFormat(context.format);
  await context.prepare();
  const { dimensions: _, quantize: __, ...input } = options;
  const read = { ...readOptionsOf(input), dtype: storedPrecision(dtype) };
  const sets = await readRelevantSets(context, queriesPath, corpusPath, read, {
    labels,
    judgements: { option: "--qrels", path: qrels, level: relevanceLevel },
  });
  const sizes = await evaluateSizes(context, sets, options, read);
  const counts = { queries: sets.queries.rows, corpus: sets.corpus.rows };
  if (format === "table") {
    await writeLines(context, sizesTable(sizes, { ...options, ...counts }, await context.tableOptions([])));
  } else await writeRecords(context, format, sizeRecords(sizes));
  await context.commit();
  return EXIT.done;
}

/** Evaluates the full vectors, then each size. */
async function evaluateSizes(
  context: Context,
  sets: RelevantSets,
  options: SizesOptions,
  read: ReadVectorsOptions,
): Promise<Size[]> {
  const { queries, corpus } = sets;
  const all = Math.min(queries.dimensions, corpus.dimensions);
  const { dimensions = [all], quantize = ["none"], metric } = options;
  for (const set of [queries, corpus]) {
    const beyond = dimensions.find((d) => d > set.dimensions);
    if (beyond !== undefined) throw tooFew(set.name, set.dimensions, beyond);
  }
  // A copy of the vectors, its doubles, and the unit rows.
  context.memory.take(3 * 8 * (queries.rows + (sets.isSelf ? 0 : corpus.rows)) * Math.max(...dimensions));
  const full = await valuesByQuery(context, sets, options);
  const isPacked = options.packedBits !== undefined;
  const sizes = [sizeOf(queries, all, "none", full, null, isPacked)];
  const keepUnitLength = METRICS[metric].direction === null;
  const isScaled = keepUnitLength && dimensions.some((d) => d < queries.dimensions) && isUnitSet(queries);
  if (isScaled) context.note(`${queries.name}: rows of length 1 have length 1 again after --dimensions`);
  let ranges: Ranges | null = null;
  for (const d of dimensions) {
    const short = inBoth(sets, (set) => (d === set.dimensions ? set : shortenedSet(set, d, keepUnitLength)));
    if (quantize.includes("int8")) {
      const reading = { ...read, dimensions: d, keepUnitLength };
      // The note about the ranges is the same for all dimensions.
      const isNoted: boolean = ranges !== null && options.calibration === undefined;
      const find = async () => rangesOf(short.corpus);
      ranges = await (isNoted ? find() : calibrationRanges(context, options.calibration, reading, find));
    }
    for (const kind of quantize) {
      if (d === all && kind === "none") continue;
      const small = inBoth(short, (set) =>
        kind === "none" ? set : quantized(set, kind, ranges, sharedNumbers(set.values.length, set.values)),
      );
      sizes.push(sizeOf(queries, d, kind, await valuesByQuery(context, small, options), full, isPacked));
      context.detail(`evaluated ${d} dimensions, ${kind}, by ${metric}`);
    }
  }
  return sizes;
}

/** Applies a change to both sets, or to the one set that is compared with itself. */
function inBoth(sets: RelevantSets, change: (set: VectorSet) => VectorSet): RelevantSets {
  const queries = change(sets.queries);
  return { ...sets, queries, corpus: sets.isSelf ? queries : change(sets.corpus) };
}

/** Evaluates a size of the vectors. Returns the values of each metric, one for each query with a relevant row. */
async function valuesByQuery(
  context: Context,
  { queries, corpus, relevance, isSelf }: RelevantSets,
  options: SizesOptions,
): Promise<ByQuery> {
  const { metric, mode, backend, zeroVectors, dtype, k } = options;
  const wide = (set: VectorSet) => (dtype === "f32" ? set : { ...set, values: sharedDoublesOf(set.values) });
  const left = wide(queries);
  const right = isSelf ? left : wide(corpus);
  const scores = await computeTiles(metric, left, right, { mode, backend, zeroVectors, ...context.engineOptions });
  const choice = metricChoice(options);
  const metrics = new MetricMeans(k, choice);
  const values: number[][] = metrics.names.map(() => []);
  const { answered } = await evaluate(context.computing(scores), relevance, {
    excludeSelf: isSelf,
    cutoffs: k,
    metrics: choice,
    runtime: context.runtime,
    onQuery: (query) => {
      for (const [i, value] of metrics.valuesOf(query).entries()) values[i].push(value);
    },
  });
  expectAnswered(answered, queries.name);
  return new Map(metrics.names.map((name, i) => [name, Float64Array.from(values[i])]));
}

/** Returns the means of a size, and what they lose against the full vectors. */
function sizeOf(
  set: VectorSet,
  dimensions: number,
  quantize: Size["quantize"],
  values: ByQuery,
  full: ByQuery | null,
  isPacked: boolean,
): Size {
  const metrics = Array.from(values, ([name, own]) => {
    const before = full?.get(name);
    // A larger rank is worse; the other metrics are better if they are larger.
    const sign = isRank(name) ? -1 : 1;
    const losses = before?.map((value, i) => sign * (value - own[i])) ?? null;
    return { name, value: meanOf(own), loss: losses && meanOf(losses), p: losses && pairedPValue(losses) };
  });
  return { dimensions, quantize, bytes: bytesOf(set, dimensions, quantize, isPacked), metrics };
}

/** Returns the p-value of the mean of differences being 0, two-sided. */
function pairedPValue(differences: Float64Array): number {
  return differences.every(Number.isFinite) ? randomisationTest(differences, RESAMPLES, SEED).p : Number.NaN;
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Returns the bytes of a vector; unquantised components have the precision in which they were read, or are packed bits. */
function bytesOf({ values }: VectorSet, d: number, quantize: Size["quantize"], isPacked: boolean): number {
  const widths = { none: isPacked ? 1 / 8 : values.BYTES_PER_ELEMENT, int8: 1, f16: 2, binary: 1 / 8 };
  return Math.ceil(d * widths[quantize]);
}
