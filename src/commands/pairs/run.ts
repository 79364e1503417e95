import type { VectorSet } from "../../core/vectors.js";
import { isPicture, recordOrPictureFormat } from "../../formats/writers.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs, PairList, type Pairs } from "../../neighbours/near-pairs.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { readLabelledSets } from "../shared/labels.js";
import { quantizedSets } from "../shared/quantization.js";

export interface PairsOptions extends CommonOptions, InputOptions, MetricOptions, QuantizationOptions {
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: true;
  readonly labels?: string;
}

/** Runs `simcli pairs <a>`. */
export async function runPairs(context: Context, path: string, options: PairsOptions): Promise<number> {
  recordOrPictureFormat(context.format);
  await context.prepare();
  const { minScore, maxPairs = Number.POSITIVE_INFINITY, metric, mode, backend, zeroVectors, dtype } = options;
  prefetchBlas(context, options, path);
  expectOneStdin([path, options.labels]);
  const read = { ...readOptionsOf(options), dtype: storedPrecision(dtype) };
  const [whole] = await readLabelledSets(context, path, undefined, read, options.labels);
  const [set] = await quantizedSets(context, [whole], options, read);
  context.memory.take(unitRowBytes(metric, set));
  const similarityOptions = {
    mode,
    backend,
    zeroVectors,
    ...context.engineOptions,
    upper: true,
  };
  const scores = await searchableTiles(metric, set, set, similarityOptions);
  const near = `rows of ${path} that score ${minScore} or better`;
  if (isPicture(context.format)) {
    const { pairPicture } = await import("./pair-picture.js");
    const maxBytes = context.room();
    await writeFigure(
      context,
      context.format,
      await pairPicture(set, context.computing(scores), { ...options, maxBytes }),
    );
  } else if (options.groups) {
    const groups = new Groups(set.rows);
    await findPairs(context.computing(scores), minScore, (first, second) => {
      groups.connect(first, second);
    });
    await writeRecordList(context, groupRecords(groups.list(), set), `groups of ${near}`);
  } else {
    const list = new PairList(maxPairs, scores.nearer === "greater" ? 1 : -1, context.room());
    await findPairs(context.computing(scores), minScore, (...pair) => list.add(...pair));
    await writeRecordList(context, pairRecords(list.sorted(), set), `pairs of ${near}`);
  }
  context.detailProduct(scores);
  await context.commit();
  return EXIT.done;
}

/** Returns one record per pair: `a,b,score`, and with labels `a_label,b_label`. */
function pairRecords({ count, first, second, scores }: Pairs, { ids, labels }: VectorSet): Records {
  const idOf = (row: number): Cell => ids?.[row] ?? row;
  function* rows(): Generator<Cell[]> {
    for (let i = 0; i < count; i++) {
      const record = [idOf(first[i]), idOf(second[i]), scores[i]];
      yield labels ? [...record, labels[first[i]], labels[second[i]]] : record;
    }
  }
  const kinds = [kindOfRows(ids), kindOfRows(ids), "number"] as const;
  if (!labels) return { columns: ["a", "b", "score"], kinds, rows: rows() };
  return { columns: ["a", "b", "score", "a_label", "b_label"], kinds: [...kinds, "text", "text"], rows: rows() };
}

/** Returns one record per row of a group: `group,size,id`, and with labels `label`; groups count from 1. */
function groupRecords(groups: readonly (readonly number[])[], { ids, labels }: VectorSet): Records {
  function* rows(): Generator<Cell[]> {
    for (const [i, group] of groups.entries()) {
      for (const row of group) {
        const record = [i + 1, group.length, ids?.[row] ?? row];
        yield labels ? [...record, labels[row]] : record;
      }
    }
  }
  const kinds = ["whole", "whole", kindOfRows(ids)] as const;
  if (!labels) return { columns: ["group", "size", "id"], kinds, rows: rows() };
  return { columns: ["group", "size", "id", "label"], kinds: [...kinds, "text"], rows: rows() };
}
