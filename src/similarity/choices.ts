/** Who computes: two nested loops over the formula, or a product of normalised rows. */
export const MODES = ["loop", "matrix"] as const;
export type Mode = (typeof MODES)[number];

/** What the cosine with a zero vector is, or the correlation with a constant one: an error, NaN, or 0. */
export const ZERO_VECTORS = ["error", "nan", "zero"] as const;
export type ZeroVectors = (typeof ZERO_VECTORS)[number];
