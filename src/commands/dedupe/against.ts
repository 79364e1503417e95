import type { VectorSet } from "../../core/vectors.js";
import { findPairs } from "../../neighbours/near-pairs.js";
import type { Cell } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComputeOptions, MetricName } from "../../similarity/options.js";
import { scoredParts } from "../shared/scored-parts.js";

/** The nearest row of another set. */
export interface Other {
  readonly id: Cell;
  readonly score: number;
  /** Whether all components are equal. */
  readonly isExact: boolean;
}

/** Returns the rows of a set that have a near duplicate in another set, with the nearest one; of equally near ones, the first. */
export async function nearAnother(
  context: Context,
  set: VectorSet,
  parts: AsyncIterable<VectorSet & { readonly firstRow: number }>,
  metric: MetricName,
  minScore: number,
  computing: ComputeOptions,
): Promise<Map<number, Other>> {
  const found = new Map<number, Other>();
  const sign = METRICS[metric].nearer === "greater" ? 1 : -1;
  for await (const { part, scores } of scoredParts(context, metric, set, parts, computing)) {
    const add = (row: number, other: number, score: number) => {
      const before = found.get(row);
      if (before && sign * before.score >= sign * score) return;
      const id = part.ids?.[other] ?? part.firstRow + other;
      found.set(row, { id, score, isExact: areEqual(set, row, part, other) });
    };
    await findPairs(scores, minScore, add, { twoSets: true });
  }
  return found;
}

/** Returns whether two rows have the same components. */
export function areEqual(a: VectorSet, i: number, b: VectorSet, j: number): boolean {
  const d = a.dimensions;
  for (let k = 0; k < d; k++) if (a.values[i * d + k] !== b.values[j * d + k]) return false;
  return true;
}
