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
import { uniformityOf } from "../../evaluation/uniformity.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
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
import { collapseWarnings, duplicateWarnings } from "./warnings.js";

export interface EvalOptions extends CommonOptions, InputOptions, MetricOptions, QuantizationOptions, CarryOptions {
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
    const title = `${queriesPath}: ranks of the relevant rows of each query`;
    const places = summaries.map(({ query }) => query);
    const columns = await carrier.columnsOf(0, sideOf(queriesPath, queries), places);
    const chosen = { names: metrics.names, values, isChosen: options.metrics !== undefined };
    const records = queryRecords(summaries, queries.ids, chosen);
    const sides = [{ columns, prefix: "query_" }];
    const rows = places.map((query) => [query]);
    await writeRecordList(context, withCarried(records, carrier.names, sides, rows), title);
    const skipped = queries.rows - evaluation.answered;
    if (skipped > 0) context.note(`skipped ${counted(skipped, "query")} without a relevant row`);
  } else {
    const report = await reportOf(context, sets, evaluation, options, similarityOptions);
    await writeReport(context, report, summaries, options.precision ?? null);
  }
  await context.commit();
  return EXIT.done;
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
  { answered, answers, ...similarities }: Evaluation,
  { metric }: EvalOptions,
  similarityOptions: ComputeOptions,
): Promise<EvaluationReport> {
  const { queries, corpus, isSelf } = sets;
  const common = {
    metric,
    queries: queries.rows,
    corpus: corpus.rows,
    relevant: answers,
    skipped: queries.rows - answered,
    cutoffs: cutoffsOf(similarities.metrics),
    ...similarities,
  };
  // Alignment and uniformity are defined for directions.
  if (isBitMetric(metric))
    return { ...common, alignment: null, uniformity: { queries: null, corpus: null }, warnings: [] };
  const cosines = (a: VectorSet, b: VectorSet) =>
    computeTiles("cosine", a, b, { ...similarityOptions, zeroVectors: "nan", upper: true });
  const ofCorpus = await uniformityOf(await cosines(corpus, corpus), runtime);
  const ofQueries = isSelf ? ofCorpus : await uniformityOf(await cosines(queries, queries), runtime);
  const { exact } = await cosines(queries, corpus);
  return {
    ...common,
    alignment: alignmentOf(sets, exact),
    uniformity: { queries: ofQueries?.uniformity ?? null, corpus: ofCorpus?.uniformity ?? null },
    warnings: [...collapseWarnings(ofQueries, ofCorpus), ...duplicateWarnings(sets)],
  };
}

/** Returns the values of k of metrics. */
export function cutoffsOf(metrics: RetrievalMetrics): number[] {
  return [...new Set(Object.keys(metrics).flatMap((name) => (name.includes("@") ? Number(name.split("@")[1]) : [])))];
}

/**
 * Returns the alignment: the mean squared distance of queries and their relevant rows, scaled to length 1.
 *
 * @see https://arxiv.org/abs/2005.10242
 */
function alignmentOf(
  { queries, relevance }: RelevantSets,
  cosine: (query: number, row: number) => number,
): number | null {
  let [sum, count] = [0, 0];
  for (let query = 0; query < queries.rows; query++) {
    for (const row of Array.from(relevance.rowsOf(query))) {
      const distance = 2 - 2 * cosine(query, row);
      if (Number.isNaN(distance)) continue;
      sum += distance;
      count++;
    }
  }
  return count === 0 ? null : sum / count;
}

async function writeReport(
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
