import { UsageError } from "../../core/errors.js";
import type { ScoredMatrix } from "../../core/matrix.js";
import { rangesOf } from "../../core/quantization.js";
import type { VectorSet } from "../../core/vectors.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { communities } from "../../neighbours/communities.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs, PairList, type Pairs } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComputeOptions } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { type AddedColumns, Carrier, type CarryOptions, expectCarry, sideOf, withCarried } from "../shared/carried.js";
import type { CarriedColumns } from "../shared/carried-cells.js";
import { type CorpusOptions, corpusParts } from "../shared/corpus-parts.js";
import { labelsFrom, readLabelled, withLabelColumn, withLabels } from "../shared/labels.js";
import { corpusRanges, quantizer, withSignBits } from "../shared/quantization.js";
import { groupRecords, namesOfSet, pairRecords } from "./pair-records.js";
import { pairsAcross } from "./pairs-across.js";

export interface PairsOptions extends CommonOptions, InputOptions, MetricOptions, QuantizationOptions, CarryOptions {
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: "components" | "communities";
  readonly minSize?: number;
  readonly labels?: string;
}

/** Runs `simcli pairs <a> [b]`. */
export async function runPairs(
  context: Context,
  path: string,
  secondPath: string | undefined,
  options: PairsOptions,
): Promise<number> {
  if (options.minSize !== undefined && !options.groups) {
    throw new UsageError("--min-size: expected --groups with it", "--min-score limits the pairs");
  }
  // The picture of groups has those that pairs connect.
  const hasPicture = !options.carry && options.groups !== "communities" && options.minSize === undefined;
  if (!hasPicture) recordFormat(context.format);
  else recordOrPictureFormat(context.format);
  if (secondPath !== undefined && options.groups) {
    throw new UsageError("--groups: expected one file, found two", `simcli pairs ${path} --groups`);
  }
  expectOneStdin([path, secondPath, options.labels]);
  expectCarry(options, [path, secondPath]);
  await context.prepare();
  const { metric, mode, backend, zeroVectors, dtype } = options;
  prefetchBlas(context, options, path, secondPath);
  const carrier = await Carrier.open(context, options, readOptionsOf(options), [path, secondPath]);
  const read = withSignBits({ ...carrier.readOptions, dtype: storedPrecision(dtype) }, options);
  const labels = await labelsFrom(context, options.labels);
  const whole = withLabels(await readLabelled(context, path, read, labels), labels, options.labels);
  await carrier.expectColumns([path, secondPath]);
  const quantize = await quantizer(context, options, read, async () =>
    secondPath === undefined ? rangesOf(whole) : corpusRanges(context, secondPath, withLabelColumn(read, labels)),
  );
  const set = quantize?.(whole) ?? whole;
  context.memory.take(unitRowBytes(metric, set));
  const computing = { mode, backend, zeroVectors, ...context.engineOptions };
  if (secondPath === undefined) await writePairsWithin(context, set, path, options, computing, carrier);
  else {
    const corpus = { read, labels, labelsText: options.labels, quantize };
    await writePairsAcross(context, set, [path, secondPath], options, computing, corpus, carrier);
  }
  await context.commit();
  return EXIT.done;
}

/** The default of sentence-transformers. */
const COMMUNITY_SIZE = 10;

const listFor = (context: Context, { maxPairs = Number.POSITIVE_INFINITY, metric }: PairsOptions): PairList =>
  new PairList(maxPairs, METRICS[metric].nearer === "greater" ? 1 : -1, context.room());

async function writePairsWithin(
  context: Context,
  set: VectorSet,
  path: string,
  options: PairsOptions,
  computing: ComputeOptions,
  carrier: Carrier,
): Promise<void> {
  const { metric, minScore } = options;
  const scores = await searchableTiles(metric, set, set, { ...computing, upper: true });
  const near = `rows of ${path} that score ${minScore} or better`;
  const names = namesOfSet(set);
  if (isPicture(context.format)) {
    const { pairPicture } = await import("./pair-picture.js");
    const maxBytes = context.room();
    await writeFigure(
      context,
      context.format,
      await pairPicture(set, context.computing(scores), { ...options, maxBytes }),
    );
  } else if (options.groups) {
    const list = await groupsOf(context.computing(scores), options, context.room());
    const rows = list.flat();
    const columns = await carrier.columnsOf(0, sideOf(path, set), rows);
    const places = rows.map((row) => [row]);
    const records = withCarried(groupRecords(list, names), carrier.names, [{ columns, prefix: "" }], places);
    await writeRecordList(context, records, `groups of ${near}`);
  } else {
    const list = listFor(context, options);
    await findPairs(context.computing(scores), minScore, (...pair) => list.add(...pair));
    const pairs = list.sorted();
    const columns = await carrier.columnsOf(
      0,
      sideOf(path, set),
      [pairs.first, pairs.second].flatMap((rows) => [...rows]),
    );
    const records = withCarried(
      pairRecords(pairs, names, names),
      carrier.names,
      sidesOf(columns, columns),
      rowsOf(pairs),
    );
    await writeRecordList(context, records, `pairs of ${near}`);
  }
  context.detailProduct(scores);
}

/** Returns groups of rows. @param maxBytes maximum memory for pairs in bytes. */
async function groupsOf(
  scores: ScoredMatrix,
  { groups: kind, minScore, minSize }: PairsOptions,
  maxBytes: number,
): Promise<number[][]> {
  if (kind === "communities") return communities(scores, minScore, minSize ?? COMMUNITY_SIZE, maxBytes);
  const groups = new Groups(scores.rows);
  await findPairs(scores, minScore, (first, second) => {
    groups.connect(first, second);
  });
  return groups.list().filter(({ length }) => length >= (minSize ?? 2));
}

async function writePairsAcross(
  context: Context,
  set: VectorSet,
  [path, secondPath]: readonly [string, string],
  options: PairsOptions,
  computing: ComputeOptions,
  corpus: CorpusOptions,
  carrier: Carrier,
): Promise<void> {
  const { metric, minScore } = options;
  const list = listFor(context, options);
  const parts = corpusParts(context, secondPath, corpus);
  const second = await pairsAcross(context, set, parts, { metric, minScore, computing }, list);
  const pairs = list.sorted();
  if (isPicture(context.format)) {
    const { acrossPicture } = await import("./pair-picture.js");
    return writeFigure(context, context.format, acrossPicture(pairs, [set.rows, second.places.rows], options));
  }
  const columns = [
    await carrier.columnsOf(0, sideOf(path, set), pairs.first),
    await carrier.columnsOf(1, { path: secondPath, ...second }, pairs.second),
  ];
  const records = pairRecords(pairs, namesOfSet(set), second.names);
  const title = `pairs of rows of ${path} and ${secondPath} that score ${minScore} or better`;
  await writeRecordList(context, withCarried(records, carrier.names, sidesOf(...columns), rowsOf(pairs)), title);
}

const sidesOf = (...columns: readonly CarriedColumns[]): AddedColumns[] =>
  columns.map((ofSide, side) => ({ columns: ofSide, prefix: side === 0 ? "a_" : "b_" }));

function* rowsOf({ count, first, second }: Pairs): Generator<readonly [number, number]> {
  for (let i = 0; i < count; i++) yield [first[i], second[i]];
}
