import { UsageError } from "../../core/errors.js";
import type { QuerySummary } from "../../core/results.js";
import type { VectorSet } from "../../core/vectors.js";
import { type Evaluation, evaluate } from "../../evaluation/evaluate.js";
import {
  type MetricChoice,
  MetricMeans,
  type RetrievalMetrics,
  summaryOf,
} from "../../evaluation/retrieval-metrics.js";
import { type Uniformity, uniformityOf } from "../../evaluation/uniformity.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import type { Records } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import type { ShardOptions } from "../../shell/shards.js";
import { writeFigure, writeLines, writeRecordList, writeRecords } from "../../shell/writers.js";
import { computeTiles } from "../../similarity/compute.js";
import { type ComputeOptions, isBitMetric } from "../../similarity/options.js";
import { Carrier, type CarryOptions, expectCarry, sideOf, withCarried } from "../shared/carried.js";
import { quantizedPrecision, quantizedSets } from "../shared/quantization.js";
import { expectAnswered, type RelevantSets, readRelevantSets } from "../shared/relevant-sets.js";
import type { EvaluationReport } from "./evaluation-records.js";
import { evaluationJson, evaluationRecords, queryRecords } from "./evaluation-records.js";
import { evaluationTable } from "./evaluation-table.js";
import type { Task } from "./task-options.js";
import { collapseWarnings, type DistortedQueries, distortedQueries, duplicateWarnings } from "./warnings.js";

export interface EvalOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    ShardOptions {
  readonly task: Task;
  readonly k: readonly number[];
  readonly labels?: string;
  readonly qrels?: string;
  readonly perQuery?: true;
  readonly metrics?: readonly string[];
  readonly relevanceLevel?: number;
  readonly persistence?: number;
  readonly scores?: string;
  readonly pairs?: string;
  readonly targetPrecision?: number;
  readonly margin?: number;
  readonly run?: string;
}

/** Runs `simcli eval <queries> [corpus]` for the task retrieval. */
export async function runEval(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: EvalOptions,
): Promise<number> {
  const { labels, qrels, metric, mode, backend, zeroVectors, dtype } = options;
  const { relevanceLevel } = options;
  expectOneStdin([queriesPath, corpusPath, labels, qrels]);
  expectCarry(options, [queriesPath]);
  if (options.carry && !options.perQuery) {
    throw new UsageError(
      "--carry: expected --per-query with it: only its records are about a query",
      "add --per-query",
    );
  }
  if (options.perQuery) recordFormat(context.format);
  else recordOrPictureFormat(context.format);
  const choice = metricChoice(options);
  const metrics = new MetricMeans(options.k, choice);
  await context.prepare();
  const carrier = await Carrier.open(context, options, readOptionsOf(options), [queriesPath]);
  const read = { ...carrier.readOptions, dtype: quantizedPrecision(dtype, options) };
  const whole = await readRelevantSets(context, queriesPath, corpusPath, read, {
    labels,
    judgements: { option: "--qrels", path: qrels, level: relevanceLevel },
  });
  const [queries, corpus] = await quantizedSets(context, [whole.queries, whole.corpus], options, read);
  const { relevance, isSelf } = whole;
  const sets = { ...whole, queries, corpus };
  await carrier.expectColumns([queriesPath]);
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const scores = await computeTiles(metric, queries, corpus, similarityOptions);
  const summaries: QuerySummary[] = [];
  const values: number[][] = [];
  const evaluation = await evaluate(context.computing(scores), relevance, {
    excludeSelf: isSelf,
    cutoffs: options.k,
    metrics: choice,
    runtime: context.runtime,
    ...((options.perQuery || isPicture(context.format)) && {
      onQuery: (query) => {
        summaries.push(summaryOf(query));
        if (options.perQuery) values.push(metrics.valuesOf(query));
      },
    }),
  });
  context.detailProduct(scores);
  expectAnswered(evaluation.answered, queriesPath, relevanceLevel);
  if (options.perQuery) {
    const places = summaries.map(({ query }) => query);
    const columns = await carrier.columnsOf(0, sideOf(queriesPath, queries), places);
    const chosen = { names: metrics.names, values, isChosen: options.metrics !== undefined };
    const records = queryRecords(summaries, queries.ids, chosen);
    const sides = [{ columns, prefix: "query_" }];
    const rows = places.map((query) => [query]);
    const carried = withCarried(records, carrier.names, sides, rows);
    await writeQueries(context, carried, queriesPath, queries.rows - evaluation.answered);
  } else {
    const report = await reportOf(context, sets, evaluation, options, similarityOptions);
    await writeReport(context, report, summaries, options.precision ?? null);
  }
  await context.commit();
  return EXIT.done;
}

/** Writes the records of queries, and reports how many queries have none. */
export async function writeQueries(context: Context, records: Records, path: string, skipped: number): Promise<void> {
  await writeRecordList(context, records, `${path}: ranks of the relevant rows of each query`);
  if (skipped > 0) context.note(`skipped ${counted(skipped, "query")} without a relevant row`);
}

