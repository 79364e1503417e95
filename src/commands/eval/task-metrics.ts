import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";
import type { TaskInput } from "./tasks.js";

/** The metrics of Sentence Transformers' evaluators. */
const DEFAULT_METRICS = ["cosine", "dot", "euclidean", "manhattan"] as const;

/** Returns the metric of `--metric` if it was given, otherwise the default metrics of a task. */
export const metricsOf = ({ options, isGiven }: TaskInput): readonly MetricName[] =>
  isGiven("metric") ? [options.metric] : DEFAULT_METRICS;

/** Returns 1 if the greater score is nearer, −1 if the smaller one is. */
export const signOf = (metric: MetricName): 1 | -1 => (METRICS[metric].nearer === "greater" ? 1 : -1);

/** Returns null for a result that is not a number. */
export const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
