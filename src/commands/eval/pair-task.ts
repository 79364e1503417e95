import { DataError } from "../../core/errors.js";
import { classifyPairs, type PairClassification } from "../../evaluation/pair-classification.js";
import type { Cell, Records } from "../../output/format.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { pairScoresBy } from "../../similarity/pair-scores.js";
import { type PairedRows, readPairedRows } from "./paired-rows.js";
import { metricsOf } from "./task-metrics.js";
import type { TaskInput, TaskResult } from "./tasks.js";
import { transposed } from "./transposed.js";

/** Returns the best thresholds for labelled pairs, their average precision and ROC AUC, by each metric. */
export async function evaluatePairs(input: TaskInput): Promise<TaskResult> {
  const { targetPrecision, zeroVectors } = input.options;
  const pairs = await readPairedRows(input, "--labels", input.options.labels);
  expectLabels(pairs);
  const { a, b, values } = pairs;
  const rows: Cell[][] = [];
  const metrics = metricsOf(input);
  const lists = await pairScoresBy(metrics, a, b, pairs, zeroVectors, input.context.runtime);
  for (const [m, metric] of metrics.entries()) {
    const scores = lists[m];
    const hasScore = (_: number, pair: number) => !Number.isNaN(scores[pair]);
    const labels = values.filter(hasScore);
    expectBoth(labels, pairs, `with a ${metric}`);
    const found = classifyPairs(scores.filter(hasScore), labels, METRICS[metric].nearer, targetPrecision);
    rows.push([metric, ...cellsOf(found, targetPrecision)]);
  }
  const columns = ["metric", ...COUNTS, ...MEASURES, ...(targetPrecision === undefined ? [] : TARGET)];
  const kinds = columns.map((column) => (column === "metric" ? "text" : COUNTS.includes(column) ? "whole" : "number"));
  const positives = values.reduce((sum, label) => sum + label, 0);
  const records: Records = { columns, kinds, rows };
  return {
    title: `${values.length} pairs, of which ${positives} are positive`,
    records,
    // The title of the table has the counts.
    shown: transposed(records, COUNTS),
  };
}

const COUNTS = ["positives", "negatives"];
const MEASURES = [
  ...["accuracy", "accuracy_threshold", "f1", "f1_threshold", "f1_precision", "f1_recall"],
  ...["mcc", "mcc_threshold", "average_precision", "auc"],
];
const TARGET = ["target_precision", "target_threshold", "target_recall"];

function cellsOf(
  { positives, negatives, accuracy, f1, mcc, targeted, averagePrecision, auc }: PairClassification,
  targetPrecision: number | undefined,
): Cell[] {
  return [
    ...[positives, negatives, accuracy.value, accuracy.threshold],
    ...[f1.value, f1.threshold, f1.precision, f1.recall],
    ...[mcc.value, mcc.threshold, averagePrecision, auc],
    ...(targetPrecision === undefined
      ? []
      : [targeted?.precision ?? null, targeted?.threshold ?? null, targeted?.recall ?? null]),
  ];
}

/** @throws {DataError} for a label other than 0 and 1, and for labels of one class only. */
function expectLabels(pairs: PairedRows): void {
  const { values, placeOf } = pairs;
  const bad = values.findIndex((label) => label !== 0 && label !== 1);
  if (bad >= 0) {
    const hint = "1 marks a positive pair, 0 a negative one; for graded scores: --task sts";
    throw new DataError(`${placeOf(bad)}: expected the label 0 or 1, found ${values[bad]}`, hint);
  }
  expectBoth(values, pairs, "");
}

function expectBoth(labels: Float64Array, { placeOf }: PairedRows, scored: string): void {
  if (labels.includes(0) && labels.includes(1)) return;
  const expected = ["positive and negative pairs", scored].join(" ").trim();
  const found = labels.length === 0 ? "none" : `the label ${labels[0]} for all`;
  throw new DataError(
    `${placeOf(0)}: expected ${expected}, found ${found}`,
    "a threshold separates the labels 0 and 1",
  );
}
