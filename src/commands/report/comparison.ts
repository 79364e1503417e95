import { CellGrid } from "../../core/cell-grid.js";
import type { Nearer, Tile, TiledMatrix } from "../../core/matrix.js";
import type { Relevance } from "../../core/relevance.js";
import type { QuerySummary } from "../../core/results.js";
import { sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { type Evaluation, evaluate } from "../../evaluation/evaluate.js";
import { summaryOf } from "../../evaluation/retrieval-metrics.js";
import { type SimilarityLossOptions, similarityLoss } from "../../loss/similarity-loss.js";
import type { SimilarityLoss } from "../../loss/types.js";
import { clusterOrder } from "../../neighbours/cluster-order.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import type { MatrixOrder } from "../../pages/matrix-view.js";
import type { Context } from "../../shell/context.js";
import type { MetricOptions } from "../../shell/options.js";
import { computeTiles } from "../../similarity/compute.js";
import { type Negatives, nearestNegatives } from "./nearest-negatives.js";

/** Two sets of vectors of one model, or one set with itself. */
export interface ComparedSets {
  readonly queries: VectorSet;
  /** The same object as `queries` if there is no second file. */
  readonly corpus: VectorSet;
  readonly isSelf: boolean;
  /** Null if nothing says which rows are relevant. */
  readonly relevance: Relevance | null;
}

/** What a report shows of one model. */
export interface Comparison extends ComparedSets {
  readonly grid: CellGrid;
  readonly evaluation: Evaluation;
  readonly summaries: readonly QuerySummary[];
  readonly neighbours: Neighbours;
  /** The losses at the margin of the report, then at other margins; none for sets whose rows are not pairs. */
  readonly losses: readonly SimilarityLoss[];
  readonly negatives: Negatives;
  readonly nearer: Nearer;
  /** Returns the score of a query and a row of the corpus. */
  readonly exact: (query: number, row: number) => number;
}

export const CUTOFFS = [1, 3, 5, 10, 100];
/** The number of rows in a list of the nearest or hardest ones. */
export const LISTED = 20;
/** Number of neighbours of each row, as in the definition of hubs. */
export const NEIGHBOURS = 10;
/** Up to this number of rows, a matrix is also shown in other orders: clustering keeps a distance for each pair. */
export const MOST_SORTED = 4000;
/** Up to this number of rows, a matrix is also shown in the order of its labels. */
const MOST_LABELLED = 20_000;
/** The relevance of sets without relevant rows. */
const NONE: Relevance = { rowsOf: () => [], gradesOf: () => null };

/**
 * Computes what a report shows of a model, in three passes over the similarities, and one for losses.
 *
 * @param pixels maximum width and height of the heatmap.
 * @param lossOptions the options of the loss; null for none.
 */
export async function compare(
  context: Context,
  sets: ComparedSets,
  { metric, mode, backend, zeroVectors }: MetricOptions,
  pixels: number,
  lossOptions: SimilarityLossOptions | null,
): Promise<Comparison> {
  const { queries, corpus, isSelf } = sets;
  const options = { mode, backend, zeroVectors, ...context.engineOptions };
  const scores = await computeTiles(metric, queries, corpus, options);
  const { rows, columns } = scores;
  // A long matrix may have as many pixels as a square one.
  const isSmall = rows * columns <= pixels * pixels && Math.max(rows, columns) <= MOST_SORTED;
  const side = isSmall ? MOST_SORTED : pixels;
  const grid = new CellGrid(rows, columns, Math.min(side, rows), Math.min(side, columns));
  const summaries: QuerySummary[] = [];
  const evaluation = await evaluate(context.computing(intoGrid(scores, grid)), sets.relevance ?? NONE, {
    excludeSelf: isSelf,
    cutoffs: CUTOFFS,
    runtime: context.runtime,
    onQuery: (query) => summaries.push(summaryOf(query)),
  });
  grid.close();
  const nearest = new NearestRows(queries.rows, { k: NEIGHBOURS, excludeSelf: isSelf });
  await nearest.add(context.computing(scores));
  const negatives = await nearestNegatives(sets, context.computing(scores), LISTED);
  let losses: readonly SimilarityLoss[] = [];
  if (lossOptions) {
    const cosines = metric === "cosine" ? scores : await computeTiles("cosine", queries, corpus, options);
    losses = (await similarityLoss(context.computing(cosines), lossOptions)).losses;
  }
  context.detailProduct(scores);
  return {
    ...sets,
    grid,
    evaluation,
    summaries,
    neighbours: nearest.result(),
    losses,
    negatives,
    nearer: scores.nearer,
    exact: scores.exact,
  };
}

/** Returns the matrix, whose tiles are also added to a grid. */
function intoGrid<M extends TiledMatrix>(matrix: M, grid: CellGrid): M {
  async function* tiles(): AsyncGenerator<Tile> {
    for await (const tile of matrix.tiles()) {
      grid.add(tile);
      yield tile;
    }
  }
  return { ...matrix, tiles };
}

/** Returns the orders by cluster, of a few thousand rows, and by label. */
export async function ordersOf(
  context: Context,
  { queries, corpus, isSelf }: ComparedSets,
  { mode, backend }: MetricOptions,
): Promise<Omit<MatrixOrder, "grid">[]> {
  const orders: Omit<MatrixOrder, "grid">[] = [];
  const most = Math.max(queries.rows, corpus.rows);
  // Row i of both files can be a pair, which stays on the diagonal.
  const isSame = isSelf || queries.rows === corpus.rows;
  if (most <= MOST_SORTED) {
    const options = { mode, backend, zeroVectors: "nan" as const, ...context.engineOptions };
    const clustered = async (set: VectorSet) => clusterOrder(await computeTiles("cosine", set, set, options));
    const rows = await clustered(queries);
    orders.push({ name: "by cluster", rows, columns: isSame ? rows : await clustered(corpus) });
  }
  if (queries.labels && corpus.labels && most <= MOST_LABELLED) {
    const rows = orderOf(queries.labels);
    orders.push({ name: "by label", rows, columns: isSelf ? rows : orderOf(corpus.labels) });
  }
  return orders;
}

/** Returns rows in the order of their labels. */
function orderOf(labels: readonly string[]): Int32Array {
  const byLabel = (i: number, j: number) => (labels[i] < labels[j] ? -1 : labels[i] > labels[j] ? 1 : i - j);
  return Int32Array.from(Array.from(labels.keys()).sort(byLabel));
}

/** Returns an order with its image, if a pixel of the heatmap has several cells. */
export async function arranged(
  context: Context,
  { queries, corpus, grid }: Comparison,
  { metric, mode, backend, zeroVectors }: MetricOptions,
  order: Omit<MatrixOrder, "grid">,
): Promise<MatrixOrder> {
  if (!grid.isAggregated) return { ...order, grid: null };
  const options = { mode, backend, zeroVectors, ...context.engineOptions };
  const [rows, columns] = [inOrder(queries, order.rows), inOrder(corpus, order.columns)];
  const scores = await computeTiles(metric, rows, columns, options);
  const sorted = new CellGrid(grid.rows, grid.columns, grid.height, grid.width);
  for await (const tile of context.computing(scores).tiles()) sorted.add(tile);
  sorted.close();
  return { ...order, grid: sorted };
}

function inOrder(set: VectorSet, order: Int32Array): VectorSet {
  const { values, dimensions: d } = set;
  const sorted = sharedNumbers(values.length, values);
  for (const [to, from] of order.entries()) sorted.set(values.subarray(from * d, (from + 1) * d), to * d);
  return { ...set, values: sorted, ids: null, labels: null, lines: null };
}
