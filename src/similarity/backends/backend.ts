import type { Numbers, VectorSet } from "../../core/vectors.js";
import type { CellRange } from "../../kernels/clip.js";
import type { Metric } from "../metrics/metric.js";
import { DISTANCE_TOLERANCE } from "../metrics/metric.js";
import type { InPlace, ZeroVectors } from "../options.js";
import type { Area, TileLimits } from "../tiling.js";

/** Computes the cells of a metric in matrix mode. */
export interface Backend {
  readonly name: "js" | "mathjs" | "wasm" | "blas";
  /** The kernels in use, for a backend that has several: `relaxed SIMD`, `OpenBLAS 0.3.21, Zen kernels`. */
  readonly kernels: string | null;
  readonly threads: number;
  readonly limits: TileLimits;
  /** Whether areas are computed while the caller consumes the one before. */
  readonly isParallel: boolean;
  /** Returns memory for cells, which only the backend's own products write. */
  allocate(cells: number): Float64Array;
  release(cells: Float64Array): void;
  /**
   * Returns the rows as the metric multiplies them.
   *
   * @throws {DataError} for a row without a direction, where the metric needs one and `zeroVectors` is `error`.
   */
  prepare(metric: Metric, a: VectorSet, b: VectorSet, options: PrepareOptions): Promise<PreparedRows>;
  /** @param workBytes bytes that tiles and packed rows may take. */
  product(metric: Metric, rows: PreparedRows, workBytes: number): Product;
}

export interface PrepareOptions {
  readonly zeroVectors: ZeroVectors;
  readonly inPlace?: InPlace | undefined;
}

/** Rows as they are multiplied: `left` n×d, `right` m×d; the same array for a set compared with itself. */
export interface PreparedRows {
  readonly left: Numbers;
  readonly right: Numbers;
  readonly d: number;
}

/** Memory for the cells of an area. */
export interface Cells {
  /** The cells from the first one on. */
  readonly values: Float64Array;
  /** Distance between the first cells of two rows. */
  readonly stride: number;
  /** Whether the cells are contiguous and few enough for one thread. */
  readonly apart: boolean;
}

/** The values of a metric for all rows of two sets, computed area by area. */
export interface Product {
  /**
   * Starts to compute an area.
   *
   * @returns a function that waits for the cells; its result are the ranges of parts of them, null where unknown.
   */
  start(area: Area, to: Cells): () => Promise<readonly (CellRange | null)[]>;
  /** Frees the memory. No area may be in progress. */
  close(): void;
}

/** Relative error of one rounding to a double. */
const UNIT_ROUNDOFF = Number.EPSILON / 2;

/**
 * Returns the share of `|x|² + |y|²` up to which `|x|² + |y|² − 2x·y` may have lost too many digits to cancellation.
 *
 * In any order of summation |fl(x·y) − x·y| ≤ γ_d Σ|xₖyₖ| ≤ γ_d (|x|² + |y|²) / 2, with γ_k = k·u / (1 − k·u), and
 * likewise for |x|² and |y|²; with the two additions the error is at most 2 γ_(d+2) (|x|² + |y|²).
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1, https://doi.org/10.1137/1.9780898718027
 */
export function cancellationShare(d: number): number {
  const steps = (d + 2) * UNIT_ROUNDOFF;
  return (2 * steps) / (1 - steps) / DISTANCE_TOLERANCE;
}
