import { hold, type ScoredMatrix } from "../core/matrix.js";

/** The share of triplets whose positive is nearer than their negative. */
export interface TripletAccuracy {
  /** The number of triplets with both scores. */
  readonly triplets: number;
  /** The share of those whose positive is nearer by more than the margin; a tie does not count. NaN without triplets. */
  readonly accuracy: number;
}

/**
 * Compares the scores of anchors and positives with those of the same anchors and negatives: `s(a, p) > s(a, n) + margin`
 * for similarities, `−d(a, p) > −d(a, n) + margin` for distances. Cells decide where they differ by more than their error,
 * exact scores where they do not.
 *
 * @param positive n×1: row i of both sets. @param negative n×1. Triplets with a score that is NaN are left out.
 * @see https://sbert.net/docs/package_reference/sentence_transformer/evaluation.html (TripletEvaluator)
 */
export async function tripletAccuracy(
  positive: ScoredMatrix,
  negative: ScoredMatrix,
  margin = 0,
): Promise<TripletAccuracy> {
  const { triplets, correct } = await countTriplets(positive, negative, margin);
  return { triplets, accuracy: correct / triplets };
}

/** Returns the numbers of triplets and of those whose positive is nearer: those of parts add up to those of all. */
export async function countTriplets(
  positive: ScoredMatrix,
  negative: ScoredMatrix,
  margin: number,
): Promise<{ readonly triplets: number; readonly correct: number }> {
  const sign = positive.nearer === "greater" ? 1 : -1;
  const [{ values: near }, { values: far }] = [await hold(positive), await hold(negative)];
  let [triplets, correct] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    if (Number.isNaN(near[i]) || Number.isNaN(far[i])) continue;
    triplets++;
    const [nearSize, farSize] = [Math.abs(near[i]), Math.abs(far[i])];
    const rounding = 4 * Number.EPSILON * (nearSize + farSize + Math.abs(margin));
    const error = positive.slack(i, nearSize) + negative.slack(i, farSize) + rounding;
    const difference = sign * near[i] - sign * far[i] - margin;
    const isNearer =
      Math.abs(difference) > 2 * error
        ? difference > 0
        : sign * positive.exact(i, i) > sign * negative.exact(i, i) + margin;
    if (isNearer) correct++;
  }
  return { triplets, correct };
}
