import { expectChoice } from "../core/choices.js";
import { UsageError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { expectBatch, expectScoredPairs } from "./batch.js";
import { directionsOf, gradientOf, meanOfDirections } from "./both-directions.js";
import type { HardNegativeSettings } from "./hard-negative.js";
import type { AnchorValues, LossKind, LossScan } from "./kind.js";
import { type KindOptions, kindOf, settingsOf } from "./kinds.js";
import { pairsOf } from "./pairs.js";
import { ANCHORS, type Anchors, REDUCTIONS, type Reduction, type Settings, type SimilarityLoss } from "./types.js";

/** Options that every kind of loss has. */
export interface BatchLossOptions {
  /** Default: that of the kind's reference. */
  readonly reduction?: Reduction;
  /** Default: `rows`. */
  readonly anchors?: Anchors;
  /** One class for each row. Default: `S[i, i]` is the positive of anchor i, every other cell is a negative. */
  readonly labels?: readonly string[] | null;
  /** The diagonal is not a pair, because S compares a set with itself. Needs labels. */
  readonly excludeSelf?: boolean;
}

export type SimilarityLossOptions = KindOptions & BatchLossOptions;

/** The losses of a batch and their gradient. */
export interface LossEvaluation {
  /** One result for each margin; one result for kinds without a margin. */
  readonly losses: readonly SimilarityLoss[];
  /**
   * ∂loss/∂S for the first of the losses, b×b, streamed; S is computed once more.
   *
   * At a kink the slope is that of the flat side: a hinge at 0 has slope 0. Of equally hard pairs the chosen one has the
   * whole slope. The divisors of `mean` and `nonzero` count as constants.
   *
   * @throws {UsageError} when the losses are not reduced to one number.
   */
  gradient(): TiledMatrix;
}

/**
 * Computes a loss of a batch from its similarities, and the gradient of the loss.
 *
 * S is consumed tile by tile: in one pass, or in two where columns are anchors and the kind needs the positives of an anchor
 * before its negatives. Kinds keep a few numbers for each anchor; `batch-all` and `semi-hard` triplets keep its positives.
 *
 * @param similarity S, b×b, in [−1, 1]: row i is anchor i; b×1 for kind `cosent`, row i being a pair. Where a reference uses cosine distances they are 1 − S.
 * @param watch receives every tile once, in order.
 * @throws {DataError} when S is not square, b is 1, a cell is NaN, or there are not b labels; {@link UsageError} for an
 * unknown value of an option and for options that exclude each other.
 * @example const { losses } = await similarityLoss(await cosineTiles(a, b), { kind: "infonce", temperature: 0.05 });
 */
export async function similarityLoss(
  similarity: TiledMatrix,
  options: SimilarityLossOptions,
  watch: (tile: Tile) => void = () => {},
): Promise<LossEvaluation> {
  const { labels = null } = options;
  const { kind, settings, reduction, anchors, excludeSelf } = chosenLoss(options);
  if (kind.isPaired && (reduction !== "sum" || anchors !== "rows" || labels)) {
    const found = labels ? "labels" : anchors === "rows" ? `reduction ${reduction}` : `anchors ${anchors}`;
    throw new UsageError(`${kind.name}: expected only scores, as the loss is one number for all pairs, found ${found}`);
  }
  const scores = "scores" in options ? Float64Array.from(options.scores) : null;
  if (kind.isPaired) expectScoredPairs(similarity, scores ?? new Float64Array());
  else await expectBatch(similarity, labels, watch);
  const pairs = pairsOf(similarity.rows, labels, { diagonalOnly: kind.diagonalOnly, excludeSelf, scores });
  const directions = directionsOf(anchors);
  const scans = directions.map((direction) => kind.scan(pairs, settings, direction));
  for (let left = Math.max(...scans.map(({ passes }) => passes)); left > 0; left--) {
    for await (const tile of similarity.tiles()) {
      if (left === 1) watch(tile);
      for (const scan of scans) if (left <= scan.passes) scan.add(tile, scan.passes - left);
    }
  }
  const found = scans.map((scan) => scan.finish(reduction));
  const common = { kind: kind.name, reduction, anchors, excludeSelf, batchSize: pairs.size };
  return {
    losses: settings.map((each, k) => {
      const { slope: _, ...loss } = found.map((ofDirection) => ofDirection[k]).reduce(meanOfDirections);
      return { ...common, settings: each, ...loss };
    }),
    gradient() {
      if (reduction === "none") throw new UsageError("a gradient: expected a reduction to one number, found none");
      const slopes = found.map(([first]) => first.slope(reduction));
      return gradientOf(similarity, directions, slopes);
    },
  };
}

/** A loss with the values of all its options but labels. */
interface ChosenLoss extends Pick<SimilarityLoss, "reduction" | "anchors" | "excludeSelf"> {
  readonly kind: LossKind;
  readonly settings: readonly Settings[];
}

/** @throws {UsageError} for an unknown value of an option and for options that exclude each other. */
function chosenLoss(options: SimilarityLossOptions): ChosenLoss {
  const { labels = null, excludeSelf = false, anchors = "rows" } = options;
  const kind = kindOf(options);
  const settings = settingsOf(kind, options);
  const reduction = options.reduction ?? kind.reduction;
  expectChoice("reduction", reduction, REDUCTIONS);
  expectChoice("anchors", anchors, ANCHORS);
  if (excludeSelf && (!labels || kind.diagonalOnly)) {
    throw new UsageError(
      `excludeSelf: expected labels and a kind with positives outside the diagonal, found ${kind.name}${labels ? "" : " without labels"}`,
    );
  }
  return { kind, settings, reduction, anchors, excludeSelf };
}

/** A loss with the name of its kind. */
export interface NamedLoss extends Omit<ChosenLoss, "kind"> {
  readonly kind: LossKind["name"];
}

/** Finds, in tiles of S, the numbers of some anchors from which their losses follow. Rows are anchors. */
export class AnchorFinder {
  readonly loss: NamedLoss;
  private readonly scan: LossScan;

  /** @param size b, the number of all anchors. */
  constructor(size: number, options: SimilarityLossOptions) {
    const { labels = null } = options;
    const { kind, settings, ...chosen } = chosenLoss(options);
    const { excludeSelf } = chosen;
    this.loss = { kind: kind.name, settings, ...chosen };
    const pairs = pairsOf(size, labels, { diagonalOnly: kind.diagonalOnly, excludeSelf });
    this.scan = kind.scan(pairs, settings, "rows");
  }

  /** @throws {DataError} for a cell that is NaN. */
  add(tile: Tile): void {
    this.scan.add(tile, 0);
  }

  /** Returns the numbers of the anchors from `first` to before `end`, whose tiles were added: for each of the settings, or for all. */
  found(first: number, end: number): readonly AnchorValues[] {
    const found = this.scan.found?.() ?? [];
    return found.map((values) =>
      Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.slice(first, end)])),
    );
  }
}

