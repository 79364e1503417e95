import { AucCounter } from "./auc.js";

/** The best value of a measure over all thresholds. */
export interface Best {
  readonly value: number;
  /** The score from which on pairs are classified as positive (for distances: down to which); null if none of them is. */
  readonly threshold: number | null;
}

/** How well a threshold of the scores separates positive from negative pairs. */
export interface PairClassification {
  readonly positives: number;
  readonly negatives: number;
  readonly accuracy: Best;
  /** The F1 measure of the positive pairs, with its precision and recall. */
  readonly f1: Best & Counted;
  /** Matthews' correlation coefficient; 0 if all pairs have the same class. */
  readonly mcc: Best;
  /** The threshold of the largest recall whose precision reaches the target; null if there is none. */
  readonly targeted: (Counted & { readonly threshold: number }) | null;
  readonly averagePrecision: number;
  /** The area under the ROC curve; ties count half. */
  readonly auc: number;
}

interface Counted {
  readonly precision: number;
  readonly recall: number;
}

/**
 * Classifies pairs by each threshold. Pairs of equal score are on the same side of every threshold. Of thresholds with the
 * same value, the strictest one is reported.
 *
 * @param scores one for each pair, none of them NaN. @param isPositive 1 for a positive pair, 0 for a negative one; at least
 * one of each. @param nearer which scores are those of positive pairs.
 * @param targetPrecision in [0, 1].
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_curve.html
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html
 */
export function classifyPairs(
  scores: Float64Array,
  isPositive: ArrayLike<number>,
  nearer: "greater" | "less",
  targetPrecision = 1,
): PairClassification {
  const sign = nearer === "greater" ? 1 : -1;
  const order = Uint32Array.from(scores.keys()).sort((i, j) => sign * (scores[j] - scores[i]));
  const total = scores.length;
  let positives = 0;
  for (let i = 0; i < total; i++) positives += isPositive[i];
  const negatives = total - positives;
  const counted = (found: number, wrong: number): Counted => ({
    precision: found / (found + wrong),
    recall: found / positives,
  });

  let accuracy: Best = { value: negatives / total, threshold: null };
  let f1: PairClassification["f1"] = { value: 0, threshold: null, precision: 0, recall: 0 };
  let mcc: Best = { value: 0, threshold: null };
  let targeted: PairClassification["targeted"] = null;
  let averagePrecision = 0;
  let [found, wrong] = [0, 0];
  for (let at = 0; at < total; ) {
    const threshold = scores[order[at]];
    const before = found;
    for (; at < total && scores[order[at]] === threshold; at++) {
      found += isPositive[order[at]];
      wrong += 1 - isPositive[order[at]];
    }
    const { precision, recall } = counted(found, wrong);
    averagePrecision += ((found - before) / positives) * precision;
    const ofAccuracy = (found + negatives - wrong) / total;
    if (ofAccuracy > accuracy.value) accuracy = { value: ofAccuracy, threshold };
    const ofF1 = (2 * found) / (found + wrong + positives);
    if (ofF1 > f1.value) f1 = { value: ofF1, threshold, precision, recall };
    const spread = Math.sqrt(positives * negatives) * Math.sqrt(at * (total - at));
    const ofMcc = spread === 0 ? 0 : (found * negatives - wrong * positives) / spread;
    if (ofMcc > mcc.value) mcc = { value: ofMcc, threshold };
    if (precision >= targetPrecision && found > before) targeted = { threshold, precision, recall };
  }
  const auc = areaUnderCurve(scores, isPositive, sign);
  return { positives, negatives, accuracy, f1, mcc, targeted, averagePrecision, auc };
}

function areaUnderCurve(scores: Float64Array, isPositive: ArrayLike<number>, sign: 1 | -1): number {
  const signed = scores.map((score) => sign * score);
  const counter = new AucCounter(signed.filter((_, i) => isPositive[i] === 1).sort());
  let negatives = 0;
  for (const [i, score] of signed.entries()) {
    if (isPositive[i] === 1) continue;
    counter.add(score);
    negatives++;
  }
  return counter.result(negatives)?.area ?? Number.NaN;
}
