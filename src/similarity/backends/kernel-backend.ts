import { type Numbers, sharedDoublesOf, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { blasProduct } from "../../kernels/blas-product.js";
import type { FloatSearch } from "../../kernels/float-search.js";
import type { Step } from "../../kernels/multiply.js";
import type { Pool } from "../../kernels/pool.js";
import { squaredLengths } from "../../kernels/product.js";
import { ProductSummaries } from "../../kernels/product-summary.js";
import type { RowProduct, RowProductOptions } from "../../kernels/row-product.js";
import { createSquaresJob } from "../../kernels/squares.js";
import { ThreadSearch } from "../../kernels/thread-search.js";
import { loadKernels } from "../../kernels/wasm.js";
import { wasmProduct } from "../../kernels/wasm-product.js";
import { type Metric, squareStep } from "../metrics/metric.js";
import { KERNEL_LIMITS } from "../tiling.js";
import { type Backend, cancellationShare, type PreparedRows, type PrepareOptions, type Product } from "./backend.js";
import { unitRowsOf } from "./unit-rows.js";

/** Returns products with the rows of `b`, computed elsewhere. */
export type ProductOf = (b: Numbers, d: number, options: RowProductOptions) => RowProduct;

/**
 * Returns a backend on the kernels and the threads of `pool`.
 *
 * @param blas the library for multiplication; null uses the WebAssembly kernels, which also compute the metrics that are
 * not based on products.
 * @param productOf what multiplies instead of these.
 */
export function kernelBackend(
  pool: Pool,
  blas: { path: string; description: string } | null,
  productOf: ProductOf | null = null,
): Backend & { readonly search: FloatSearch } {
  const kernels = loadKernels();
  const multiply = (step: Step, b: Numbers, d: number, options: RowProductOptions) =>
    step === "multiply" && productOf
      ? productOf(b, d, options)
      : blas && step === "multiply"
        ? blasProduct(pool, b, d, options, blas.path)
        : wasmProduct(pool, b, d, options, step);
  return {
    name: blas ? "blas" : "wasm",
    kernels: blas ? blas.description : kernels.relaxed ? "relaxed SIMD" : "SIMD",
    threads: pool.threads,
    limits: KERNEL_LIMITS,
    isParallel: true,
    search: new ThreadSearch(pool, blas?.path ?? null),
    summaries: productOf ? null : new ProductSummaries(pool, blas?.path ?? null),
    allocate: (cells) => kernels.allocateDoubles(cells),
    release: (cells) => kernels.release(cells),
    prepare: (metric, a, b, options) => prepare(pool, metric, a, b, options),
    product(metric, rows, workBytes) {
      const { left, right, d } = rows;
      const options = { clips: metric.finish === "clip", workBytes, rows: left.length / d };
      const product = ofAreas(multiply(metric.accumulate, right, d, options), rows);
      const step = squareStep(metric);
      if (step === null) return product;
      const differences = () => ofAreas(multiply(step, right, d, options), rows);
      return squared(pool, product, rows, step === "roots", differences);
    },
  };
}

async function prepare(
  pool: Pool,
  { direction, accumulate, finish }: Metric,
  a: VectorSet,
  b: VectorSet,
  { zeroVectors, inPlace = false }: PrepareOptions,
): Promise<PreparedRows> {
  const d = a.dimensions;
  if (direction) {
    const unitRows = (set: VectorSet) => {
      const { values } = set;
      return unitRowsOf(pool, set, direction, zeroVectors, inPlace ? values : sharedNumbers(values.length, values));
    };
    const left = await unitRows(a);
    return { left, right: a === b ? left : await unitRows(b), d };
  }
  if (accumulate === "multiply" && finish === null && isSafeFloats(a) && isSafeFloats(b)) {
    return { left: a.values, right: b.values, d };
  }
  // Distances of near rows depend on the last digits, which are lost in float32 sums.
  const left = sharedDoublesOf(a.values);
  return { left, right: a === b ? left : sharedDoublesOf(b.values), d };
}

/** The largest component must be in this range, so that sums of products stay in the range of float32. */
const FLOATS = { min: 2 ** -40, max: 2 ** 50 };

/** Whether the rows can be multiplied in float32. */
function isSafeFloats({ values }: VectorSet): boolean {
  if (values instanceof Float64Array) return false;
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest >= FLOATS.min && largest <= FLOATS.max;
}

function ofAreas(product: RowProduct, { left, d }: PreparedRows): Product {
  return {
    start({ firstRow, rows, firstColumn, columns }, to) {
      return product.start(left.subarray(firstRow * d, (firstRow + rows) * d), { ...to, firstColumn, columns });
    },
    close: () => product.close(),
  };
}

/**
 * Returns squared distances, or their roots, from the products of whole rows. Cells with too much cancellation are marked;
 * a tile with marked cells is computed again from differences, which changes the marked cells only.
 */
function squared(
  pool: Pool,
  product: Product,
  { left, right, d }: PreparedRows,
  roots: boolean,
  differences: () => Product,
): Product {
  const ofLeft = squaredLengths(left, d);
  const ofRight = left === right ? ofLeft : squaredLengths(right, d);
  const squares = createSquaresJob(pool, ofLeft, ofRight, cancellationShare(d), roots);
  let again: Product | null = null;
  return {
    start(area, to) {
      const multiplied = product.start(area, to);
      return async () => {
        await multiplied();
        if (await squares.finish(to.values, area.firstRow, area.rows)) {
          again ??= differences();
          await again.start(area, to)();
        }
        return [null];
      };
    },
    close() {
      product.close();
      again?.close();
      squares.close();
    },
  };
}
