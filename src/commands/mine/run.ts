import { recordFormat } from "../../formats/writers.js";
import type { CandidateOrder } from "../../neighbours/candidate-order.js";
import { givenOrder, type Unscored } from "../../neighbours/given-order.js";
import { type MiningOptions, mineNegatives } from "../../neighbours/miner.js";
import type { RecordCell } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { Carrier, type CarryOptions, expectCarry } from "../shared/carried.js";
import { quantizedSets, withSignBits } from "../shared/quantization.js";
import { type RelevantSets, readRelevantSets } from "../shared/relevant-sets.js";
import { readForbidden } from "./forbidden.js";
import type { MinedLayout } from "./mined-records.js";
import { expectMiningOptions } from "./mining-bounds.js";
import { detailSuspects, noteSummary } from "./summary.js";
import { suspectNames } from "./suspect-names.js";
import { readTeacherScores, scoredPositives } from "./teacher-scores.js";
import { candidateRecords, trainingRecords } from "./training-records.js";
import { type NeighbourOptions, orderByNeighbours } from "./vector-order.js";

export interface MineOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    NeighbourOptions,
    Omit<MiningOptions, "seed" | "sampling" | "negatives" | "excludeSelf" | "forbidden" | "order"> {
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

/** The default number of negatives of an anchor. */
const NEGATIVES = 5;

/** Runs `simcli mine <anchors> [corpus]`. */
export async function runMine(
  context: Context,
  anchorsPath: string,
  corpusPath: string | undefined,
  options: MineOptions,
): Promise<number> {
  expectOneStdin([anchorsPath, corpusPath, options.labels, options.positives, options.forbid, options.scores]);
  const { kind, labels, positives, candidates } = options;
  expectCarry(options, [anchorsPath, corpusPath]);
  expectMiningOptions(options);
  recordFormat(context.format);
  await context.prepare();
  const { metric, mode, backend, zeroVectors, dtype } = options;
  const carrier = await Carrier.open(context, options, readOptionsOf(options), [anchorsPath, corpusPath]);
  const read = withSignBits({ ...carrier.readOptions, dtype: storedPrecision(dtype) }, options);
  const whole = await readRelevantSets(context, anchorsPath, corpusPath, read, {
    labels,
    judgements: { option: "--positives", path: positives },
  });
  const [queries, corpus] = await quantizedSets(context, [whole.queries, whole.corpus], options, read);
  const { isSelf } = whole;
  const forbidden = await readForbidden(context, options.forbid, { queries, corpus, isSelf });
  const { order: teacherOrder, ...sets } = await orderedSets(context, { ...whole, queries, corpus }, options);
  const paths = [anchorsPath, corpusPath ?? anchorsPath] as const;
  await carrier.expectColumns(paths, true);
  const sampling = options.sampling ?? (kind === "random" ? "random" : "top");
  const { seed = Math.floor(Math.random() * 2 ** 32) } = options;
  if (sampling === "random" && options.seed === undefined) context.note(`drawn with --seed ${seed}`);
  context.memory.take(unitRowBytes(metric, ...(isSelf ? [corpus] : [queries, corpus])));
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const scores = await searchableTiles(metric, queries, corpus, similarityOptions);
  const backward = isSelf ? null : () => searchableTiles(metric, corpus, queries, similarityOptions);
  const order = await orderByNeighbours(context, options, scores, backward, teacherOrder);
  const negatives = candidates ?? options.negatives ?? NEGATIVES;
  const mined = await mineNegatives(context.computing(scores), sets.relevance, {
    ...options,
    negatives,
    sampling,
    seed,
    excludeSelf: isSelf,
    ...(forbidden && { forbidden }),
    ...(order && { order }),
  });
  if (context.phases.of("multiply") > 0) context.detailProduct(scores);
  const { as: layout = "triplets", distill = false } = options;
  const isCandidates = candidates !== undefined;
  const records = isCandidates
    ? await candidateRecords(carrier, mined, sets, paths)
    : await trainingRecords(carrier, mined, sets, paths, { layout, negatives, distill });
  let written = 0;
  function* rows(): Generator<readonly RecordCell[]> {
    for (const row of records.rows) {
      written++;
      yield row;
    }
  }
  const title = isCandidates ? `candidates for negatives of ${anchorsPath}` : `${kind} negatives of ${anchorsPath}`;
  await writeRecordList(context, { ...records, rows: rows() }, title);
  const isDistance = (order?.nearer ?? scores.nearer) === "less";
  noteSummary(context, {
    mined,
    written,
    negatives,
    isCandidates,
    needsAll: layout === "tuples" && !isCandidates,
    isRelative: options.relativeMargin !== undefined && !isDistance,
  });
  if (options.verbose) detailSuspects(context, mined, await suspectNames(carrier, mined, sets, paths));
  await context.commit();
  return EXIT.done;
}

/** Returns the sets with the order of candidates that the options ask for, and without positives that it does not score. */
async function orderedSets(
  context: Context,
  sets: RelevantSets,
  { scores: path, unscored }: MineOptions,
): Promise<RelevantSets & { readonly order?: CandidateOrder }> {
  if (path === undefined) return sets;
  const given = await readTeacherScores(context, path, sets);
  const isMixed = unscored === "vectors";
  const order = givenOrder(given, sets.corpus.rows, isMixed);
  if (isMixed) return { ...sets, order };
  return { ...sets, order, relevance: scoredPositives(context, path, sets.relevance, given, sets.queries) };
}
