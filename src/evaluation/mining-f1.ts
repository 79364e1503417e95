import type { Match } from "./bitext-scores.js";

/** The best F1 measure of mined pairs, and the score that pairs reach; null if no pair is a translation. */
export interface MiningF1 {
  readonly f1: number;
  readonly threshold: number | null;
}

/**
 * Returns the F1 measure of mining as in BUCC: the matches of both sides are the candidates; from the best score on, a pair is
 * mined unless one of its rows has been; of all thresholds of the score, that with the best F1 counts. All n pairs (i, i) are
 * translations. Pairs with the same score are ordered by their rows, and are on the same side of every threshold.
 *
 * @param first the match of each row of the first side. @param second of each row of the second side.
 * @see https://github.com/facebookresearch/LASER/blob/main/source/mine_bitexts.py: retrieval "max"
 * @see https://comparable.limsi.fr/bucc2018/bucc2018-task.html
 */
export function miningF1(first: readonly Match[], second: readonly Match[]): MiningF1 {
  const pairs = [
    ...first.map(({ row, score }, i) => ({ a: i, b: row, score })),
    ...second.map(({ row, score }, i) => ({ a: row, b: i, score })),
  ].filter(({ a, b }) => a >= 0 && b >= 0);
  pairs.sort((one, other) => compare(other.score, one.score) || one.a - other.a || one.b - other.b);
  const used = { a: new Uint8Array(first.length), b: new Uint8Array(second.length) };
  let best: MiningF1 = { f1: 0, threshold: null };
  let [mined, correct] = [0, 0];
  for (const [at, { a, b, score }] of pairs.entries()) {
    if (used.a[a] === 0 && used.b[b] === 0) {
      used.a[a] = 1;
      used.b[b] = 1;
      mined++;
      if (a === b) correct++;
    }
    if (pairs[at + 1]?.score === score) continue;
    const f1 = (2 * correct) / (mined + first.length);
    if (f1 > best.f1) best = { f1, threshold: score };
  }
  return best;
}

/** Compares numbers, of which the difference of two infinite ones is not a number. */
const compare = (x: number, y: number): number => (x === y ? 0 : x < y ? -1 : 1);
