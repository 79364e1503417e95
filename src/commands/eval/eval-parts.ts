import { MachineError, UsageError } from "../../core/errors.js";
import { joinedDoubles } from "../../core/joined-doubles.js";
import type { Nearer, ScoredMatrix } from "../../core/matrix.js";
import { withoutSelf } from "../../core/relevance.js";
import type { QuerySummary } from "../../core/results.js";
import { rowsOfShard, type Shard } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import {
  type EvaluationOptions,
  evaluationOf,
  keptOthers,
  positiveScores,
  rankQueries,
  sortedOf,
} from "../../evaluation/evaluate.js";
import { Moments, type Part } from "../../evaluation/moments.js";
import { OtherDistribution } from "../../evaluation/other-scores.js";
import { type MetricChoice, MetricMeans, summaryOf } from "../../evaluation/retrieval-metrics.js";
import { type HistogramState, ScoreHistogram } from "../../evaluation/score-histogram.js";
import { MAX_KEPT, SpreadGatherer } from "../../evaluation/spread.js";
import { potentialSums, uniformityFrom } from "../../evaluation/uniformity.js";
import type { RecordCell, Records } from "../../output/format.js";
import { doublesOfText, textOfDoubles } from "../../sharding/doubles.js";
import { mergedRecords, summariesOf } from "../../sharding/merged-parts.js";
import type { Context } from "../../shell/context.js";
import { readOptionsOf } from "../../shell/inputs.js";
import { EXIT } from "../../shell/report.js";
import { filesAmong, openShard, type RowsFound, rowsInAMinute } from "../../shell/shards.js";
import { computeTiles } from "../../similarity/compute.js";
import { type ComputeOptions, isBitMetric } from "../../similarity/options.js";
import type { Join } from "../merge/run.js";
import { OwnTiles } from "../shared/own-tiles.js";
import { quantizedPrecision, quantizedSets } from "../shared/quantization.js";
import { expectAnswered, type RelevantSets, readRelevantSets } from "../shared/relevant-sets.js";
import { queryRecords } from "./evaluation-records.js";
import {
  alignmentOf,
  type EvalOptions,
  metricChoice,
  relevantDistances,
  reportFrom,
  writeQueries,
  writeReport,
} from "./run.js";
import { type DistortedQueries, distortedQueries } from "./warnings.js";

/** What the parts of an evaluation have in common. */
interface EvaluationFacts {
  readonly path: string;
  readonly metric: EvalOptions["metric"];
  readonly nearer: Nearer;
  readonly queries: number;
  readonly corpus: number;
  readonly isSelf: boolean;
  readonly hasIds: boolean;
  readonly k: readonly number[];
  readonly choice: MetricChoice;
  readonly level: number | null;
  readonly perQuery: boolean;
  /** The number of scores of rows that are not relevant, if they are kept. */
  readonly kept: number | null;
  /** Whether there are too many scores of relevant rows to keep. */
  readonly hasManyPositives: boolean;
  readonly backend: string | null;
  readonly kernels: string | null;
}

/** What some queries add to the whole, besides records. */
interface QueriesSummary {
  readonly answered: number;
  readonly answers: number;
  /** Twice the pairs of {@link AucCounter}. */
  readonly twicePairs: string;
  readonly histogram: (Omit<HistogramState, "counts"> & { readonly counts: string }) | null;
  readonly kept: string | null;
  readonly distorted: DistortedQueries | null;
  /** The potential sums of a share of the rows of each file; with the first queries of a shard. */
  readonly potentials: { readonly corpus: string; readonly queries: string | null } | null;
}

/** A record of a query; without an id, its row number; without a relevant row, no ranks. */
const COLUMNS = [
  ...["query", "others", "relevant", "first_rank", "reciprocal_rank", "average_precision"],
  ...["values", "positives", "distances"],
];

