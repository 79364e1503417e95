import { tripletAccuracy } from "../../evaluation/triplet-accuracy.js";
import type { Cell } from "../../output/format.js";
import { readInput } from "../../shell/inputs.js";
import { expectSameSize } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { pairScores } from "../../similarity/pair-scores.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { everyRow } from "./paired-rows.js";
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
  const every = everyRow(anchors.rows);
  const pairs = { first: every, second: every };
  const rows: Cell[][] = [];
  for (const metric of metricsOf(input)) {
    const positive = await pairScores(metric, anchors, positives, pairs, zeroVectors);
    const negative = await pairScores(metric, anchors, negatives, pairs, zeroVectors);
    const { triplets, accuracy } = tripletAccuracy(positive, negative, METRICS[metric].nearer, margin);
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
