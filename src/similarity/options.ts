import type { Phases } from "../core/phases.js";
import type { Runtime } from "../kernels/runtime.js";

/** The metrics of components. */
export const COMPONENT_METRIC_NAMES = [
  "cosine",
  "dot",
  "euclidean",
  "sqeuclidean",
  "manhattan",
  "chebyshev",
  "correlation",
] as const;

/** The metrics of packed bits. */
export const BIT_METRIC_NAMES = ["hamming", "jaccard"] as const;

/** The names of the metrics in commands and options. */
export const METRIC_NAMES = [...COMPONENT_METRIC_NAMES, ...BIT_METRIC_NAMES] as const;

export const isMetricName = (name: string): name is MetricName => METRIC_NAMES.some((metric) => metric === name);

export type ComponentMetricName = (typeof COMPONENT_METRIC_NAMES)[number];
export type BitMetricName = (typeof BIT_METRIC_NAMES)[number];
export type MetricName = ComponentMetricName | BitMetricName;

/** Whether a metric compares packed bits. */
export const isBitMetric = (name: MetricName): name is BitMetricName =>
  BIT_METRIC_NAMES.some((metric) => metric === name);

export const MODES = ["loop", "matrix"] as const;
export type Mode = (typeof MODES)[number];

/** The backends of matrix mode; the first is the default. */
export const BACKENDS = ["auto", "blas", "wasm", "js", "mathjs", "cuda", "webgpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

export const ZERO_VECTORS = ["error", "nan", "zero"] as const;
export type ZeroVectors = (typeof ZERO_VECTORS)[number];

/** How to compare two sets of vectors. */
export interface SimilarityOptions {
  /** `matrix` (default): one product of all rows. `loop`: the formula for each pair of rows. */
  readonly mode?: Mode;
  /** The backend of matrix mode. Default: `auto`, the fastest for the size of the job. */
  readonly backend?: BackendName;
  /** The value of a cosine with a zero vector, or of a correlation with a constant vector. Default: `error`. */
  readonly zeroVectors?: ZeroVectors;
  /** Compare row i with row i only; the result is a matrix of one column. */
  readonly paired?: boolean;
  /** Threads and libraries to use. Default: `defaultRuntime()`. */
  readonly runtime?: Runtime;
  /** Ends the computation: the next requested tile throws the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** Options that commands set and the library does not offer. */
export interface ComputeOptions extends SimilarityOptions {
  /** For a set compared with itself: compute only cells with j ≥ i. Other cells are undefined. */
  readonly upper?: boolean;
  /** With `upper`, for a share of the rows: the row of `b` that is the first one of `a`. */
  readonly diagonal?: number;
  /** Maximum size of tiles and packed rows in bytes. Default: the memory of the runtime. */
  readonly workBytes?: number;
  /** Number of rows of a tile. Default: by the size of the matrix and the memory. */
  readonly tileRows?: number;
  /** Whether the sets may be overwritten with their unit rows. Their vectors are lost, so there are no exact scores. */
  readonly inPlace?: boolean;
  /** Accumulates the time of each phase. */
  readonly phases?: Phases;
  /** Receives one line for each BLAS that was skipped, with the reason. */
  readonly say?: (message: string) => void;
}
