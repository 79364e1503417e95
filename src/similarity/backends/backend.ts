import type { Numbers, VectorSet } from "../../core/vectors.js";
import type { CardUse } from "../../kernels/card/card.js";
import type { CellRange } from "../../kernels/clip.js";
import type { FloatSearch } from "../../kernels/float-search.js";
import type { ProductSummaries } from "../../kernels/product-summary.js";
import type { Metric } from "../metrics/metric.js";
import { DISTANCE_TOLERANCE } from "../metrics/metric.js";
import type { BackendName, ZeroVectors } from "../options.js";
import type { Area, TileLimits } from "../tiling.js";

/** Computes the cells of a metric in matrix mode. */
export interface Backend {
  readonly name: Exclude<BackendName, "auto">;
  /** The kernels in use, such as `relaxed SIMD` or `OpenBLAS 0.3.21, Zen kernels`; null without a choice of kernels. */
  readonly kernels: string | null;
  readonly threads: number;
  /** What the graphics card has done until now; absent without one. */
  readonly cardUse?: Readonly<CardUse>;
  readonly limits: TileLimits;
  /** Whether the next areas are computed while the caller consumes one. */
  readonly isParallel: boolean;
  /** Searches float32 products for near rows; null for a backend that has none. */
  readonly search: FloatSearch | null;
  /** Multiplies areas of which only a summary is kept; null for a backend that has none. */
  readonly summaries: ProductSummaries | null;
  /** Returns memory for cells. Only products of this backend may write to it. */
  allocate(cells: number): Float64Array;
  release(cells: Float64Array): void;
  /**
   * Returns the rows in the form that the metric multiplies.
   *
   * @throws {DataError} for a row without a direction, if the metric needs directions and `zeroVectors` is `error`.
   */
  prepare(metric: Metric, a: VectorSet, b: VectorSet, options: PrepareOptions): Promise<PreparedRows>;
  /** @param workBytes maximum size of tiles and packed rows in bytes. */
  product(metric: Metric, rows: PreparedRows, workBytes: number): Product;
}

export interface PrepareOptions {
  readonly zeroVectors: ZeroVectors;
  readonly inPlace?: boolean | undefined;
}

/** Rows in the form that is multiplied: `left` n×d, `right` m×d; the same array for a set compared with itself. */
export interface PreparedRows {
  readonly left: Numbers;
  readonly right: Numbers;
  readonly d: number;
}

/** Memory for the cells of an area. */
export interface Cells {
  /** Begins at the first cell. */
  readonly values: Float64Array;
  /** Number of cells from the start of a row to the start of the next. */
  readonly stride: number;
  /** Whether the cells are contiguous, and few enough for one thread to compute. */
  readonly apart: boolean;
}

/** The values of a metric for all rows of two sets, computed area by area. */
export interface Product {
  /**
   * Starts to compute an area.
   *
   * @returns a function that waits for the cells and returns the ranges of parts of them; null for an unknown range.
   */
  start(area: Area, to: Cells): () => Promise<readonly (CellRange | null)[]>;
  /** Frees the memory. No area may be in progress. */
  close(): void;
}

/** Relative error of one rounding to a double. */
const UNIT_ROUNDOFF = Number.EPSILON / 2;

/**
 * Returns a share of `|x|² + |y|²`. A smaller value of `|x|² + |y|² − 2x·y` may have lost too many digits to cancellation.
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
