import { DataError } from "../../core/errors.js";
import { shapeOf, type VectorSet } from "../../core/vectors.js";
import { type BitMetricName, type ComponentMetricName, isBitMetric, type MetricName } from "../options.js";
import { type BitMetric, comparesSigns, hamming, jaccard, signMetric } from "./bit-metrics.js";
import { chebyshev } from "./chebyshev.js";
import { correlation } from "./correlation.js";
import { cosine } from "./cosine.js";
import { dot } from "./dot.js";
import { euclidean, sqeuclidean } from "./euclidean.js";
import { manhattan } from "./manhattan.js";
import type { Metric } from "./metric.js";

export const METRICS: { readonly [name in ComponentMetricName]: Metric } & {
  readonly [name in BitMetricName]: BitMetric;
} = {
  cosine,
  dot,
  euclidean,
  sqeuclidean,
  manhattan,
  chebyshev,
  correlation,
  hamming,
  jaccard,
};

/**
 * Returns the metric of two sets. Packed bits have metrics of components, too: they stand for 1 and −1.
 *
 * @throws {DataError} for a metric of components that cannot be computed of bits.
 */
export function metricOf(name: MetricName, a: VectorSet, b: VectorSet): Metric | BitMetric {
  if (isBitMetric(name) || !(a.bits || b.bits)) return METRICS[name];
  if (comparesSigns(name)) return signMetric(METRICS[name], a.dimensions);
  throw new DataError(`${shapeOf(a.bits ? a : b)}: expected components for the ${name}, found packed bits`);
}
