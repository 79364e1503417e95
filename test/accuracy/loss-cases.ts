import { tiled } from "#dist/core/matrix.js";
import type { KindOptions } from "#dist/loss/kinds.js";
import { type SimilarityLossOptions, similarityLoss } from "#dist/loss/similarity-loss.js";
import { drawing, matrixOf } from "../reference.js";
import type { Case } from "./cases.js";
import { type Big, big, largest, meanOf, ONE, positivePart, smallest, sumOf, ZERO } from "./decimals.js";

const SIZE = 12;
const LABELS = ["a", "b", "a", "c", "b", "d", "a", "e", "c", "f", "b", "d"];

/** Returns similarity matrices of each kind of data. */
function matrices(): { readonly [data: string]: number[][] } {
  const draw = drawing(61);
  const uniform = () => 2 * draw() - 1 + draw() * 2 ** -32;
  const cells = (each: (i: number, j: number) => number) =>
    Array.from({ length: SIZE }, (_, i) => Array.from({ length: SIZE }, (_, j) => each(i, j)));
  return {
    uniform: cells(uniform),
    ties: cells(() => Math.round(4 * uniform()) / 4 + 0),
    "near 1": cells((i, j) => (i === j ? 1 : 1 - 1e-9 * draw())),
    "positives 1, negatives -1": cells((i, j) => (LABELS[i] === LABELS[j] ? 1 : -1) * (1 - 1e-12 * draw())),
  };
}

/** The positives and the negatives of an anchor, and what its own cell is. */
interface Anchor {
  readonly own: Big;
  readonly positives: readonly Big[];
  readonly negatives: readonly Big[];
}

/** The losses of an anchor, of which each list is reduced on its own. */
type Terms = readonly (readonly Big[])[];
type Kind = Exclude<KindOptions["kind"], "cosent" | "triplet"> | "batch-hard" | "batch-all" | "semi-hard";

const softplus = (x: Big): Big => x.exp().plus(1).ln();
const logOfSum = (terms: readonly Big[]): Big => sumOf(terms.map((x) => x.exp())).ln();

/** The losses by their definitions, with the settings of {@link SETTINGS}. */
const TRUTHS: { readonly [kind in Kind]: (anchor: Anchor) => Terms } = {
  "hard-negative": ({ own, negatives }) => {
    const hinge = (negative: Big) => positivePart(negative.minus(own).plus(big(0.25)));
    const eligible = negatives.filter((x) => x.minus(own).lte(big(1e-12)));
    const closest = eligible.length === 0 ? big(-2) : largest(eligible);
    return [[hinge(meanOf(negatives)).plus(hinge(closest))]];
  },
  "batch-hard": ({ positives, negatives }) => [
    [positivePart(largest(negatives).minus(smallest(positives)).plus(big(0.05)))],
  ],
  "batch-all": ({ positives, negatives }) => [
    positives.flatMap((p) => negatives.map((n) => positivePart(n.minus(p).plus(big(0.05))))),
  ],
  "semi-hard": ({ positives, negatives }) => [
    positives.map((p) => {
      const below = negatives.filter((n) => n.lt(p));
      return positivePart((below.length > 0 ? largest(below) : smallest(negatives)).minus(p).plus(1));
    }),
  ],
  "soft-margin": ({ positives, negatives }) => [[softplus(largest(negatives).minus(smallest(positives)))]],
  infonce: ({ own, negatives }) => {
    const logits = [own, ...negatives].map((x) => x.div(big(0.07)));
    return [[logOfSum(logits).minus(logits[0]!)]];
  },
  siglip: ({ positives, negatives }) => {
    const logit = (x: Big) => x.times(10).minus(10);
    return [[sumOf([...positives.map((x) => softplus(logit(x).neg())), ...negatives.map((x) => softplus(logit(x)))])]];
  },
  supcon: ({ positives, negatives }) => {
    const scaled = (x: Big) => x.div(big(0.1));
    return [[logOfSum([...positives, ...negatives].map(scaled)).minus(meanOf(positives.map(scaled)))]];
  },
  contrastive: ({ positives, negatives }) => [
    positives.map((x) => positivePart(ONE.minus(x))),
    negatives.map((x) => positivePart(x)),
  ],
  "multi-similarity": ({ positives, negatives }) => {
    const part = (terms: readonly Big[], weight: number) =>
      logOfSum([ZERO, ...terms.map((x) => x.minus(big(0.5)).times(weight))]).div(Math.abs(weight));
    return [[part(positives, -2).plus(part(negatives, 50))]];
  },
};