/** Ranks the queries of a shard, some at a time, and writes a part. */
export async function runEvalShard(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: EvalOptions,
): Promise<number> {
  if (options.carry) {
    throw new UsageError("--carry: expected no --shard with it, found both", "merged records can be joined by id");
  }
  const choice = metricChoice(options);
  const means = new MetricMeans(options.k, choice);
  const { labels, qrels, calibration, checkpoint } = options;
  const files = [queriesPath, corpusPath, ...filesAmong(labels), qrels, calibration];
  const shard = await openShard(context, { command: "eval", options, files });
  if (!shard) return EXIT.done;
  const sets = await readSets(context, queriesPath, corpusPath, options);
  const { queries, corpus, isSelf } = sets;
  const { metric, mode, backend, zeroVectors, perQuery = false } = options;
  const engine = { mode, backend, zeroVectors, ...context.engineOptions };
  const share = (rows: number) => rowsOfShard(shard.shard, rows);
  const own = await OwnTiles.of(metric, queries, corpus, share, engine);
  const relevant = isSelf ? withoutSelf(sets.relevance) : sets.relevance;
  const { exact, nearer } = await computeTiles(metric, queries, corpus, { mode: "loop", zeroVectors });
  const size = { rows: queries.rows, columns: corpus.rows };
  const evaluation: EvaluationOptions = { excludeSelf: isSelf, runtime: context.runtime };
  const positives = allPositives({ rows: queries.rows, exact }, relevant);
  const directions = perQuery || isBitMetric(metric) ? null : await exactCosines(queries, corpus);
  const facts: EvaluationFacts = {
    path: queriesPath,
    metric,
    nearer,
    queries: queries.rows,
    corpus: corpus.rows,
    isSelf,
    hasIds: queries.ids !== null,
    k: options.k,
    choice,
    level: options.relevanceLevel ?? null,
    perQuery,
    kept: keptOthers(size, relevant, evaluation),
    hasManyPositives: positives instanceof ScoreHistogram,
    backend: own.backend,
    kernels: own.kernels,
  };
  const rank = async (from: number, to: number): Promise<RowsFound> => {
    const [first, end] = [own.first + from, own.first + to];
    const matrix: ScoredMatrix = { ...(await own.matrix(context, first, end)), exact };
    const others: Part[] = [];
    const ranks = new Map<number, RecordCell[]>();
    const found = await rankQueries(
      matrix,
      relevant,
      positives,
      evaluation,
      (ranked) => {
        const { query, relevant: count, firstRank, reciprocalRank, averagePrecision } = summaryOf(ranked);
        ranks.set(query, [count, firstRank, reciprocalRank, averagePrecision, means.valuesOf(ranked)]);
      },
      (part) => others.push(part),
    );
    function* rows(): Generator<RecordCell[]> {
      for (let query = first; query < end; query++) {
        const { count, mean, squares, unit, min, max } = others[query - first];
        const moments = count === 0 ? [0] : [count, mean, squares, unit, min, max];
        const own = Array.from(relevant.rowsOf(query), (row) => exact(query, row)).filter((x) => !Number.isNaN(x));
        const distances = directions ? [...relevantDistances(sets, directions, query, query + 1)] : [];
        const ranked = ranks.get(query) ?? [0, null, null, null, []];
        yield [queries.ids?.[query] ?? query, moments, ...ranked, own, distances];
      }
    }
    const { answered, answers, negative } = found;
    const { histogram, auc, scores } = negative;
    const state = negative.keepsScores ? null : histogram.state;
    const summary: QueriesSummary = {
      answered,
      answers,
      twicePairs: String(auc?.twicePairs ?? 0n),
      histogram: state && { ...state, counts: textOfDoubles(state.counts) },
      kept: scores instanceof Float64Array ? textOfDoubles(scores) : null,
      distorted: directions && distortedQueries(sets, first, end),
      potentials: directions && from === 0 ? await potentialsOf(context, sets, shard.shard, engine) : null,
    };
    return { records: { columns: COLUMNS, kinds: [], rows: rows() }, summary };
  };
  const title = `ranks of the relevant rows of ${queries.rows} queries`;
  const result = { title, rows: queries.rows, columns: COLUMNS, facts: { ...facts } };
  const atOnce = checkpoint ?? rowsInAMinute(corpus.rows, corpus.dimensions);
  await shard.compute(context, result, { rows: own.end - own.first, atOnce }, rank);
  return EXIT.done;
}

async function readSets(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: EvalOptions,
): Promise<RelevantSets> {
  const { labels, qrels, dtype, relevanceLevel } = options;
  const read = { ...readOptionsOf(options), dtype: quantizedPrecision(dtype, options) };
  // The scores of all relevant rows are compared with those of the other rows of a shard.
  const whole = await readRelevantSets(context, queriesPath, corpusPath, read, {
    labels,
    judgements: { option: "--qrels", path: qrels, level: relevanceLevel },
  });
  const [queries, corpus] = await quantizedSets(context, [whole.queries, whole.corpus], options, read);
  return { ...whole, queries, corpus };
}

/** Returns the scores of the relevant rows of all queries in ascending order; an empty histogram if there are too many. */
function allPositives(
  matrix: Pick<ScoredMatrix, "rows" | "exact">,
  relevant: RelevantSets["relevance"],
): Float64Array | ScoreHistogram {
  let count = 0;
  for (let query = 0; query < matrix.rows; query++) count += relevant.rowsOf(query).length;
  return count > MAX_KEPT ? new ScoreHistogram() : Float64Array.from(positiveScores(matrix, relevant)).sort();
}

const exactCosines = async (queries: VectorSet, corpus: VectorSet) =>
  (await computeTiles("cosine", queries, corpus, { mode: "loop", zeroVectors: "nan" })).exact;

