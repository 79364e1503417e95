import { type Numbers, sharedNumbers, type VectorSet } from "../core/vectors.js";
import type { Pool } from "../kernels/pool.js";
import type { UnitsParams } from "../kernels/units.js";
import { loadKernels } from "../kernels/wasm.js";
import { type Direction, directionError, type ZeroVectors } from "./scale.js";

/** Which sets give their memory: both, or the second. */
export type InPlace = "both" | "second";

/** What one thread brings to length 1. */
const NUMBERS_PER_MS = 4e5;
const BLOCK_BYTES = 1 << 17;

/**
 * The rows of a set divided by their lengths, n×d, in the precision of the set: by the kernels, on all threads.
 *
 * @param by whether their means are taken from them first.
 * @param inPlace whether the set gives its own memory for them.
 * @throws {DataError} naming file and line of the first row without a direction, when `zeroVectors` is `error`.
 */
export async function unitRows(
  set: VectorSet,
  by: Direction,
  zeroVectors: ZeroVectors,
  pool: Pool,
  inPlace: boolean,
): Promise<Numbers> {
  const { rows, dimensions: d, values } = set;
  const kernels = loadKernels();
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (8 * d)));
  const rooms = Array.from({ length: pool.threads }, () => kernels.allocate(8 * d * blockRows));
  const units = inPlace ? values : sharedNumbers(rows * d, values);
  const zeroAs = zeroVectors === "nan" ? Number.NaN : 0;
  const params: UnitsParams = {
    kind: "units",
    values,
    units,
    d,
    centred: by === "centred units",
    blockRows,
    zeroAs,
    rooms,
  };
  const items = Math.ceil(rows / blockRows);
  const shared = items > 1 && pool.isWorth((rows * d) / NUMBERS_PER_MS);
  const zeros = await pool.start<number>(params, items, shared).finish();
  for (const room of rooms) kernels.release(room);
  const first = zeros.find((row) => row >= 0);
  if (first !== undefined && zeroVectors === "error") throw directionError(set, first, by);
  return units;
}
