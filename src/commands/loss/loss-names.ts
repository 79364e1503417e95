import type { PerAnchor, SimilarityLoss } from "../../loss/types.js";

/** Headings of the columns of {@link PerAnchor} and of components. */
const HEADINGS: { readonly [column: string]: string | undefined } = {
  positiveIndex: "at",
  negativeIndex: "at",
  meanNegative: "mean neg",
  closestNegative: "closest neg",
  closestNegativeIndex: "at",
  active: "above 0",
  positiveLoss: "positives",
  negativeLoss: "negatives",
  l1: "L1",
  l2: "L2",
};

export const headingOf = (column: string): string => HEADINGS[column] ?? column;

/** Returns the mark of a cell: the positive of its anchor, the closest (or hardest) negative, or neither. */
export function markOf(
  { anchors, perAnchor }: SimilarityLoss,
  row: number,
  column: number,
): "positive" | "closest" | null {
  const names = (index: PerAnchor[string]) =>
    (anchors !== "columns" && index[row] === column) || (anchors !== "rows" && index[column] === row);
  const { positiveIndex, negativeIndex = perAnchor.closestNegativeIndex } = perAnchor;
  const isPositive = positiveIndex ? names(positiveIndex) : row === column;
  return isPositive ? "positive" : names(negativeIndex) ? "closest" : null;
}

/** Returns what the two marks mean. */
export const markNames = ({ kind }: SimilarityLoss): readonly [positive: string, closest: string] =>
  kind === "hard-negative" ? ["positive", "closest negative"] : ["hardest positive", "hardest negative"];

/** Returns the name of a setting in words: `positive margin`. */
export const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
