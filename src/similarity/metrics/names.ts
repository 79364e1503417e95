/** The metrics, as commands and options call them. */
export const METRIC_NAMES = [
  "cosine",
  "dot",
  "euclidean",
  "sqeuclidean",
  "manhattan",
  "chebyshev",
  "correlation",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
