import { expectChoice } from "../core/choices.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import {
  ANCHORS,
  type Anchors,
  FALLBACKS,
  type HardNegativeLoss,
  NEGATIVES,
  REDUCTIONS,
  type Reduction,
} from "../core/results.js";
import { expectBatch } from "./batch.js";
import { directionsOf, type Evaluation, expectReduced, gradientOf } from "./gradient.js";
import { hardNegativeSlope } from "./hard-negative-slope.js";
import { half, halves, same } from "./mean-of-directions.js";
import { type AnchorNegatives, NegativeFinder, type NegativeOptions } from "./negatives.js";
import { pairsOf } from "./pairs.js";
import { reduce } from "./reduce.js";

/** Every choice that the published versions of the loss make. */
export interface LossOptions extends NegativeOptions {
  /** α, in units of similarity; each is evaluated on the same matrix. */
  readonly margins: readonly number[];
  readonly reduction: Reduction;
  readonly anchors: Anchors;
}

export const DEFAULT_LOSS: LossOptions = {
  margins: [0.25],
  negatives: "semi-hard",
  reduction: "sum",
  anchors: "rows",
  fallback: "floor",
  tieTolerance: 1e-12,
  labels: null,
};

/**
 * The hard-negative losses of a batch, one result a margin.
 *
 * ```
 * L1[i] = max(mean_neg[i]    − s_ap[i] + α, 0)
 * L2[i] = max(closest_neg[i] − s_ap[i] + α, 0)
 * L[i]  = L1[i] + L2[i];   loss = Σ L[i]
 * ```
 *
 * S is consumed tile by tile, in one pass for the anchors in its rows; its columns as anchors take one pass more,
 * for the diagonal.
 *
 * @param similarity S, b×b: row i is anchor i, `S[i,i]` its positive, every other cell of the row a negative.
 * @param options see {@link DEFAULT_LOSS} for the defaults.
 * @param watch sees every tile that goes by, once.
 * @throws {DataError} when S is not square, b is 1, a cell is NaN, or labels are not b; {@link UsageError} for the value
 * of an option that there is not.
 * @example const [{ loss }] = await hardNegativeLoss(await cosineTiles(a, b), { margins: [0.25] });
 */
export async function hardNegativeLoss(
  similarity: TiledMatrix,
  options: Partial<LossOptions> = {},
  watch: (tile: Tile) => void = () => {},
): Promise<HardNegativeLoss[]> {
  const { losses } = await evaluateHardNegatives(similarity, options, watch);
  return [...losses];
}

/** The same, with the gradient of the loss at the first margin. */
export async function evaluateHardNegatives(
  similarity: TiledMatrix,
  options: Partial<LossOptions> = {},
  watch: (tile: Tile) => void = () => {},
): Promise<Evaluation<HardNegativeLoss>> {
  const all: LossOptions = { ...DEFAULT_LOSS, ...options };
  const { labels, reduction } = all;
  expectChoice("negatives", all.negatives, NEGATIVES);
  expectChoice("reduction", reduction, REDUCTIONS);
  expectChoice("anchors", all.anchors, ANCHORS);
  expectChoice("fallback", all.fallback, FALLBACKS);
  await expectBatch(similarity, labels, watch);
  const { rows: size } = similarity;
  const directions = directionsOf(all.anchors);
  const finders: NegativeFinder[] = [];
  for (const anchors of directions) {
    finders.push(new NegativeFinder(size, all, anchors === "columns" ? await diagonalOf(similarity) : null));
  }
  for await (const tile of similarity.tiles()) {
    watch(tile);
    for (const finder of finders) finder.add(tile);
  }
  const negatives = finders.map((finder) => finder.result());
  const found = all.margins.map((margin) => negatives.map((each) => lossOf(each, margin, all)));
  return {
    losses: found.map((losses) => losses.reduce((rows, columns) => mean(rows, columns))),
    gradient() {
      expectReduced(reduction);
      const pairs = pairsOf(size, labels, { ofDiagonal: true });
      return gradientOf(
        similarity,
        directions.map((anchors, d) => ({ anchors, slope: hardNegativeSlope(found[0][d], pairs, reduction) })),
      );
    },
  };
}

async function diagonalOf(matrix: TiledMatrix): Promise<Float64Array> {
  const diagonal = new Float64Array(matrix.rows);
  for await (const { firstRow, rows, columns, values } of matrix.tiles()) {
    for (let i = 0; i < rows; i++) diagonal[firstRow + i] = values[i * columns + firstRow + i];
  }
  return diagonal;
}

/** The losses of one direction at one margin. */
function lossOf(found: AnchorNegatives, margin: number, options: LossOptions): HardNegativeLoss {
  const { positive, meanNegative, closestNegative, closestNegativeIndex, ties, withoutNegative } = found;
  const { negatives, reduction, anchors, fallback } = options;
  // Without a negative there is nothing to be too near: the loss is 0.
  const hinge = (negative: number, i: number) =>
    Number.isNaN(negative) ? 0 : Math.max(negative - positive[i] + margin, 0);
  const l1 = meanNegative.map(hinge);
  const l2 = closestNegative.map(hinge);
  const loss = l1.map((value, i) => value + l2[i]);
  return {
    margin,
    negatives,
    reduction,
    anchors,
    fallback,
    batchSize: positive.length,
    l1: reduce(l1, loss, reduction),
    l2: reduce(l2, loss, reduction),
    loss: reduce(loss, loss, reduction),
    ties,
    withoutNegative,
    perAnchor: { positive, meanNegative, closestNegative, closestNegativeIndex, l1, l2, loss },
  };
}

/**
 * The mean of the two directions: of their reduced losses, and of every number of an anchor. Counts are added up;
 * an index stays where both directions name the same.
 */
function mean(rows: HardNegativeLoss, columns: HardNegativeLoss): HardNegativeLoss {
  const [a, b] = [rows.perAnchor, columns.perAnchor];
  return {
    ...rows,
    l1: half(rows.l1, columns.l1),
    l2: half(rows.l2, columns.l2),
    loss: half(rows.loss, columns.loss),
    ties: rows.ties + columns.ties,
    withoutNegative: rows.withoutNegative + columns.withoutNegative,
    perAnchor: {
      positive: a.positive,
      meanNegative: halves(a.meanNegative, b.meanNegative),
      closestNegative: halves(a.closestNegative, b.closestNegative),
      closestNegativeIndex: same(a.closestNegativeIndex, b.closestNegativeIndex),
      l1: halves(a.l1, b.l1),
      l2: halves(a.l2, b.l2),
      loss: halves(a.loss, b.loss),
    },
  };
}
