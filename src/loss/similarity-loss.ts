import { expectChoice } from "../core/choices.js";
import { UsageError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { ANCHORS, type Anchors, REDUCTIONS, type Reduction, type SimilarityLoss } from "../core/results.js";
import { AnchorScan } from "./anchor-scan.js";
import { expectBatch } from "./batch.js";
import { directionsOf, type Evaluation, expectReduced, gradientOf, type Slope } from "./gradient.js";
import type { AnchorLoss, LossKind, Settings, Terms } from "./kind.js";
import { type KindOptions, kindOf, settingsOf } from "./kinds.js";
import { meanOfDirections } from "./mean-of-directions.js";
import { type Pairs, pairsOf } from "./pairs.js";
import { divisorOf, reduceTerms, total } from "./reduce.js";

export type SimilarityLossOptions = KindOptions & {
  /** The default is that of the kind's reference. */
  readonly reduction?: Reduction;
  /** Rows of S unless said otherwise; `both`: the mean of the two directions. */
  readonly anchors?: Anchors;
  /** A class a row; without them `S[i, i]` is the positive of anchor i, and every other cell a negative. */
  readonly labels?: readonly string[] | null;
  /** The diagonal is no pair: S compares a set with itself. Needs labels. */
  readonly excludeSelf?: boolean;
};

/**
 * A loss of a batch from its similarities, and its gradient; for the triplet loss one result a margin.
 *
 * S is consumed tile by tile: in one pass, and where the columns are anchors and the kind compares each negative with all
 * positives (`batch-all`, `semi-hard`) in two. The kinds keep a few numbers an anchor, these two its positives as well.
 *
 * @param similarity S, b×b, in [−1, 1]; where a reference has cosine distances they are 1 − S.
 * @param watch sees every tile that goes by, once.
 * @throws {DataError} when S is not square, b is 1, a cell is NaN, or labels are not b; {@link UsageError} when the options
 * do not fit together.
 * @example const { losses } = await similarityLoss(await cosineTiles(a, b), { kind: "infonce", temperature: 0.05 });
 */
export async function similarityLoss(
  similarity: TiledMatrix,
  options: SimilarityLossOptions,
  watch: (tile: Tile) => void = () => {},
): Promise<Evaluation<SimilarityLoss>> {
  const { labels = null, excludeSelf = false, anchors = "rows" } = options;
  const kind = kindOf(options);
  const settings = settingsOf(kind, options);
  const reduction = options.reduction ?? kind.reduction;
  expectChoice("reduction", reduction, REDUCTIONS);
  expectChoice("anchors", anchors, ANCHORS);
  if (excludeSelf && (!labels || kind.ofDiagonal)) {
    throw new UsageError(
      `excludeSelf: expected a kind and labels that find positives beside the diagonal, found ${kind.name}${labels ? "" : " without labels"}`,
    );
  }
  await expectBatch(similarity, labels, watch);
  const pairs = pairsOf(similarity.rows, labels, { ofDiagonal: kind.ofDiagonal, excludeSelf });
  const scans = directionsOf(anchors).map((direction) => new AnchorScan(pairs, direction, kind, settings));
  for (let left = Math.max(...scans.map(({ passes }) => passes)); left > 0; left--) {
    for await (const tile of similarity.tiles()) {
      if (left === 1) watch(tile);
      for (const scan of scans) if (left <= scan.passes) scan.add(tile, scan.passes - left);
    }
  }
  const found = scans.map((scan) => scan.losses.map((loss) => loss.finish()));
  const losses = settings.map((each, k) =>
    scans
      .map((scan, s) => lossOf(found[s][k], scan, kind, { settings: each, reduction, anchors, excludeSelf }))
      .reduce(meanOfDirections),
  );
  return {
    losses,
    gradient() {
      expectReduced(reduction);
      return gradientOf(
        similarity,
        scans.map(({ anchors, losses }, s) => ({ anchors, slope: slopeOf(losses[0], found[s][0], reduction, pairs) })),
      );
    },
  };
}

type Parts = ReturnType<AnchorLoss["finish"]>;

function lossOf(
  parts: Parts,
  { pairs, hardest }: AnchorScan,
  { name, manyTerms }: LossKind,
  choices: { settings: Settings; reduction: Reduction; anchors: Anchors; excludeSelf: boolean },
): SimilarityLoss {
  const { positive, positiveIndex, negative, negativeIndex } = hardest;
  const reduced = parts.map((part) => reduceTerms(part, choices.reduction));
  const twofold = parts.length === 2;
  // Two parts that count the same terms share their counts; pairs of either sort are terms of their own.
  const counted = twofold && parts[0].count === parts[1].count ? parts.slice(0, 1) : parts;
  const sumOf = (of: (terms: Terms) => Float64Array, list: readonly Terms[]) =>
    list.map(of).reduce((x, y) => x.map((value, i) => value + y[i]));
  const count = sumOf((terms) => terms.count, counted);
  const active = sumOf((terms) => terms.active, counted);
  const sum = sumOf((terms) => terms.sum, parts);
  return {
    kind: name,
    ...choices,
    batchSize: pairs.size,
    positiveLoss: twofold ? reduced[0] : null,
    negativeLoss: twofold ? reduced[1] : null,
    loss: reduced.reduce((x, y) => (x === null || y === null ? null : x + y)),
    terms: total(count),
    active: total(active),
    withoutPositive: pairs.positives.filter((n) => n === 0).length,
    withoutNegative: pairs.negatives.filter((n) => n === 0).length,
    perAnchor: {
      positive,
      positiveIndex,
      negative,
      negativeIndex,
      terms: manyTerms ? count : null,
      active: manyTerms ? active : null,
      positiveLoss: twofold ? parts[0].sum : null,
      negativeLoss: twofold ? parts[1].sum : null,
      loss: sum.map((value, i) => (count[i] > 0 ? value : Number.NaN)),
    },
  };
}

/** The slope of the reduced loss of one direction. */
function slopeOf(loss: AnchorLoss, parts: Parts, reduction: Exclude<Reduction, "none">, pairs: Pairs): Slope {
  const divisors = parts.map(({ count, active }) => divisorOf(reduction, total(count), total(active)));
  const [ofPositives, ofNegatives = ofPositives] = divisors;
  return (anchor, other, value) => {
    const relation = pairs.relation(anchor, other);
    if (relation === 0) return 0;
    if (relation === 1) return loss.positiveSlope(anchor, other, value) / ofPositives;
    return loss.negativeSlope(anchor, other, value) / ofNegatives;
  };
}