const SETTINGS: { readonly [kind in Kind]: SimilarityLossOptions } = {
  "hard-negative": { kind: "hard-negative", margins: [0.25] },
  "batch-hard": { kind: "triplet", mining: "batch-hard", margins: [0.05], reduction: "nonzero" },
  "batch-all": { kind: "triplet", mining: "batch-all", margins: [0.05], reduction: "nonzero" },
  "semi-hard": { kind: "triplet", mining: "semi-hard", margins: [1], reduction: "mean" },
  "soft-margin": { kind: "soft-margin", reduction: "mean" },
  infonce: { kind: "infonce", temperature: 0.07, reduction: "mean" },
  siglip: { kind: "siglip", scale: 10, bias: -10, reduction: "mean" },
  supcon: { kind: "supcon", temperature: 0.1, reduction: "mean" },
  contrastive: { kind: "contrastive", positiveMargin: 1, negativeMargin: 0, reduction: "nonzero" },
  "multi-similarity": { kind: "multi-similarity", alpha: 2, beta: 50, base: 0.5, reduction: "mean" },
};

function anchorsOf(matrix: readonly (readonly number[])[]): Anchor[] {
  return matrix.map((row, i) => {
    const cells = (isPositive: boolean) => row.filter((_, j) => (LABELS[i] === LABELS[j]) === isPositive).map(big);
    return { own: big(row[i]!), positives: cells(true), negatives: cells(false) };
  });
}

/** Returns the loss of a batch. The settings' reduction is that of the kind. */
function reduced(terms: readonly Terms[], { reduction = "sum" }: SimilarityLossOptions): Big {
  return sumOf(
    terms[0]!.map((_, part) => {
      const all = terms.flatMap((parts) => parts[part]!);
      const count = { sum: 1, mean: all.length, nonzero: all.filter((x) => x.gt(0)).length, none: 1 }[reduction];
      return sumOf(all).div(Math.max(1, count));
    }),
  );
}

/** `log(1 + Σ exp(20 (s[i] − s[j])))` over pairs of which i has the smaller gold score. */
function trueCosent(similarities: readonly number[], scores: readonly number[]): Big {
  const s = similarities.map(big);
  const terms = s.flatMap((x, i) => s.filter((_, j) => scores[i]! < scores[j]!).map((y) => x.minus(y).times(20).exp()));
  return sumOf(terms).plus(1).ln();
}

/** Losses of batches, and of their anchors. */
export function lossCases(): Case[] {
  const batches = Object.entries(matrices()).flatMap(([data, matrix]) =>
    (Object.keys(TRUTHS) as Kind[]).map((kind): Case => {
      const terms = anchorsOf(matrix).map(TRUTHS[kind]);
      const options = { ...SETTINGS[kind], labels: LABELS };
      return {
        value: kind,
        data,
        input: { similarities: matrix, labels: LABELS },
        truth: [reduced(terms, SETTINGS[kind])],
        async found() {
          const { losses } = await similarityLoss(tiled(matrixOf(matrix)), options);
          return { simcli: [losses[0]!.loss!] };
        },
      };
    }),
  );
  const paired = Object.entries(matrices()).map(([data, matrix]): Case => {
    const similarities = matrix.flat().slice(0, 40);
    const scores = similarities.map((_, i) => (i * 7) % 11);
    return {
      value: "cosent",
      data,
      input: { similarities, scores },
      truth: [trueCosent(similarities, scores)],
      async found() {
        const column = matrixOf(similarities.map((x) => [x]));
        const { losses } = await similarityLoss(tiled(column), { kind: "cosent", scale: 20, scores });
        return { simcli: [losses[0]!.loss!] };
      },
    };
  });
  return [...batches, ...paired].sort((x, y) => (x.value < y.value ? -1 : x.value > y.value ? 1 : 0));
}
