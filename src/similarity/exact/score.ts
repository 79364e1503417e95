/** Returns the score of row i of the first set and row j of the second. */
export type Score = (i: number, j: number) => number;
