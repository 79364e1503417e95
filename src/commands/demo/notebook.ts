/** The input of the notebook from which simcli originated, as printed there. */

/** The pair of its first cell, and the alternatives that it suggests for the second vector. */
export const PAIR: readonly number[] = [1, 2, 3];
export const SECOND_VECTORS: readonly { readonly name: string; readonly vector: readonly number[] }[] = [
  { name: "near", vector: [1, 2, 3.5] },
  { name: "identical", vector: [1, 2, 3] },
  { name: "opposite", vector: [-1, -2, -3] },
  { name: "random", vector: [0, -42, 1] },
];

/** A batch of four vectors. */
export const V1: readonly (readonly number[])[] = [
  [1, 2, 3],
  [9, 8, 7],
  [-1, -4, -2],
  [1, -7, 2],
];

/** V1 with N(0, 2) noise as drawn in the notebook: approximate duplicates. */
export const V2: readonly (readonly number[])[] = [
  [-2.92852677, 1.60778267, 3.41559857],
  [6.15808817, 7.36827865, 5.78058324],
  [-3.76842578, -2.95374122, -1.0572413],
  [-0.81672465, -6.6080942, 3.82946569],
];