/** Returns the metrics that the options choose. @throws {UsageError} for the persistence of a metric that is not computed. */
export function metricChoice({ metrics, persistence }: Pick<EvalOptions, "metrics" | "persistence">): MetricChoice {
  if (persistence !== undefined && !metrics?.some((name) => name === "rbp" || name === "all")) {
    const found = metrics ? `--metrics ${metrics.join(",")}` : "no --metrics";
    throw new UsageError(`--persistence: expected the metric rbp with it, found ${found}`, "--metrics rbp or all");
  }
  return { ...(metrics && { names: metrics }), ...(persistence !== undefined && { persistence }) };
}

async function reportOf(
  { runtime }: Context,
  sets: RelevantSets,
  evaluation: Evaluation,
  { metric }: EvalOptions,
  similarityOptions: ComputeOptions,
): Promise<EvaluationReport> {
  const { queries, corpus, isSelf } = sets;
  const counts = { metric, queries: queries.rows, corpus: corpus.rows };
  // Alignment and uniformity are defined for directions.
  if (isBitMetric(metric)) return reportFrom(counts, evaluation, null);
  const cosines = (a: VectorSet, b: VectorSet) =>
    computeTiles("cosine", a, b, { ...similarityOptions, zeroVectors: "nan", upper: true });
  const ofCorpus = await uniformityOf(await cosines(corpus, corpus), runtime);
  const ofQueries = isSelf ? ofCorpus : await uniformityOf(await cosines(queries, queries), runtime);
  const { exact } = await cosines(queries, corpus);
  const alignment = alignmentOf(relevantDistances(sets, exact, 0, queries.rows));
  return reportFrom(counts, evaluation, { ofQueries, ofCorpus, alignment, distorted: distortedQueries(sets) });
}

/** What a report says about the directions of vectors. */
interface Directions {
  /** The same object as `ofCorpus` if there is no second file. */
  readonly ofQueries: Uniformity | null;
  readonly ofCorpus: Uniformity | null;
  readonly alignment: number | null;
  readonly distorted: DistortedQueries;
}

export function reportFrom(
  { queries, ...counts }: Pick<EvaluationReport, "metric" | "queries" | "corpus">,
  { answered, answers, ...similarities }: Evaluation,
  directions: Directions | null,
): EvaluationReport {
  const { ofQueries = null, ofCorpus = null, alignment = null, distorted } = directions ?? {};
  return {
    queries,
    ...counts,
    relevant: answers,
    skipped: queries - answered,
    cutoffs: cutoffsOf(similarities.metrics),
    ...similarities,
    alignment,
    uniformity: { queries: ofQueries?.uniformity ?? null, corpus: ofCorpus?.uniformity ?? null },
    warnings: [...collapseWarnings(ofQueries, ofCorpus), ...(distorted ? duplicateWarnings(distorted) : [])],
  };
}

/** Returns the values of k of metrics. */
export function cutoffsOf(metrics: RetrievalMetrics): number[] {
  return [...new Set(Object.keys(metrics).flatMap((name) => (name.includes("@") ? Number(name.split("@")[1]) : [])))];
}

/** Yields the squared distances of queries and their relevant rows, scaled to length 1; those of zero vectors are left out. */
export function* relevantDistances(
  { relevance }: Pick<RelevantSets, "relevance">,
  cosine: (query: number, row: number) => number,
  first: number,
  end: number,
): Generator<number> {
  for (let query = first; query < end; query++) {
    for (const row of Array.from(relevance.rowsOf(query))) {
      const distance = 2 - 2 * cosine(query, row);
      if (!Number.isNaN(distance)) yield distance;
    }
  }
}

/**
 * Returns the alignment: the mean squared distance of queries and their relevant rows, scaled to length 1.
 *
 * @see https://arxiv.org/abs/2005.10242
 */
export function alignmentOf(distances: Iterable<number>): number | null {
  let [sum, count] = [0, 0];
  for (const distance of distances) {
    sum += distance;
    count++;
  }
  return count === 0 ? null : sum / count;
}

export async function writeReport(
  context: Context,
  report: EvaluationReport,
  summaries: readonly QuerySummary[],
  precision: number | null,
): Promise<void> {
  const format = recordOrPictureFormat(context.format);
  if (isPicture(format)) {
    const { evaluationFigure } = await import("./evaluation-figure.js");
    return writeFigure(context, format, evaluationFigure(report, summaries, precision));
  }
  if (format === "table") return writeLines(context, evaluationTable(report, await context.tableOptions([])));
  if (format === "json") return context.write(`${evaluationJson(report, numberFormat(precision, "null"))}\n`);
  await writeRecords(context, format, evaluationRecords(report, precision));
  for (const warning of report.warnings) context.note(warning);
}
