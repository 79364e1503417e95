import { DataError } from "../../core/errors.js";
import { pearson, spearman } from "../../evaluation/correlation.js";
import { kendallTau } from "../../evaluation/kendall.js";
import { ranksOf } from "../../evaluation/ranks.js";
import type { Cell } from "../../output/format.js";
import { pairScoresBy } from "../../similarity/pair-scores.js";
import { readPairedRows } from "./paired-rows.js";
import { metricsOf, numberOrNull, signOf } from "./task-metrics.js";
import type { TaskInput, TaskResult } from "./tasks.js";

/** Returns the correlations of the scores of pairs with their gold scores, by each metric; distances are negated. */
export async function evaluateSts(input: TaskInput): Promise<TaskResult> {
  const { a, b, values, ...pairs } = await readPairedRows(input, "--scores", input.options.scores);
  if (values.every((value) => value === values[0])) {
    throw new DataError(
      `${pairs.placeOf(0)}: expected gold scores that differ, found ${values[0]} for ${values.length === 1 ? "the only pair" : `all of ${values.length} pairs`}`,
      "a correlation needs at least two different scores",
    );
  }
  const ofValues = ranksOf(values);
  const rows: Cell[][] = [];
  const metrics = metricsOf(input);
  const lists = await pairScoresBy(metrics, a, b, pairs, input.options.zeroVectors, input.context.runtime);
  for (const [m, metric] of metrics.entries()) {
    const scores = lists[m];
    const sign = signOf(metric);
    const hasScore = (_: number, pair: number) => !Number.isNaN(scores[pair]);
    const own = scores.filter(hasScore).map((score) => sign * score);
    const areAll = own.length === scores.length;
    const gold = areAll ? values : values.filter(hasScore);
    const [ofOwn, ofGold] = [ranksOf(own), areAll ? ofValues : ranksOf(gold)];
    const correlations = [pearson(own, gold), spearman(ofOwn, ofGold), kendallTau(ofOwn, ofGold)];
    rows.push([metric, own.length, ...correlations.map(numberOrNull)]);
  }
  return {
    title: `correlation of scores and gold scores of ${values.length} pairs`,
    records: {
      columns: ["metric", "pairs", "pearson", "spearman", "kendall"],
      kinds: ["text", "whole", "number", "number", "number"],
      rows,
    },
  };
}
