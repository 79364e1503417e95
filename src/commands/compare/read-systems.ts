import { UsageError } from "../../core/errors.js";
import type { QueryValues } from "../../core/query-values.js";
import { ranksOf, searchedCutoff, valuesOf } from "../../evaluation/query-values.js";
import { type RetrievalMetric, retrievalMetric } from "../../evaluation/retrieval-metrics.js";
import { fileSize } from "../../input/file-size.js";
import { peek } from "../../input/source.js";
import { readQueryValues } from "../../reading/read-query-values.js";
import { isRun } from "../../reading/read-run.js";
import type { Context } from "../../shell/context.js";
import { headOf, isOnce, openInput, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { InputOptions, MetricOptions } from "../../shell/options.js";
import { counted } from "../../shell/report.js";
import { computeTiles } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { expectNoOptions, OF_TABLES, OF_VECTORS } from "../shared/own-options.js";
import { expectAnswered, readRelevantSets } from "../shared/relevant-sets.js";
import { readJudgedRun } from "../shared/run-ranks.js";

export interface SystemOptions extends InputOptions, MetricOptions {
  readonly labels?: string;
  readonly qrels?: string;
  readonly relevanceLevel?: number;
  readonly measures?: readonly string[];
}

const MEASURES = ["ndcg@10", "mrr@10", "recall@10", "accuracy@1"];

/** What the files of a system hold. */
export type SystemKind = "vectors" | "run" | "values";

/**
 * Returns what the files of a system hold: vectors of queries and of a corpus, a TREC run, or the values that
 * `simcli eval --per-query` wrote.
 *
 * @param paths one or two files.
 */
export async function kindOf(
  context: Context,
  [first, corpus]: readonly string[],
  { labels, qrels }: SystemOptions,
): Promise<SystemKind> {
  if (corpus !== undefined || labels !== undefined) return "vectors";
  if (qrels === undefined) return "values";
  // Several files are vectors; a missing file is reported by its reader.
  const isOneFile = isOnce(first) || fileSize(first) !== null;
  return isOneFile && isRun(await headOf(context, first)) ? "run" : "vectors";
}

/** @throws {UsageError} for an option of vectors or of tables that none of the systems uses. */
export function expectUsedOptions(kinds: readonly SystemKind[], isGiven: (option: string) => boolean): void {
  if (kinds.includes("vectors")) return;
  if (kinds.includes("values")) expectNoOptions(OF_VECTORS, "values for each query", isGiven);
  else expectNoOptions([...OF_VECTORS, ...OF_TABLES], "a TREC run", isGiven);
}

/** Reads the values of a system for each query. */
export async function readSystem(
  context: Context,
  paths: readonly string[],
  kind: SystemKind,
  options: SystemOptions,
): Promise<QueryValues> {
  const [first] = paths;
  const { qrels = "", measures, relevanceLevel } = options;
  if (kind === "values") return readWritten(context, first, measures ?? null, options);
  const metrics = (measures ?? MEASURES).map(retrievalMetric);
  const name = paths.join(" ");
  if (kind === "vectors") return valuesOfVectors(context, paths, name, metrics, options);
  const { queries, ranks } = await readJudgedRun(context, first, qrels, relevanceLevel);
  return valuesOf(name, queries, ranks, metrics);
}

/** Reads the values that `simcli eval --per-query` wrote. */
async function readWritten(
  context: Context,
  path: string,
  measures: readonly string[] | null,
  options: InputOptions,
): Promise<QueryValues> {
  const { head, source } = await peek(openInput(context, path));
  if (isRun(head)) {
    throw new UsageError(
      `${path}: expected relevance judgements with a TREC run, found none`,
      "--qrels FILE names them",
    );
  }
  try {
    const values = await readQueryValues(source, measures, { ...readOptionsOf(options), ...context.readerOptions });
    return measures ? values : withUsualMeasures(values);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${path}: expected values of eval --per-query, with a column "query", or a second file, found neither`,
      "vectors: two files, or --labels or --qrels with one; a TREC run: --qrels",
    );
  } finally {
    context.progress.clear();
    context.writeFileNotes();
  }
}

/** Returns values with the default measures that are among theirs; with all measures, if none is. */
function withUsualMeasures(values: QueryValues): QueryValues {
  const usual = MEASURES.flatMap((name) => {
    const measure = values.measures.get(name);
    return measure ? [[name, measure] as const] : [];
  });
  return usual.length > 0 ? { ...values, measures: new Map(usual) } : values;
}

/** Computes the metrics of vectors. */
async function valuesOfVectors(
  context: Context,
  [first, second]: readonly string[],
  name: string,
  metrics: readonly RetrievalMetric[],
  options: SystemOptions,
): Promise<QueryValues> {
  const { labels, qrels, relevanceLevel: level, metric, mode, backend, zeroVectors, dtype } = options;
  const cutoff = searchedCutoff(metrics);
  context.phases.clear();
  prefetchBlas(context, options, first, second);
  const { queries, corpus, relevance, isSelf } = await readRelevantSets(
    context,
    first,
    second,
    { ...readOptionsOf(options), dtype: cutoff === null ? dtype : storedPrecision(dtype) },
    { labels, judgements: { option: "--qrels", path: qrels, level } },
  );
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const compute = cutoff === null ? computeTiles : searchableTiles;
  const scores = await compute(metric, queries, corpus, similarityOptions);
  const ranks = await ranksOf(context.computing(scores), relevance, {
    excludeSelf: isSelf,
    cutoff,
    runtime: context.runtime,
  });
  context.detailProduct(scores);
  expectAnswered(ranks.length, name, level);
  const skipped = queries.rows - ranks.length;
  if (skipped > 0) context.note(`${name}: skipped ${counted(skipped, "query")} without a relevant row`);
  return valuesOf(name, queries.ids, ranks, metrics);
}
