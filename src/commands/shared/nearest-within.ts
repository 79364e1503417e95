import type { VectorSet } from "../../core/vectors.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import type { Context } from "../../shell/context.js";
import type { MetricOptions } from "../../shell/options.js";
import { type MetricTiles, unitRowBytes } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";

/** Finds the k nearest other rows of each row of a set; also returns the scores, for a report of how they were computed. */
export async function nearestWithin(
  context: Context,
  set: VectorSet,
  k: number,
  { metric, mode, backend, zeroVectors }: Pick<MetricOptions, "metric" | "mode" | "backend" | "zeroVectors">,
): Promise<{ readonly neighbours: Neighbours; readonly scores: MetricTiles }> {
  const nearest = new NearestRows(set.rows, { k, excludeSelf: true });
  context.memory.take(unitRowBytes(metric, set));
  const scores = await searchableTiles(metric, set, set, { mode, backend, zeroVectors, ...context.engineOptions });
  await nearest.add(context.computing(scores));
  return { neighbours: nearest.result(), scores };
}

/** Returns the number of neighbours of each row that is used by default: 10, or all other rows. */
export const usualNeighbours = (rows: number): number => Math.max(1, Math.min(10, rows - 1));
