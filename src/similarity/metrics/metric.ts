import type { Nearer } from "../../core/scores.js";
import type { Numbers } from "../../core/vectors.js";
import { cosineAt } from "../cosine.js";
import { chebyshevAt } from "./chebyshev.js";
import { correlationAt } from "./correlation.js";
import { dotAt } from "./dot.js";
import { euclideanAt, squaredEuclideanAt } from "./euclidean.js";
import { manhattanAt } from "./manhattan.js";
import type { MetricName } from "./names.js";

export { METRIC_NAMES, type MetricName } from "./names.js";

/** The value of the vectors `a[aStart …]` and `b[bStart …]`, d components each. */
export type Formula = (a: Numbers, aStart: number, b: Numbers, bStart: number, d: number) => number;

/** How two vectors are compared. */
export interface Metric {
  readonly name: MetricName;
  /** What it is called in full. */
  readonly title: string;
  /** Which of two values is of the nearer vectors: the greater one of similarities, the less one of distances. */
  readonly nearer: Nearer;
  /** The least and the greatest value there can be. */
  readonly range: readonly [number, number];
  readonly at: Formula;
  /**
   * What matrix mode makes it of: products of rows of length 1, centred first or not; of the rows as they are; of those
   * and their squared lengths, then the root or not; or no products, but a kernel of its own.
   */
  readonly by: "units" | "centred units" | "products" | "squares" | "roots" | "manhattan" | "chebyshev";
}

const ANGLE = { nearer: "greater", range: [-1, 1] } as const;
const DISTANCE = { nearer: "less", range: [0, Number.POSITIVE_INFINITY] } as const;
const ANY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

export const METRICS: { readonly [name in MetricName]: Metric } = {
  cosine: { name: "cosine", title: "cosine similarity", ...ANGLE, at: cosineAt, by: "units" },
  dot: { name: "dot", title: "dot product", nearer: "greater", range: ANY, at: dotAt, by: "products" },
  euclidean: { name: "euclidean", title: "Euclidean distance", ...DISTANCE, at: euclideanAt, by: "roots" },
  sqeuclidean: {
    name: "sqeuclidean",
    title: "squared Euclidean distance",
    ...DISTANCE,
    at: squaredEuclideanAt,
    by: "squares",
  },
  manhattan: { name: "manhattan", title: "Manhattan distance", ...DISTANCE, at: manhattanAt, by: "manhattan" },
  chebyshev: { name: "chebyshev", title: "Chebyshev distance", ...DISTANCE, at: chebyshevAt, by: "chebyshev" },
  correlation: { name: "correlation", title: "Pearson correlation", ...ANGLE, at: correlationAt, by: "centred units" },
};