/**
 * Returns the losses of a batch from what was found for its anchors: the same as {@link similarityLoss}.
 *
 * @param found for each of the settings, or for all; the arrays have a number for each of the b anchors.
 */
export function lossesOfAnchors(
  found: readonly AnchorValues[],
  { kind: name, settings, ...chosen }: NamedLoss,
): readonly SimilarityLoss[] {
  return settings.map((each, k) => {
    const values = found[k] ?? found[0];
    // The settings of triplets say how they are mined.
    const reduced = kindOf({ ...each, kind: name } as KindOptions).reduce?.(values, each, chosen.reduction);
    if (!reduced) throw new Error(`expected a kind whose losses are those of anchors, found ${name}`);
    return { kind: name, ...chosen, batchSize: values.positive.length, settings: each, ...reduced };
  });
}

/** Options of {@link hardNegativeLoss}; each has the default of {@link HARD_NEGATIVE_DEFAULTS}. */
export interface HardNegativeOptions
  extends Partial<Omit<HardNegativeSettings, "margin">>,
    Omit<BatchLossOptions, "excludeSelf"> {
  /** α, in units of similarity; default 0.25. */
  readonly margins?: readonly number[];
}

/**
 * Computes the hard-negative losses of a batch, one result for each margin: {@link similarityLoss} of kind `hard-negative`.
 *
 * @example const [{ loss }] = await hardNegativeLoss(await cosineTiles(a, b), { margins: [0.25] });
 */
export async function hardNegativeLoss(
  similarity: TiledMatrix,
  options: HardNegativeOptions = {},
  watch?: (tile: Tile) => void,
): Promise<readonly SimilarityLoss[]> {
  return (await similarityLoss(similarity, { ...options, kind: "hard-negative" }, watch)).losses;
}
