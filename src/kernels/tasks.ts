import { type BitsParams, createBits } from "./bits.js";
import { createMultiply, createPack, type MultiplyParams, type PackParams } from "./multiply.js";
import { type BlasParams, createBlasMultiply } from "./multiply-blas.js";
import { createPairSums, type PairSumsParams } from "./pair-sums.js";
import type { Task } from "./pool.js";
import { createPotentials, type PotentialsParams } from "./potentials.js";
import { createSummary, type SummaryParams } from "./product-summary.js";
import { createScan, type ScanParams } from "./scan.js";
import { createSpans, type SpansParams } from "./score-spans.js";
import { createScreen, type ScreenParams } from "./screen.js";
import { createSquares, type SquaresParams } from "./squares.js";
import { createUnits, type UnitsParams } from "./units.js";
import type { Kernels } from "./wasm.js";
import { createWrite, type WriteParams } from "./write-rows.js";

/** The parameters of a job, which are sent to the workers; their arrays are on shared memory. */
export type TaskParams =
  | ScanParams
  | UnitsParams
  | PackParams
  | MultiplyParams
  | BlasParams
  | ScreenParams
  | SummaryParams
  | SquaresParams
  | SpansParams
  | PotentialsParams
  | PairSumsParams
  | BitsParams
  | WriteParams;

/**
 * Returns the function that does one item of a job on this thread.
 *
 * @param thread the number of this thread in the pool; each thread has its own scratch memory.
 */
export function createTask(params: TaskParams, kernels: Kernels, thread: number): Task<unknown> {
  switch (params.kind) {
    case "scan":
      return createScan(params, kernels, thread);
    case "units":
      return createUnits(params, kernels, thread);
    case "pack":
      return createPack(params, kernels, thread);
    case "multiply":
      return createMultiply(params, kernels, thread);
    case "multiply-blas":
      return createBlasMultiply(params, kernels, thread);
    case "screen":
      return createScreen(params, kernels, thread);
    case "summary":
      return createSummary(params, kernels, thread);
    case "squares":
      return createSquares(params, kernels);
    case "spans":
      return createSpans(params, kernels, thread);
    case "potentials":
      return createPotentials(params, kernels);
    case "pair-sums":
      return createPairSums(params, kernels, thread);
    case "bits":
      return createBits(params, kernels, thread);
    case "write":
      return createWrite(params, kernels, thread);
  }
}
