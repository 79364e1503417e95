import { recordFormat } from "../../formats/writers.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs, PairList, type Pairs } from "../../neighbours/near-pairs.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { prefetchBlas, readInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeRecordList } from "../../shell/writers.js";
import { computeTiles } from "../../similarity/compute.js";

export interface PairsOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: true;
}

/** Runs `simcli pairs <a>`. */
export async function runPairs(context: Context, path: string, options: PairsOptions): Promise<number> {
  recordFormat(context.format);
  await context.prepare();
  const { minScore, maxPairs = Number.POSITIVE_INFINITY, metric, mode, backend, zeroVectors, dtype } = options;
  prefetchBlas(context, options, path);
  const set = await readInput(context, path, { ...readOptionsOf(options), dtype });
  const similarityOptions = {
    mode,
    backend,
    zeroVectors,
    ...context.engineOptions,
    inPlace: "both" as const,
    upper: true,
  };
  const scores = await computeTiles(metric, set, set, similarityOptions);
  const near = `rows of ${path} that score ${minScore} or better`;
  if (options.groups) {
    const groups = new Groups(set.rows);
    await findPairs(context.computing(scores), minScore, (first, second) => groups.connect(first, second));
    await writeRecordList(context, groupRecords(groups.list(), set.ids), `groups of ${near}`);
  } else {
    const list = new PairList(maxPairs, scores.nearer === "greater" ? 1 : -1, context.room());
    await findPairs(context.computing(scores), minScore, (...pair) => list.add(...pair));
    await writeRecordList(context, pairRecords(list.sorted(), set.ids), `pairs of ${near}`);
  }
  context.detailProduct(scores);
  await context.commit();
  return EXIT.done;
}

/** Returns one record per pair: `a,b,score`. */
function pairRecords({ count, first, second, scores }: Pairs, ids: readonly string[] | null): Records {
  const idOf = (row: number): Cell => ids?.[row] ?? row;
  function* rows(): Generator<Cell[]> {
    for (let i = 0; i < count; i++) yield [idOf(first[i]), idOf(second[i]), scores[i]];
  }
  return { columns: ["a", "b", "score"], kinds: [kindOfRows(ids), kindOfRows(ids), "number"], rows: rows() };
}

/** Returns one record per row of a group: `group,size,id`; groups count from 1. */
function groupRecords(groups: readonly (readonly number[])[], ids: readonly string[] | null): Records {
  function* rows(): Generator<Cell[]> {
    for (const [i, group] of groups.entries()) for (const row of group) yield [i + 1, group.length, ids?.[row] ?? row];
  }
  return { columns: ["group", "size", "id"], kinds: ["whole", "whole", kindOfRows(ids)], rows: rows() };
}
