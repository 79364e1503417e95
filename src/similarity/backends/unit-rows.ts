import type { Numbers, VectorSet } from "../../core/vectors.js";
import type { Pool } from "../../kernels/pool.js";
import { makeUnitRows } from "../../kernels/units.js";
import type { Direction } from "../metrics/metric.js";
import type { ZeroVectors } from "../options.js";
import { directionError } from "../scale.js";

/**
 * Divides the rows of a set by their lengths.
 *
 * @param units receives the unit rows, n×d on shared memory.
 * @returns `units`.
 * @throws {DataError} for a row without a direction, if `zeroVectors` is `error`.
 */
export async function unitRowsOf<N extends Numbers>(
  pool: Pool,
  set: VectorSet,
  direction: Direction,
  zeroVectors: ZeroVectors,
  units: N,
): Promise<N> {
  const zeroAs = zeroVectors === "nan" ? Number.NaN : 0;
  const first = await makeUnitRows(pool, set.values, units, set.dimensions, direction.centred, zeroAs);
  if (first !== undefined && zeroVectors === "error") throw directionError(set, first, direction);
  return units;
}
