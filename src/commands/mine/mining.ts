import type { Nearer } from "../../core/matrix.js";
import type { Relevance } from "../../core/relevance.js";
import type { Shard } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import type { CandidateOrder } from "../../neighbours/candidate-order.js";
import { givenOrder } from "../../neighbours/given-order.js";
import { type Mined, type MiningOptions, mineNegatives } from "../../neighbours/miner.js";
import type { Records } from "../../output/format.js";
import type { PartResult } from "../../sharding/part-file.js";
import type { Context } from "../../shell/context.js";
import { readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import { ownRows } from "../../shell/shards.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { Carrier } from "../shared/carried.js";
import { quantizedSets, withSignBits } from "../shared/quantization.js";
import { type RelevantSets, readRelevantSets } from "../shared/relevant-sets.js";
import { readForbidden } from "./forbidden.js";
import type { MineOptions } from "./run.js";
import { countsOf, type MiningCounts, type ReportedMining } from "./summary.js";
import { suspectNames } from "./suspect-names.js";
import { readTeacherScores, scoredPositives } from "./teacher-scores.js";
import { candidateRecords, trainingRecords } from "./training-records.js";
import { orderByNeighbours } from "./vector-order.js";

/** The default number of negatives of an anchor. */
const NEGATIVES = 5;

type Paths = readonly [anchors: string, corpus: string];

/** The search for negatives of anchors. */
export class Mining {
  private constructor(
    private readonly context: Context,
    private readonly paths: Paths,
    private readonly options: MineOptions,
    /** The anchors that are mined for: all, or those of a shard. */
    readonly anchors: VectorSet,
    /** The files as they were read; of the anchors at least those of a shard. */
    private readonly sets: RelevantSets,
    private readonly forbidden: Relevance | null,
    private readonly teacher: CandidateOrder | null,
    private readonly carrier: Carrier,
    private readonly how: Pick<MiningOptions, "negatives" | "sampling" | "seed">,
  ) {}

  /**
   * Reads anchors and corpus, for all anchors or those of a shard.
   *
   * @throws the errors of reading, and {@link UsageError} for columns that cannot be carried.
   */
  static async open(
    context: Context,
    anchorsPath: string,
    corpusPath: string | undefined,
    options: MineOptions,
    shard?: Shard,
  ): Promise<Mining> {
    const { labels, positives, kind, metric, dtype, forbid, scores, carry, candidates } = options;
    const carrier = await Carrier.open(context, options, readOptionsOf(options), [anchorsPath, corpusPath]);
    const read = withSignBits({ ...carrier.readOptions, dtype: storedPrecision(dtype) }, options);
    // Ids of all anchors tell which lines of a file are about none of them.
    const own = forbid === undefined && scores === undefined && carry === undefined ? shard : undefined;
    const judgements = { option: "--positives", path: positives };
    const whole = await readRelevantSets(context, anchorsPath, corpusPath, read, { labels, judgements }, own);
    const [queries, corpus] = await quantizedSets(context, [whole.queries, whole.corpus], options, read);
    const { isSelf } = whole;
    const forbidden = await readForbidden(context, forbid, { queries, corpus, isSelf });
    const { order, ...sets } = await orderedSets(context, { ...whole, queries, corpus }, options);
    const paths = [anchorsPath, corpusPath ?? anchorsPath] as const;
    await carrier.expectColumns(paths, true);
    const sampling = options.sampling ?? (kind === "random" ? "random" : "top");
    const { seed = Math.floor(Math.random() * 2 ** 32) } = options;
    if (sampling === "random" && options.seed === undefined) context.note(`drawn with --seed ${seed}`);
    context.memory.take(unitRowBytes(metric, ...(isSelf ? [corpus] : [queries, corpus])));
    const anchors = shard ? ownRows(queries, shard) : queries;
    const how = { negatives: candidates ?? options.negatives ?? NEGATIVES, sampling, seed };
    return new Mining(context, paths, options, anchors, sets, forbidden, order ?? null, carrier, how);
  }

  get title(): string {
    const { paths, options } = this;
    const what = options.candidates === undefined ? `${options.kind} negatives` : "candidates for negatives";
    return `${what} of ${paths[0]}`;
  }

  /** The number of rows of the file of anchors. */
  get fileRows(): number {
    return this.anchors.fileRows ?? this.anchors.rows;
  }

  get corpus(): VectorSet {
    return this.sets.corpus;
  }

  /** How the counts of mining are reported. */
  get reported(): ReportedMining {
    const { options, how, nearer } = this;
    const isCandidates = options.candidates !== undefined;
    return {
      negatives: how.negatives,
      isCandidates,
      needsAll: options.as === "tuples" && !isCandidates,
      isRelative: options.relativeMargin !== undefined && nearer === "greater",
      nearer,
    };
  }

  private get nearer(): Nearer {
    return this.teacher?.nearer ?? METRICS[this.options.metric].nearer;
  }

  /** Mines negatives of some of the anchors. */
  async mine(anchors: VectorSet): Promise<Mined> {
    const { context, options, sets, forbidden, teacher, how, fileRows } = this;
    const { corpus, isSelf, relevance } = sets;
    const { metric, mode, backend, zeroVectors } = options;
    const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
    const scores = await searchableTiles(metric, anchors, corpus, similarityOptions);
    const backward = isSelf ? null : () => searchableTiles(metric, corpus, anchors, similarityOptions);
    const order = await orderByNeighbours(context, options, scores, backward, teacher ?? undefined);
    const mined = await mineNegatives(context.computing(scores), relevance, {
      ...options,
      ...how,
      excludeSelf: isSelf,
      anchors: { first: anchors.firstRow ?? 0, count: fileRows },
      ...(forbidden && { forbidden }),
      ...(order && { order }),
    });
    if (context.phases.of("multiply") > 0) context.detailProduct(scores);
    return mined;
  }

  /** Returns the records of what was mined. */
  records(mined: Mined): Promise<Records> {
    const { carrier, sets, paths, options, how } = this;
    if (options.candidates !== undefined) return candidateRecords(carrier, mined, sets, paths);
    const { as: layout = "triplets", distill = false } = options;
    return trainingRecords(carrier, mined, sets, paths, { layout, negatives: how.negatives, distill });
  }

  /** Returns the columns of the records. */
  async columns(): Promise<Pick<PartResult, "columns" | "dataColumns">> {
    const { columns, dataColumns } = await this.records(NOTHING_MINED);
    return { columns, ...(dataColumns !== undefined && { dataColumns }) };
  }

  /** Returns the counts of what was mined, with the names of suspects: by ids, and with `--verbose` by carried texts. */
  async counts(mined: Mined): Promise<MiningCounts> {
    const { carrier, sets, paths, how, options } = this;
    const nameOf = await suspectNames(options.verbose ? carrier : null, mined, sets, paths);
    return countsOf(mined, how.negatives, nameOf);
  }
}

const NOTHING_MINED: Mined = {
  firstAnchor: 0,
  counts: new Int32Array(),
  rows: new Int32Array(),
  scores: new Float64Array(),
  positives: [],
  passedOver: new Map(),
  shortages: new Map(),
  better: 0,
  suspects: { kept: [], excluded: [] },
};

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
