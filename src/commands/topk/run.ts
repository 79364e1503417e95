import { UsageError } from "../../core/errors.js";
import type { Nearer } from "../../core/matrix.js";
import { rowsFrom } from "../../core/vectors.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { namedArray } from "../../input/named-array.js";
import { NearestRows } from "../../neighbours/nearest-rows.js";
import type { OrderedJoining } from "../../sharding/part-file.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { expectShard, filesAmong, openShard, type ShardOptions } from "../../shell/shards.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { isBitMetric } from "../../similarity/options.js";
import { type CarryOptions, expectCarry } from "../shared/carried.js";
import { expectReachable } from "../shared/min-score.js";
import { expectAtlas, writeAtlas } from "./embedding-atlas.js";
import { groundTruthFormat, writeGroundTruth } from "./ground-truth.js";
import { TopkSearch } from "./topk-search.js";

export interface TopkOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    ShardOptions {
  readonly k: number;
  readonly minScore?: number;
  readonly excludeSelf?: boolean;
  readonly labels?: string;
  readonly embeddingAtlas?: true;
  readonly groundTruth?: true;
  readonly rescore?: number;
}

/** Runs `simcli topk <queries> [corpus]`. */
export async function runTopk(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: TopkOptions,
): Promise<number> {
  expectReachable(options.metric, options.minScore);
  expectOneStdin([queriesPath, corpusPath, options.labels]);
  const isShard = options.shard !== undefined || options.corpusShard !== undefined;
  if (isShard) expectShardable(options);
  expectShard(options);
  if (options.embeddingAtlas) expectAtlas(context.format, corpusPath, options);
  expectCarry(options, [queriesPath, corpusPath]);
  const truthFormat = groundTruthFormat(context, options);
  if (options.carry) recordFormat(context.format);
  else if (!truthFormat) recordOrPictureFormat(context.format);
  if (options.rescore !== undefined && options.quantize === undefined) {
    throw new UsageError("--rescore: expected --quantize with it, found none", "scores of other vectors are exact");
  }
  if (options.rescore !== undefined && isBitMetric(options.metric)) {
    throw new UsageError(
      `--rescore: expected a metric of the vectors as they are, found --metric ${options.metric}`,
      "--metric cosine finds candidates by the same bits",
    );
  }
  if (isShard) return runShard(context, queriesPath, corpusPath, options);
  await context.prepare();
  const search = await TopkSearch.open(context, queriesPath, corpusPath, options);
  const { queries } = search;
  const found = await search.nearest(queries, search.corpus());
  if (truthFormat) {
    await writeGroundTruth(context, truthFormat, found, queries, corpusPath ?? queriesPath);
  } else if (options.embeddingAtlas) {
    const hasLabels = options.labels !== undefined;
    await writeAtlas(context, found, hasLabels ? queries : { ...queries, labels: null }, options.metric);
  } else if (isPicture(context.format)) {
    const { neighbourFigure } = await import("./neighbour-figure.js");
    const { corpusRows } = search;
    await writeFigure(context, context.format, neighbourFigure(found, { ...options, corpusRows }));
  } else {
    await writeRecordList(context, await search.records(queries, found), search.title);
  }
  await context.commit();
  return EXIT.done;
}

/** @throws {UsageError} for options that shards do not take. */
function expectShardable({ embeddingAtlas, groundTruth, corpusShard, rescore }: TopkOptions): void {
  const whole = embeddingAtlas ? "--embedding-atlas" : groundTruth ? "--ground-truth" : null;
  if (whole !== null) {
    throw new UsageError(`--shard: expected no ${whole} with it, found both`, "merged results can be joined by id");
  }
  if (corpusShard && rescore !== undefined) {
    throw new UsageError(
      "--corpus-shard: expected no --rescore with it, found both",
      "which rows are refined depends on the whole corpus; --shard divides only the queries",
    );
  }
}

/** Searches for the rows of a shard, some at a time, and writes a part. */
async function runShard(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: TopkOptions,
): Promise<number> {
  const { labels, calibration, checkpoint, k, metric } = options;
  const tables = options.records?.map((table) => namedArray(table).path) ?? [];
  const files = [queriesPath, corpusPath, ...filesAmong(labels, ...tables), calibration];
  const shard = await openShard(context, { command: "topk", options, files });
  if (!shard) return EXIT.done;
  const search = await TopkSearch.open(context, queriesPath, corpusPath, options, shard);
  const { queries, title } = search;
  const { fileRows = queries.rows } = queries;
  const { columns, dataColumns } = await search.records(rowsFrom(queries, 0, 0), new NearestRows(0, options).result());
  const joining = shard.corpusShard ? nearestOfShares(k, METRICS[metric].nearer) : undefined;
  const corpus = await search.held();
  const atOnce = checkpoint ?? search.rowsAtOnce(corpus);
  await shard.compute(
    context,
    { title, rows: fileRows, columns, ...(dataColumns !== undefined && { dataColumns }), ...(joining && { joining }) },
    { rows: queries.rows, atOnce },
    async (first, end) => {
      const some = rowsFrom(queries, first, end);
      const found = await search.nearest(some, corpus ?? search.corpus());
      return { records: await (joining ? search.recordsOfShare(some, found) : search.records(some, found)) };
    },
  );
  return EXIT.done;
}

/** Neighbours in shares of the corpus begin with query, score and row; the k nearest of a query are kept. */
const nearestOfShares = (k: number, nearer: Nearer): OrderedJoining => ({
  kind: "ordered",
  keys: ["ascending", nearer === "greater" ? "descending" : "ascending", "ascending"],
  lists: "parts",
  most: k,
  rank: 1,
});
