import { UsageError } from "../../core/errors.js";
import type { ScoredMatrix } from "../../core/matrix.js";
import type { VectorSet } from "../../core/vectors.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { communities } from "../../neighbours/communities.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin } from "../../shell/inputs.js";
import { EXIT } from "../../shell/report.js";
import { expectShard } from "../../shell/shards.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import type { ComputeOptions } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { type Carrier, expectCarry, sideOf, withCarried } from "../shared/carried.js";
import { type CorpusOptions, corpusParts } from "../shared/corpus-parts.js";
import { expectReachable } from "../shared/min-score.js";
import { listFor, type PairsOptions, readCompared, rowsOf, sidesOf, titleOf } from "./compared.js";
import { groupRecords, namesOfSet, pairRecords } from "./pair-records.js";
import { pairsAcross } from "./pairs-across.js";

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
  expectReachable(options.metric, options.minScore);
  expectOneStdin([path, secondPath, options.labels]);
  expectCarry(options, [path, secondPath]);
  expectShard(options);
  if (options.shard) return (await import("./pairs-shard.js")).runPairsShard(context, path, secondPath, options);
  await context.prepare();
  const compared = await readCompared(context, path, secondPath, options);
  const { set, carrier, computing, corpus } = compared;
  if (secondPath === undefined) await writePairsWithin(context, set, path, options, computing, carrier);
  else await writePairsAcross(context, set, [path, secondPath], options, computing, corpus, carrier);
  await context.commit();
  return EXIT.done;
}

/** The default of sentence-transformers. */
const COMMUNITY_SIZE = 10;

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
    await writeRecordList(context, records, titleOf([path], options));
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
    await writeRecordList(context, records, titleOf([path], options));
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
  const across = { metric, minScore, computing };
  const second = await pairsAcross(context, set, parts, across, (...pair) => list.add(...pair));
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
  const carried = withCarried(records, carrier.names, sidesOf(...columns), rowsOf(pairs));
  await writeRecordList(context, carried, titleOf([path, secondPath], options));
}
