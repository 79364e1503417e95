import { type Numbers, sharedArray, type VectorSet } from "../core/vectors.js";
import type { Pool } from "../kernels/pool.js";
import { type Kernels, loadKernels } from "../kernels/wasm.js";
import type { Product } from "./backends/backend.js";
import { createWasm } from "./backends/wasm.js";
import type { Metric } from "./metrics/metric.js";
import { hasDirections, type ZeroVectors } from "./scale.js";
import { cancellationShare, squaredLengths } from "./squares.js";
import { type InPlace, unitRows } from "./unit-rows.js";

/** A metric on the kernels: the rows that the backend takes, and what becomes of its cells. */
export interface FastForm {
  /** n×d. */
  readonly left: Numbers;
  /** m×d. */
  readonly right: Numbers;
  /** Whether both have rows of length 1, whose products the backend clips. */
  readonly clips: boolean;
  /** Makes values of the cells of whole rows, where products are none yet. */
  readonly finisher?: () => Finisher;
}

/** Makes values of the cells of a tile, which lie in the memory of the kernels. */
export interface Finisher {
  finish(cells: number, firstRow: number, rows: number): Promise<void>;
  /** Gives its memory back. */
  close(): void;
}

/**
 * The form of a metric on the kernels.
 *
 * @param inPlace which sets give their memory for unit rows, and hold no vectors afterwards.
 * @throws {DataError} for a row without a direction, where the metric needs one and `zeroVectors` is `error`.
 */
export async function fastForm(
  metric: Metric,
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  pool: Pool,
  inPlace: InPlace | undefined,
  workBytes: number,
): Promise<FastForm> {
  const d = a.dimensions;
  if (hasDirections(metric)) {
    const left = await unitRows(a, metric.by, zeroVectors, pool, inPlace === "both");
    const right = a === b ? left : await unitRows(b, metric.by, zeroVectors, pool, inPlace !== undefined);
    return { left, right, clips: true };
  }
  if (metric.by === "products" && isSafeFloats(a) && isSafeFloats(b)) {
    return { left: a.values, right: b.values, clips: false };
  }
  // The differences of near rows are all in the last digits, which float32 sums do not have.
  const left = sharedDoublesOf(a.values);
  const right = a === b ? left : sharedDoublesOf(b.values);
  if (metric.by !== "squares" && metric.by !== "roots") return { left, right, clips: false };
  const { by } = metric;
  return { left, right, clips: false, finisher: () => squarer(by, left, right, d, pool, workBytes) };
}

/** Components whose products stay in the range of float32. */
const FLOATS = { least: 2 ** -40, most: 2 ** 50 };

/** Whether the rows can be multiplied in float32. */
function isSafeFloats({ values }: VectorSet): boolean {
  if (values instanceof Float64Array) return false;
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest >= FLOATS.least && largest <= FLOATS.most;
}

function sharedDoublesOf(values: Numbers): Float64Array {
  if (values instanceof Float64Array) return values;
  const doubles = sharedArray(values.length);
  doubles.set(values);
  return doubles;
}

/** Cells that one item of a job turns into squares. */
const ITEM_CELLS = 1 << 17;

/** Turns products into squared distances or their roots; those that cancellation has touched come from the differences. */
function squarer(
  by: "squares" | "roots",
  left: Float64Array,
  right: Float64Array,
  d: number,
  pool: Pool,
  workBytes: number,
): Finisher {
  const kernels = loadKernels();
  const columns = right.length / d;
  const lengthsOfLeft = placed(kernels, squaredLengths(left, d));
  const lengthsOfRight = left === right ? lengthsOfLeft : placed(kernels, squaredLengths(right, d));
  const how = { kind: "squares", columns, threshold: cancellationShare(d), roots: by === "roots" } as const;
  const itemRows = Math.max(1, Math.floor(ITEM_CELLS / columns));
  let differences: Product | null = null;
  return {
    async finish(cells, firstRow, rows) {
      const params = { ...how, cells, rows, itemRows, left: lengthsOfLeft + 8 * firstRow, right: lengthsOfRight };
      const marked = await pool.start<number>(params, Math.ceil(rows / itemRows)).finish();
      if (marked.every((count) => count === 0)) return;
      differences ??= createWasm(pool, by).product(right, d, { clips: false, workBytes, rows: left.length / d });
      const whole = { cells, stride: columns, firstColumn: 0, columns, apart: false };
      await differences.start(left.subarray(firstRow * d, (firstRow + rows) * d), whole)();
    },
    close() {
      differences?.close();
      for (const address of new Set([lengthsOfLeft, lengthsOfRight])) kernels.release(address);
    },
  };
}

/** Numbers in the memory of the kernels. */
function placed(kernels: Kernels, numbers: Float64Array): number {
  const address = kernels.allocate(8 * numbers.length);
  kernels.doubles(address, numbers.length).set(numbers);
  return address;
}
