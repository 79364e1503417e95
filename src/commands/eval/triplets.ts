import { tripletAccuracy } from "../../evaluation/triplet-accuracy.js";
import type { Cell } from "../../output/format.js";
import { readInput } from "../../shell/inputs.js";
import { computeTiles, expectSameSize } from "../../similarity/compute.js";
import { quickPairs } from "../../similarity/quick-pairs.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { metricsOf, numberOrNull } from "./task-metrics.js";
import type { TaskInput, TaskResult } from "./tasks.js";

/** Returns the share of triplets whose positive is nearer to the anchor than their negative, by each metric. */
export async function evaluateTriplets(input: TaskInput): Promise<TaskResult> {
  const { context, options, read } = input;
  const { margin = 0, zeroVectors } = options;
  expectAllRows(options);
  const [anchorPath, positivePath, negativePath] = input.paths;
  const anchors = await readInput(context, anchorPath, read);
  const positives = await readInput(context, positivePath, read);
  expectSameSize(anchors, positives);
  const negatives = await readInput(context, negativePath, read);
  expectSameSize(anchors, negatives);
  const metrics = metricsOf(input);
  const [near, far] = [positives, negatives].map((others) => quickPairs(metrics, anchors, others, zeroVectors));
  // The formula for n pairs is faster than a product, whose rows have to be prepared.
  const pairs = { paired: true, mode: "loop", zeroVectors } as const;
  const rows: Cell[][] = [];
  for (const metric of metrics) {
    const positive = near.get(metric) ?? (await computeTiles(metric, anchors, positives, pairs));
    const negative = far.get(metric) ?? (await computeTiles(metric, anchors, negatives, pairs));
    const { triplets, accuracy } = await tripletAccuracy(positive, negative, margin);
    rows.push([metric, margin, triplets, numberOrNull(accuracy)]);
  }
  return {
    title: `triplets whose positive is nearer than their negative${margin === 0 ? "" : ` by more than ${margin}`}`,
    records: {
      columns: ["metric", "margin", "triplets", "accuracy"],
      kinds: ["text", "number", "whole", "number"],
      rows,
    },
  };
}