/** Sums over the pairs of rows of each file; each shard has its share of the pairs. */
async function potentialsOf(
  context: Context,
  { queries, corpus, isSelf }: RelevantSets,
  shard: Shard,
  engine: ComputeOptions,
): Promise<QueriesSummary["potentials"]> {
  const sums = async (set: VectorSet) => {
    const options = { ...engine, zeroVectors: "nan", upper: true } as const;
    const own = await OwnTiles.of("cosine", set, set, (rows) => shareOfTriangle(shard, rows), options);
    if (own.first === own.end) return "";
    return textOfDoubles(await potentialSums(await own.matrix(context, own.first, own.end), context.runtime));
  };
  return { corpus: await sums(corpus), queries: isSelf ? null : await sums(queries) };
}

/** Returns the rows of a shard so that all shards have about as many pairs of a row and a later one; none if there are few rows. */
function shareOfTriangle({ index, count }: Shard, rows: number): [first: number, end: number] {
  const start = (k: number) => Math.round(rows - rows * Math.sqrt(1 - k / count));
  return [start(index), start(index + 1)];
}

type EvaluationRecord = [
  query: string | number,
  others: number[],
  relevant: number,
  firstRank: number | null,
  reciprocalRank: number,
  averagePrecision: number,
  values: number[],
  positives: number[],
  distances: number[],
];

/** Computes means, distributions and areas from what was found for all queries, and writes them. */
export const joinEvaluation: Join = async (context, job) => {
  const facts = job.result.facts as unknown as EvaluationFacts;
  const { path, metric, nearer, k, choice, level, perQuery, kept, hasManyPositives, queries, corpus, isSelf } = facts;
  const { rows: records } = mergedRecords(job);
  const means = new MetricMeans(k, choice);
  const positive = new SpreadGatherer();
  const moments = new Moments();
  const ids: string[] = [];
  const summaries: QuerySummary[] = [];
  const values: number[][] = [];
  const distances: number[] = [];
  let query = 0;
  for (const record of records as Iterable<EvaluationRecord>) {
    const [id, others, relevant, firstRank, reciprocalRank, averagePrecision, ofMetrics, positives, near] = record;
    if (facts.hasIds) ids.push(String(id));
    const [count, mean, squares, unit, min, max] = others;
    moments.merge({ count, mean, squares, unit, min, max });
    for (const score of positives) positive.add(score);
    for (const distance of near) distances.push(distance);
    if (relevant > 0) {
      means.addValues(ofMetrics);
      summaries.push({ query, relevant, firstRank, reciprocalRank, averagePrecision });
      if (perQuery) values.push(ofMetrics);
    }
    query++;
  }
  if (positive.scores instanceof ScoreHistogram !== hasManyPositives) {
    throw new MachineError(
      `${job.folder}: expected at most ${MAX_KEPT} relevant rows, or as many with a score, found more without one`,
      "rows without a direction have no score: run it without --shard, or with --zero-vectors zero",
    );
  }
  const found = summariesOf<QueriesSummary>(job);
  const negative = new OtherDistribution(queries * corpus, sortedOf(positive.scores), kept, moments);
  let [answered, answers] = [0, 0];
  for (const part of found) {
    answered += part.answered;
    answers += part.answers;
    negative.auc?.addTwicePairs(BigInt(part.twicePairs));
    const { histogram } = part;
    if (histogram) negative.histogram.addState({ ...histogram, counts: doublesOfText(histogram.counts) });
    if (part.kept !== null) for (const score of doublesOfText(part.kept)) negative.keep(score);
  }
  expectAnswered(answered, path, level ?? undefined);
  if (perQuery) {
    const chosen = { names: means.names, values, isChosen: choice.names !== undefined };
    const list: Records = queryRecords(summaries, facts.hasIds ? ids : null, chosen);
    return writeQueries(context, list, path, queries - answered);
  }
  const evaluation = evaluationOf({ answered, answers, negative, means, positive, nearer });
  const potentials = found.flatMap((part) => part.potentials ?? []);
  const ofCorpus = uniformityFrom(joined(potentials.map((part) => part.corpus)));
  const ofQueries = isSelf ? ofCorpus : uniformityFrom(joined(potentials.map((part) => part.queries ?? "")));
  const sum = (of: (distorted: DistortedQueries) => number) =>
    found.reduce((total, { distorted }) => total + (distorted ? of(distorted) : 0), 0);
  const distorted = { repeated: sum(({ repeated }) => repeated), identical: sum(({ identical }) => identical) };
  const directions = isBitMetric(metric) ? null : { ofQueries, ofCorpus, alignment: alignmentOf(distances), distorted };
  const report = reportFrom({ metric, queries, corpus }, evaluation, directions);
  await writeReport(context, report, summaries, context.options.precision ?? null);
};

/** Returns the numbers of several texts, one after the other. */
const joined = (texts: readonly string[]): Float64Array => joinedDoubles(texts.map(doublesOfText));
