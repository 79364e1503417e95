/** Whether two engines agree on a matrix, cell by cell. */
export interface Agreement {
  /** Whether `|x − y| ≤ atol + rtol·|y|` holds for every cell, y being the loop's value. */
  readonly agree: boolean;
  /** The largest `|x − y|`; NaN where a cell has no value in one engine at least. */
  readonly maxDifference: number;
  /** The cell (row, column; from 0) of that difference. */
  readonly at: readonly [number, number];
  readonly rtol: number;
  readonly atol: number;
}

/** Least, greatest and mean value of some cells; cells without a value (NaN) are only counted. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly missing: number;
}

/** The range of a matrix, and of its diagonal when it is square. */
export interface Statistics {
  readonly all: Range;
  readonly diagonal: Range | null;
}

/** Which negative is the closest: none above the positive, or the largest of all. */
export const NEGATIVES = ["semi-hard", "hard"] as const;
export type Negatives = (typeof NEGATIVES)[number];
/** How losses of anchors become one: their sum, mean, mean over those above 0, or not at all. */
export const REDUCTIONS = ["sum", "mean", "nonzero", "none"] as const;
export type Reduction = (typeof REDUCTIONS)[number];
/** What the anchors are: rows of S, columns of S, or both, averaged. */
export const ANCHORS = ["rows", "columns", "both"] as const;
export type Anchors = (typeof ANCHORS)[number];
/** What the closest negative is when none is eligible. */
export const FALLBACKS = ["floor", "subtract", "easiest", "skip"] as const;
export type Fallback = (typeof FALLBACKS)[number];

/** Losses of b anchors at one margin; every array has b entries, NaN where there is no such number. */
export interface HardNegativeLoss {
  readonly margin: number;
  readonly negatives: Negatives;
  readonly reduction: Reduction;
  readonly anchors: Anchors;
  readonly fallback: Fallback;
  readonly batchSize: number;
  /** The reduced losses; null under `none`. */
  readonly l1: number | null;
  readonly l2: number | null;
  readonly loss: number | null;
  /** Negatives within the tie tolerance of their positive. */
  readonly ties: number;
  /** Anchors without an eligible negative. */
  readonly withoutNegative: number;
  readonly perAnchor: {
    readonly positive: Float64Array;
    readonly meanNegative: Float64Array;
    readonly closestNegative: Float64Array;
    /** Column of the closest negative, or −1 where none of S is. */
    readonly closestNegativeIndex: Int32Array;
    readonly l1: Float64Array;
    readonly l2: Float64Array;
    readonly loss: Float64Array;
  };
}

/** The kinds of loss beside that of hard negatives. */
export const KIND_NAMES = ["triplet", "soft-margin", "infonce", "contrastive", "multi-similarity"] as const;
export type KindName = (typeof KIND_NAMES)[number];
/** Which triplets: of the hardest pairs, all, or of each positive and the closest negative below it. */
export const MININGS = ["batch-hard", "batch-all", "semi-hard"] as const;
export type Mining = (typeof MININGS)[number];

/** Losses of b anchors; every array has b entries. NaN, null or −1 where there is no such number. */
export interface SimilarityLoss {
  readonly kind: KindName;
  /** The options of the kind: `margin`, `temperature`, … */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly reduction: Reduction;
  readonly anchors: Anchors;
  /** Whether the diagonal is no pair. */
  readonly excludeSelf: boolean;
  readonly batchSize: number;
  /** The shares of positives and of negatives in the loss, for kinds that add them up. */
  readonly positiveLoss: number | null;
  readonly negativeLoss: number | null;
  /** The reduced loss; null under `none`. */
  readonly loss: number | null;
  /** The triplets, pairs or anchors that have a loss, and how many of them are above 0. */
  readonly terms: number;
  readonly active: number;
  readonly withoutPositive: number;
  readonly withoutNegative: number;
  readonly perAnchor: {
    /** The hardest positive, the least similar, and the hardest negative, the most similar. */
    readonly positive: Float64Array;
    readonly positiveIndex: Int32Array;
    readonly negative: Float64Array;
    readonly negativeIndex: Int32Array;
    /** For kinds with more than a term an anchor. */
    readonly terms: Float64Array | null;
    readonly active: Float64Array | null;
    readonly positiveLoss: Float64Array | null;
    readonly negativeLoss: Float64Array | null;
    /** The sum of the anchor's terms; NaN where it has none. */
    readonly loss: Float64Array;
  };
}

/** How some scores are spread. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, of the scores as a population. */
  readonly sd: number;
  readonly min: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
  readonly max: number;
  /** How far the quartiles may be off: 0 unless there were too many scores to keep. */
  readonly quartileError: number;
}

/** What is told of one query. */
export interface QuerySummary {
  readonly query: number;
  /** How many rows answer it. */
  readonly relevant: number;
  /** The rank of the first of them; null where none has a score. */
  readonly firstRank: number | null;
  readonly reciprocalRank: number;
  /** The mean, over its answers, of the share of answers from the first rank to theirs. */
  readonly averagePrecision: number;
}
