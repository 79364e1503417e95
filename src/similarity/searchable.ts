import type { ScoredMatrix, Tile } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { copyRows, sharedArray, sharedDoublesOf, someRows, type VectorSet } from "../core/vectors.js";
import { defaultRuntime } from "../kernels/runtime.js";
import { isCard, loadBackend } from "./backends/load.js";
import { computeTiles, expectChoices, type MetricTiles } from "./compute.js";
import { FloatPairs } from "./exact/float-pairs.js";
import type { Score } from "./exact/score.js";
import { isExtreme } from "./extremes.js";
import type { FloatRoom } from "./float-room.js";
import { floatRows } from "./float-rows.js";
import { METRICS } from "./metrics/metrics.js";
import { type ComponentMetricName, type ComputeOptions, isBitMetric, type MetricName } from "./options.js";
import { expectSameDimensions } from "./pair-scores.js";
import { screenOf } from "./screen.js";

/** From this number of products on, a screen is worth its preparation. */
const SCREENED_PRODUCTS = 1 << 27;
/** From this number of numbers on, few products are screened, too: float64 rows to multiply take four times the memory of float32. */
const SCREENED_NUMBERS = 1 << 22;

export interface SearchOptions extends ComputeOptions {
  /** Memory for float rows, which the next search with the same memory overwrites. */
  readonly room?: FloatRoom;
}

/**
 * Computes a metric of two sets of vectors for a search of near rows: like `computeTiles`, but with a screen for large
 * sets, whose tiles are computed only if they are needed. The found rows and their scores are the same. The vectors must not
 * change while the result is used.
 *
 * Throws the errors of `metricTiles`.
 */
export async function searchableTiles(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: SearchOptions = {},
): Promise<MetricTiles> {
  expectChoices(name, options);
  expectSameDimensions(a, b);
  if (isBitMetric(name) || a.bits) return computeTiles(name, a, b, options);
  const d = a.dimensions;
  const isLarge = a.rows * b.rows * d >= SCREENED_PRODUCTS || b.rows * d >= SCREENED_NUMBERS;
  const isWorthIt = isLarge || isCard(options.backend ?? "auto");
  if (isWorthIt && !options.paired && options.mode !== "loop") {
    const screened = await screenedTiles(name, a, b, options);
    if (screened) return screened;
  }
  return inDoubles(name, a, b, options);
}

/** Returns the tiles of the sets in float64: a float32 product leaves too many scores undecided. */
function inDoubles(name: MetricName, a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<MetricTiles> {
  const widened = (set: VectorSet) => ({ ...set, values: sharedDoublesOf(set.values) });
  const left = widened(a);
  return computeTiles(name, left, a === b ? left : widened(b), options);
}

async function screenedTiles(
  name: ComponentMetricName,
  a: VectorSet,
  b: VectorSet,
  options: SearchOptions,
): Promise<MetricTiles | null> {
  const { runtime = defaultRuntime(), say = () => {}, phases = new Phases(), zeroVectors = "error" } = options;
  const { workBytes = runtime.memory } = options;
  const metric = METRICS[name];
  const d = a.dimensions;
  const size = { products: a.rows * b.rows * d, numbers: (a.rows + b.rows) * d };
  const { search, ...backend } = await loadBackend(options.backend ?? "auto", metric, {
    ...size,
    runtime,
    searches: true,
    say,
  });
  if (!search || (!metric.direction && (isExtreme(a) || isExtreme(b)))) return null;
  const began = now();
  const floats = await floatRows(runtime.pool, metric, a, b, zeroVectors, options.room);
  phases.add("scale", began);
  if (!floats) return null;
  const scoreOf = metric.exact(a, b, zeroVectors);
  const exact: Score = (i, j) => {
    phases.exactScores++;
    return scoreOf(i, j);
  };
  const tileOptions = { ...options, say: () => {} };
  let whole: MetricTiles | null = null;
  async function* tiles(): AsyncGenerator<Tile> {
    whole ??= await inDoubles(name, a, b, tileOptions);
    yield* whole.tiles();
  }
  const matrix: MetricTiles = {
    rows: a.rows,
    columns: b.rows,
    dimensions: d,
    nearer: metric.nearer,
    mode: "matrix",
    backend: backend.name,
    kernels: backend.kernels,
    threads: backend.threads,
    ...(backend.cardUse && { cardUse: backend.cardUse }),
    tiles,
    exact,
    slack: (row, cell) => whole?.slack(row, cell) ?? Number.POSITIVE_INFINITY,
  };
  async function ofRows(rows: Uint32Array): Promise<ScoredMatrix> {
    const values = copyRows(a.values, d, rows, sharedArray(rows.length * d));
    const some = await inDoubles(name, someRows(a, rows, values), b, tileOptions);
    return { ...some, exact: (i, j) => exact(rows[i], j) };
  }
  const pairs = FloatPairs.of(a, b, runtime);
  const scoreOfPair = pairs?.scoreBy(name, zeroVectors);
  async function exactScores(first: Uint32Array, second: Uint32Array): Promise<Float64Array> {
    await pairs?.sum(first, second);
    phases.exactScores += first.length;
    return Float64Array.from(first, (_, p) => scoreOfPair?.(p) ?? Number.NaN);
  }
  const source = { search, floats, bytes: workBytes / 3, phases, ofRows };
  return { ...matrix, screen: screenOf({ ...source, exactScores: scoreOfPair ? exactScores : null }) };
}
