import type { BitMetricName, ComponentMetricName } from "../options.js";
import { type BitMetric, hamming, jaccard } from "./bit-metrics.js";
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
