import type { VectorSet } from "../../core/vectors.js";
import { findPairs } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import type { ComputeOptions, MetricName } from "../../similarity/options.js";
import { RowPlaces } from "../shared/row-places.js";
import { scoredParts } from "../shared/scored-parts.js";
import type { RowNames } from "./pair-records.js";

/** How the rows of two sets are compared. */
export interface AcrossOptions {
  readonly metric: MetricName;
  readonly minScore: number;
  readonly computing: ComputeOptions;
  /** The places of rows before those of the second set. */
  readonly places?: RowPlaces;
}

/** What is known of a second set after all its parts. */
export interface SecondSet {
  readonly places: RowPlaces;
  /** Returns the id of a row that is in a pair; null if the rows have no ids. */
  readonly idOf: ((row: number) => string) | null;
  /** The names of the rows that are in a pair. */
  readonly names: RowNames;
}

/**
 * Finds the pairs of a row of a set and a row of another one, which is read in parts.
 *
 * @param onPair called once for each pair with the numbers of both rows in their files, and the score.
 */
export async function pairsAcross(
  context: Context,
  set: VectorSet,
  parts: AsyncIterable<VectorSet> | Iterable<VectorSet>,
  { metric, minScore, computing, places = new RowPlaces() }: AcrossOptions,
  onPair: (first: number, second: number, score: number) => void,
): Promise<SecondSet> {
  const { firstRow: firstOfSet = 0 } = set;
  const named = new Map<number, { readonly id: string | undefined; readonly label: string | undefined }>();
  let [hasIds, hasLabels] = [false, false];
  for await (const { part, scores } of scoredParts(context, metric, set, parts, computing)) {
    const { ids, labels, firstRow = 0 } = part;
    places.add(part);
    hasIds ||= ids !== null;
    hasLabels ||= labels !== null;
    const add = (first: number, second: number, score: number) => {
      onPair(firstOfSet + first, firstRow + second, score);
      if (ids || labels) named.set(firstRow + second, { id: ids?.[second], label: labels?.[second] });
    };
    await findPairs(scores, minScore, add, { twoSets: true });
  }
  return {
    places,
    idOf: hasIds ? (row) => named.get(row)?.id ?? "" : null,
    names: {
      kind: hasIds ? "text" : "whole",
      idOf: (row) => named.get(row)?.id ?? row,
      labelOf: hasLabels ? (row) => named.get(row)?.label ?? null : null,
    },
  };
}
