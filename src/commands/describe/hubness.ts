import { UsageError } from "../../core/errors.js";
import { hubsOf, largestHubs } from "../../neighbours/hubs.js";
import type { Context } from "../../shell/context.js";
import { expectReadTwice, readInput, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { InputOptions } from "../../shell/options.js";
import type { MetricName } from "../../similarity/options.js";
import { nearestWithin, usualNeighbours } from "../shared/nearest-within.js";

export interface HubnessOptions {
  readonly hubness?: true;
  readonly k?: number;
  readonly metric?: MetricName;
}

/** How unevenly the rows of a set are neighbours of each other. */
export interface Hubness {
  readonly k: number;
  readonly metric: MetricName;
  /** The skewness of the k-occurrence; null if all rows are neighbours equally often. */
  readonly skewness: number | null;
  /** The names of the rows that are neighbours of most rows, and of how many. */
  readonly hubs: readonly (readonly [name: string, rows: number])[];
  /** The number of rows that are no neighbour of any row. */
  readonly antihubs: number;
}

const HUBS_SHOWN = 5;

/** @throws {UsageError} for options of the hubness without `--hubness`, for a picture, and for a pipe, which cannot be read twice. */
export function expectHubness(path: string, isPicture: boolean, { hubness, k, metric }: HubnessOptions): void {
  const flag = k !== undefined ? "-k" : metric !== undefined ? "--metric" : null;
  if (!hubness && flag) throw new UsageError(`${flag}: expected --hubness with it`, `--hubness ${flag} ${k ?? metric}`);
  if (hubness && isPicture) {
    throw new UsageError("--hubness: expected a table, JSON or records, found a picture", "topk -o FILE.svg draws it");
  }
  if (hubness) expectReadTwice("--hubness", path, "write the vectors to a file first");
}

/** Reads a set of vectors and searches its neighbours. Rows of zeros have no cosine: they have no neighbours and are none. */
export async function hubnessOf(
  context: Context,
  path: string,
  { k: wanted, metric = "cosine", ...options }: InputOptions & HubnessOptions,
): Promise<Hubness> {
  const set = await readInput(context, path, { ...readOptionsOf(options), dtype: storedPrecision("f64") });
  const k = wanted ?? usualNeighbours(set.rows);
  if (k >= set.rows) throw new UsageError(`-k: expected less than the ${set.rows} rows, found ${k}`, "-k 1");
  const search = { metric, mode: "matrix", backend: "auto", zeroVectors: "nan" } as const;
  const { neighbours, scores } = await nearestWithin(context, set, k, search);
  context.detailProduct(scores);
  const hubs = hubsOf(neighbours, set.rows);
  return {
    k,
    metric,
    skewness: Number.isNaN(hubs.skewness) ? null : hubs.skewness,
    hubs: largestHubs(hubs, HUBS_SHOWN).map(([row, rows]) => [set.ids?.[row] ?? String(row), rows]),
    antihubs: hubs.occurrences.filter((count) => count === 0).length,
  };
}
