import type { VectorSet } from "../../core/vectors.js";
import { findPairs, type PairList } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import type { MetricTiles } from "../../similarity/compute.js";
import type { ComputeOptions, MetricName } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";
import type { RowNames } from "./pair-records.js";

/** How the rows of two sets are compared. */
export interface AcrossOptions {
  readonly metric: MetricName;
  readonly minScore: number;
  readonly computing: ComputeOptions;
}

/** What is known of a second set after all its parts. */
export interface SecondSet {
  readonly rows: number;
  /** The names of the rows that are in a pair. */
  readonly names: RowNames;
}

/** Adds the pairs of a row of a set and a row of another one, which is read in parts, to a list. */
export async function pairsAcross(
  context: Context,
  set: VectorSet,
  parts: AsyncIterable<VectorSet & { readonly firstRow: number }>,
  { metric, minScore, computing }: AcrossOptions,
  list: PairList,
): Promise<SecondSet> {
  const named = new Map<number, { readonly id: string | undefined; readonly label: string | undefined }>();
  const computed: MetricTiles[] = [];
  let [rows, hasIds, hasLabels] = [0, false, false];
  for await (const part of parts) {
    const { ids, labels, firstRow } = part;
    rows += part.rows;
    hasIds ||= ids !== null;
    hasLabels ||= labels !== null;
    const scores = await searchableTiles(metric, set, part, computing);
    const add = (first: number, second: number, score: number) => {
      list.add(first, firstRow + second, score);
      if (ids || labels) named.set(firstRow + second, { id: ids?.[second], label: labels?.[second] });
    };
    await findPairs(context.computing(scores), minScore, add, { twoSets: true });
    computed.push(scores);
  }
  context.detailProduct(...computed);
  return {
    rows,
    names: {
      kind: hasIds ? "text" : "whole",
      idOf: (row) => named.get(row)?.id ?? row,
      labelOf: hasLabels ? (row) => named.get(row)?.label ?? null : null,
    },
  };
}
