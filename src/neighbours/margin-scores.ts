import type { Neighbours } from "./nearest-rows.js";

/** A score of a pair of rows that compares their cosine with those of their neighbours. */
export interface MarginScore {
  readonly name: "ratio" | "distance" | "csls";
  /** The usual number of neighbours. */
  readonly k: number;
  /** Returns the score of a pair from its cosine and the mean cosines of both rows with their k nearest rows of the other side. */
  of(cosine: number, own: number, other: number): number;
}

/**
 * @see M. Artetxe, H. Schwenk, "Margin-based parallel corpus mining with multilingual sentence embeddings",
 * https://arxiv.org/abs/1811.01136: ratio and distance margin, with 4 neighbours
 * @see A. Conneau et al., "Word translation without parallel data", https://arxiv.org/abs/1710.04087: CSLS,
 * with 10 neighbours
 */
export const MARGIN_SCORES: readonly MarginScore[] = [
  { name: "ratio", k: 4, of: (cosine, own, other) => cosine / ((own + other) / 2) },
  { name: "distance", k: 4, of: (cosine, own, other) => cosine - (own + other) / 2 },
  { name: "csls", k: 10, of: (cosine, own, other) => 2 * cosine - own - other },
];

/** Scores by which candidates are ordered: that of the metric, or a margin score. */
export const ORDERS = ["score", "margin-ratio", "csls"] as const;

/** Mean cosines of rows with their nearest rows of the other side. */
export interface Neighbourhoods {
  /** One for each row that is matched. */
  readonly ofRows: Float64Array;
  /** One for each row of the other side, and their range. */
  readonly ofOthers: Float64Array;
  readonly least: number;
  readonly greatest: number;
}

/** Returns the mean of the k nearest scores of each row; NaN for a row without scores. */
function meansOfNearest({ scores, counts, k: stride }: Neighbours, k: number): Float64Array {
  return Float64Array.from(counts, (count, row) => {
    const nearest = scores.subarray(row * stride, row * stride + Math.min(count, k));
    return nearest.reduce((sum, score) => sum + score, 0) / nearest.length;
  });
}

/** Returns the mean cosines of rows and of the other side with their k nearest rows. */
export function neighbourhoodsOf(own: Neighbours, others: Neighbours, k: number): Neighbourhoods {
  const ofOthers = meansOfNearest(others, k);
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const mean of ofOthers) {
    if (mean < least) least = mean;
    if (mean > greatest) greatest = mean;
  }
  return { ofRows: meansOfNearest(own, k), ofOthers, least, greatest };
}

/**
 * Returns an upper bound of the scores of a row with all rows of the other side whose cosine is at most `cosine`; infinity if there is
 * none because the divisor of the ratio may be 0 or less.
 */
export function boundBelow(
  { name, of }: MarginScore,
  cosine: number,
  own: number,
  { least, greatest }: Neighbourhoods,
): number {
  if (name === "ratio" && !(own + least > 0)) return Number.POSITIVE_INFINITY;
  // Rounded arithmetic is monotone.
  return Math.max(of(cosine, own, least), of(cosine, own, greatest));
}
