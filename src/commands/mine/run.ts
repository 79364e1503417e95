import { UsageError } from "../../core/errors.js";
import { rowsFrom } from "../../core/vectors.js";
import { recordFormat } from "../../formats/writers.js";
import { namedArray } from "../../input/named-array.js";
import type { Unscored } from "../../neighbours/given-order.js";
import type { MiningOptions } from "../../neighbours/miner.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { filesAmong, openShard, type RowsFound, rowsInAMinute, type ShardOptions } from "../../shell/shards.js";
import { counting, writeRecordList } from "../../shell/writers.js";
import { type CarryOptions, expectCarry } from "../shared/carried.js";
import type { MinedLayout } from "./mined-records.js";
import { Mining } from "./mining.js";
import { expectMiningOptions } from "./mining-bounds.js";
import { noteSummary } from "./summary.js";
import type { NeighbourOptions } from "./vector-order.js";

export interface MineOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    ShardOptions,
    NeighbourOptions,
    Omit<MiningOptions, "seed" | "sampling" | "negatives" | "excludeSelf" | "anchors" | "forbidden" | "order"> {
  readonly labels?: string;
  readonly positives?: string;
  readonly forbid?: string;
  readonly scores?: string;
  readonly unscored?: Unscored;
  readonly negatives?: number;
  readonly candidates?: number;
  readonly sampling?: MiningOptions["sampling"];
  readonly seed?: number;
  readonly as?: MinedLayout;
  readonly distill?: true;
}

/** Runs `simcli mine <anchors> [corpus]`. */
export async function runMine(
  context: Context,
  anchorsPath: string,
  corpusPath: string | undefined,
  options: MineOptions,
): Promise<number> {
  expectOneStdin([anchorsPath, corpusPath, options.labels, options.positives, options.forbid, options.scores]);
  expectCarry(options, [anchorsPath, corpusPath]);
  expectMiningOptions(options);
  recordFormat(context.format);
  if (options.shard) return runShard(context, anchorsPath, corpusPath, options);
  await context.prepare();
  const mining = await Mining.open(context, anchorsPath, corpusPath, options);
  const mined = await mining.mine(mining.anchors);
  const { records, count } = counting(await mining.records(mined));
  await writeRecordList(context, records, mining.title);
  noteSummary(context, await mining.counts(mined), count(), mining.reported);
  await context.commit();
  return EXIT.done;
}

/** Mines for the anchors of a shard, some at a time, and writes a part. */
async function runShard(
  context: Context,
  anchorsPath: string,
  corpusPath: string | undefined,
  options: MineOptions,
): Promise<number> {
  expectOwnAnchors(options);
  const { labels, positives, forbid, scores, calibration, records: tables = [], checkpoint } = options;
  const files = [anchorsPath, corpusPath, ...filesAmong(labels), positives, forbid, scores, calibration];
  const tablePaths = tables.filter((table) => table !== "none").map((table) => namedArray(table).path);
  const shard = await openShard(context, { command: "mine", options, files: [...files, ...tablePaths] });
  if (!shard) return EXIT.done;
  const mining = await Mining.open(context, anchorsPath, corpusPath, options, shard.shard);
  const { anchors, corpus, title, fileRows, reported } = mining;
  const result = { title, rows: fileRows, ...(await mining.columns()), facts: { reported } };
  const mine = async (first: number, end: number): Promise<RowsFound> => {
    const mined = await mining.mine(rowsFrom(anchors, first, end));
    return { records: await mining.records(mined), summary: await mining.counts(mined) };
  };
  const atOnce = checkpoint ?? rowsInAMinute(corpus.rows, corpus.dimensions);
  await shard.compute(context, result, { rows: anchors.rows, atOnce }, mine);
  return EXIT.done;
}

/** @throws {UsageError} for options with which the negatives of an anchor depend on other anchors, or on chance. */
function expectOwnAnchors({ by = "score", mutual, kind, sampling, seed }: MineOptions): void {
  const flag = by !== "score" ? `--by ${by}` : mutual ? "--mutual" : null;
  if (flag) {
    throw new UsageError(
      `${flag}: expected no --shard with it, found both`,
      "the nearest anchors of each row of the corpus are found among all anchors, not those of a shard",
    );
  }
  if (seed === undefined && (sampling ?? kind) === "random") {
    throw new UsageError("--shard: expected --seed with random samples, found none", "for example: --seed 1");
  }
}
