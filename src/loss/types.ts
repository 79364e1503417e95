/** Which negative is the closest: `semi-hard` excludes negatives above the positive, `hard` includes them. */
export const NEGATIVES = ["semi-hard", "hard"] as const;
export type Negatives = (typeof NEGATIVES)[number];

/** How the losses of all anchors become one number: `nonzero` is the mean over losses above 0; `none` does not reduce. */
export const REDUCTIONS = ["sum", "mean", "nonzero", "none"] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Which rows of S are anchors: its rows, its columns, or both, averaged. */
export const ANCHORS = ["rows", "columns", "both"] as const;
export type Anchors = (typeof ANCHORS)[number];
export type Direction = Exclude<Anchors, "both">;

/** The closest negative of an anchor that has no eligible negative. */
export const FALLBACKS = ["floor", "subtract", "easiest", "skip"] as const;
export type Fallback = (typeof FALLBACKS)[number];

export const KIND_NAMES = [
  "hard-negative",
  "triplet",
  "soft-margin",
  "infonce",
  "siglip",
  "supcon",
  "contrastive",
  "multi-similarity",
  "cosent",
] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Which triplets count: the hardest pair of each anchor, all triplets, or semi-hard ones. */
export const MININGS = ["batch-hard", "batch-all", "semi-hard"] as const;
export type Mining = (typeof MININGS)[number];

/** The options of a kind with their values: `margin`, `temperature`, … */
export type Settings = Readonly<Record<string, string | number>>;

/**
 * One array of b numbers for each column of the per-anchor result, in the order of output. An `Int32Array` holds indices
 * of rows, −1 where there is none; a `Float64Array` holds numbers, NaN where there is none.
 */
export interface PerAnchor {
  /** The loss of each anchor. */
  readonly loss: Float64Array;
  readonly [column: string]: Float64Array | Int32Array;
}

/** The losses of a batch of b anchors with one margin. */
export interface SimilarityLoss {
  readonly kind: KindName;
  readonly settings: Settings;
  readonly reduction: Reduction;
  readonly anchors: Anchors;
  /** Whether the diagonal of S is not a pair. */
  readonly excludeSelf: boolean;
  readonly batchSize: number;
  /** The reduced parts of the loss, such as `l1` and `l2` of hard negatives; null for reduction `none`. */
  readonly components: { readonly [name: string]: number | null };
  /** The reduced loss: the sum of its components; null for reduction `none`. */
  readonly loss: number | null;
  /** What was counted, such as `ties`, `terms`, `withoutNegative`. */
  readonly counts: { readonly [name: string]: number };
  readonly perAnchor: PerAnchor;
}

/** Whether a column of {@link PerAnchor} counts something. */
export const isCountColumn = (column: string): boolean => column === "terms" || column === "active";
