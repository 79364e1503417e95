import { UsageError } from "../../errors.js";
import { type Mined, type MiningOptions, mineNegatives } from "../../neighbours/miner.js";
import { type MinedLayout, minedRecords } from "../../output/mined-records.js";
import { metricTiles } from "../../similarity/metric-tiles.js";
import { type Context, expectOneStdin, readOptionsOf } from "../context.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../options.js";
import { EXIT } from "../report.js";
import { recordFormat, writeRecordList } from "../writers.js";
import { readRelevantSets } from "./relevant-sets.js";

export interface MineOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    Omit<MiningOptions, "seed" | "sampling" | "excludeSelf"> {
  readonly labels?: string;
  readonly positives?: string;
  readonly sampling?: MiningOptions["sampling"];
  readonly seed?: number;
  readonly as: MinedLayout;
}

/** `simcli mine <anchors> [corpus]` */
export async function runMine(
  context: Context,
  anchorsPath: string,
  corpusPath: string | undefined,
  options: MineOptions,
): Promise<number> {
  expectOneStdin([anchorsPath, corpusPath, options.labels, options.positives]);
  const { rangeMin, rangeMax, kind, labels, positives } = options;
  if (rangeMax !== undefined && rangeMax <= rangeMin) {
    throw new UsageError(`--range-max: expected more than --range-min ${rangeMin}, found ${rangeMax}`);
  }
  recordFormat(context.format);
  await context.prepare();
  const { metric, mode, backend, zeroVectors, dtype } = options;
  const { queries, corpus, isSelf, relevance } = await readRelevantSets(
    context,
    anchorsPath,
    corpusPath,
    { ...readOptionsOf(options), dtype },
    {
      ...(labels !== undefined && { labels }),
      ...(positives !== undefined && { judgements: { path: positives, option: "--positives" } }),
    },
  );
  const sampling = options.sampling ?? (kind === "random" ? "random" : "top");
  const { seed = Math.floor(Math.random() * 2 ** 32) } = options;
  if (sampling === "random" && options.seed === undefined) context.note(`drawn with --seed ${seed}`);
  const how = { mode, backend, zeroVectors, ...context.engineOptions, inPlace: "both" as const };
  const scores = await metricTiles(metric, queries, corpus, how);
  const mined = await mineNegatives(context.computing(scores), relevance, {
    ...options,
    sampling,
    seed,
    excludeSelf: isSelf,
  });
  context.detailProduct(scores);
  const records = minedRecords(mined, relevance, options.as, queries.ids, corpus.ids);
  await writeRecordList(context, records, `${kind} negatives of ${anchorsPath}`);
  tell(context, mined, options);
  await context.commit();
  return EXIT.done;
}

/** Says on stderr what was passed over, and why. */
function tell(context: Context, { counts, positives, passedOver }: Mined, { negatives, as }: MineOptions): void {
  const without = positives.filter((scores) => scores.length === 0).length;
  const fewer = counts.filter((count, i) => count < negatives && positives[i].length > 0).length;
  const found = counts.reduce((sum, count) => sum + count, 0);
  context.note(`mined ${found} negatives for ${counts.length - without} anchors`);
  if (without > 0) context.note(`left out ${without} anchors without a positive`);
  for (const [reason, count] of passedOver) context.note(`passed over ${count} candidates by --${reason}`);
  if (fewer > 0) {
    const what = as === "tuples" ? ", which tuples leave out" : "";
    context.note(`found fewer than ${negatives} negatives for ${fewer} anchors${what}`);
  }
}
