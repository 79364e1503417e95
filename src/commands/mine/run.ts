import { recordFormat } from "../../formats/writers.js";
import { type Mined, type MiningOptions, mineNegatives } from "../../neighbours/miner.js";
import type { Cell } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import { writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { Carrier, type CarryOptions, expectCarry } from "../shared/carried.js";
import { quantizedSets } from "../shared/quantization.js";
import { judgedRelevance, readRelevantSets } from "../shared/relevant-sets.js";
import type { MinedLayout } from "./mined-records.js";
import { expectMiningBounds } from "./mining-bounds.js";
import { trainingRecords } from "./training-records.js";

export interface MineOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    Omit<MiningOptions, "seed" | "sampling" | "excludeSelf" | "forbidden"> {
  readonly labels?: string;
  readonly positives?: string;
  readonly forbid?: string;
  readonly sampling?: MiningOptions["sampling"];
  readonly seed?: number;
  readonly as: MinedLayout;
}

/** Runs `simcli mine <anchors> [corpus]`. */
export async function runMine(
  context: Context,
  anchorsPath: string,
  corpusPath: string | undefined,
  options: MineOptions,
): Promise<number> {
  expectOneStdin([anchorsPath, corpusPath, options.labels, options.positives, options.forbid]);
  const { kind, labels, positives } = options;
  expectCarry(options, [anchorsPath, corpusPath]);
  expectMiningBounds(options, options.metric);
  recordFormat(context.format);
  await context.prepare();
  const { metric, mode, backend, zeroVectors, dtype } = options;
  const carrier = new Carrier(context, options, readOptionsOf(options));
  const read = { ...carrier.readOptions, dtype: storedPrecision(dtype) };
  const whole = await readRelevantSets(context, anchorsPath, corpusPath, read, {
    labels,
    judgements: { option: "--positives", path: positives },
  });
  const [queries, corpus] = await quantizedSets(context, [whole.queries, whole.corpus], options, read);
  const { isSelf, relevance } = whole;
  const sets = { ...whole, queries, corpus };
  const { forbid } = options;
  const forbidden = forbid === undefined ? null : await judgedRelevance(context, forbid, { queries, corpus, isSelf });
  const paths = [anchorsPath, corpusPath ?? anchorsPath] as const;
  await carrier.expectColumns(paths, true);
  const sampling = options.sampling ?? (kind === "random" ? "random" : "top");
  const { seed = Math.floor(Math.random() * 2 ** 32) } = options;
  if (sampling === "random" && options.seed === undefined) context.note(`drawn with --seed ${seed}`);
  context.memory.take(unitRowBytes(metric, ...(isSelf ? [corpus] : [queries, corpus])));
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const scores = await searchableTiles(metric, queries, corpus, similarityOptions);
  const mined = await mineNegatives(context.computing(scores), relevance, {
    ...options,
    sampling,
    seed,
    excludeSelf: isSelf,
    ...(forbidden && { forbidden }),
  });
  context.detailProduct(scores);
  const { as, negatives } = options;
  const records = await trainingRecords(carrier, mined, sets, paths, as, negatives);
  let written = 0;
  function* rows(): Generator<readonly Cell[]> {
    for (const row of records.rows) {
      written++;
      yield row;
    }
  }
  await writeRecordList(context, { ...records, rows: rows() }, `${kind} negatives of ${anchorsPath}`);
  noteSummary(context, mined, written, options);
  await context.commit();
  return EXIT.done;
}

/** Reports on stderr how much was written and excluded, with the reasons. */
function noteSummary(
  context: Context,
  { counts, positives, passedOver, shortages }: Mined,
  written: number,
  { negatives, as }: MineOptions,
): void {
  const without = positives.filter((scores) => scores.length === 0).length;
  const fewer = counts.filter((count, i) => count < negatives && positives[i].length > 0).length;
  const found = counts.reduce((sum, count) => sum + count, 0);
  const anchors = counted(counts.length - without, "anchor");
  context.note(`mined ${counted(found, "negative")} for ${anchors}, wrote ${counted(written, "record")}`);
  if (without > 0) context.note(`skipped ${counted(without, "anchor")} without a positive`);
  for (const [reason, count] of passedOver) context.note(`excluded ${counted(count, "candidate")} by --${reason}`);
  if (fewer > 0) {
    const what = as === "tuples" ? ", which are not written as tuples" : "";
    context.note(
      `found fewer than ${counted(negatives, "negative")} for ${counted(fewer, "anchor")}${what}: ${causesOf(shortages)}`,
    );
  }
}

/** Returns in words what left anchors with too few negatives. */
function causesOf(shortages: Mined["shortages"]): string {
  const causes = Array.from(shortages, ([cause, anchors]) => {
    const what = cause === "corpus" ? "the corpus has no more rows" : `--${cause} leaves out most candidates`;
    return shortages.size === 1 ? what : `${what} (${counted(anchors, "anchor")})`;
  });
  return causes.join(", ");
}
