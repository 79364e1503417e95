/** The share of triplets whose positive is nearer than their negative. */
export interface TripletAccuracy {
  /** The number of triplets with both scores. */
  readonly triplets: number;
  /** The share of those whose positive is nearer by more than the margin; a tie does not count. NaN without triplets. */
  readonly accuracy: number;
}

/**
 * Compares the scores of anchors and positives with those of the same anchors and negatives: `s(a, p) > s(a, n) + margin`
 * for similarities, `−d(a, p) > −d(a, n) + margin` for distances.
 *
 * @param positive n scores. @param negative n scores; triplets with a score that is NaN are left out.
 * @see https://sbert.net/docs/package_reference/sentence_transformer/evaluation.html (TripletEvaluator)
 */
export function tripletAccuracy(
  positive: Float64Array,
  negative: Float64Array,
  nearer: "greater" | "less",
  margin = 0,
): TripletAccuracy {
  const sign = nearer === "greater" ? 1 : -1;
  let [triplets, correct] = [0, 0];
  for (let i = 0; i < positive.length; i++) {
    if (Number.isNaN(positive[i]) || Number.isNaN(negative[i])) continue;
    triplets++;
    if (sign * positive[i] > sign * negative[i] + margin) correct++;
  }
  return { triplets, accuracy: correct / triplets };
}
