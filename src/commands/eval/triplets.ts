import type { ScoredMatrix } from "../../core/matrix.js";
import type { VectorSet } from "../../core/vectors.js";
import { countTriplets } from "../../evaluation/triplet-accuracy.js";
import type { Runtime } from "../../kernels/runtime.js";
import type { Cell } from "../../output/format.js";
import { readSideBySide } from "../../shell/side-by-side.js";
import { computeTiles } from "../../similarity/compute.js";
import type { MetricName, ZeroVectors } from "../../similarity/options.js";
import { quickPairs } from "../../similarity/quick-pairs.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { metricsOf, numberOrNull } from "./task-metrics.js";
import type { TaskInput, TaskResult } from "./tasks.js";

/** Returns the share of triplets whose positive is nearer to the anchor than their negative, by each metric. */
export async function evaluateTriplets(input: TaskInput): Promise<TaskResult> {
  const { context, options, read } = input;
  const { margin = 0, zeroVectors } = options;
  expectAllRows(context, options);
  const metrics = metricsOf(input);
  const counts = metrics.map(() => ({ triplets: 0, correct: 0 }));
  for await (const [anchors, positives, negatives] of readSideBySide(context, input.paths, read)) {
    const near = await pairedScores(metrics, anchors, positives, zeroVectors, context.runtime);
    const far = await pairedScores(metrics, anchors, negatives, zeroVectors, context.runtime);
    for (const [m, count] of counts.entries()) {
      const { triplets, correct } = await countTriplets(near[m], far[m], margin);
      count.triplets += triplets;
      count.correct += correct;
    }
  }
  const rows = metrics.map((metric, m): Cell[] => {
    const { triplets, correct } = counts[m];
    return [metric, margin, triplets, numberOrNull(correct / triplets)];
  });
  return {
    title: `triplets whose positive is nearer than their negative${margin === 0 ? "" : ` by more than ${margin}`}`,
    records: {
      columns: ["metric", "margin", "triplets", "accuracy"],
      kinds: ["text", "number", "whole", "number"],
      rows,
    },
  };
}

/** Returns the scores of row i of both sets by each metric, as n×1 matrices. */
async function pairedScores(
  metrics: readonly MetricName[],
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  runtime: Runtime,
): Promise<ScoredMatrix[]> {
  const quick = await quickPairs(metrics, a, b, zeroVectors, runtime);
  // The formula for n pairs is faster than a product, whose rows have to be prepared.
  const pairs = { paired: true, mode: "loop", zeroVectors } as const;
  return Promise.all(metrics.map((metric) => quick.get(metric) ?? computeTiles(metric, a, b, pairs)));
}
