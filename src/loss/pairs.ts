/** The relation of another row of the batch to an anchor: 1 positive, −1 negative, 0 neither. */
export type Relation = 1 | 0 | -1;

/** Which cells of S are positives and which are negatives, with rows or columns as anchors. */
export interface Pairs {
  /** b, the number of anchors. */
  readonly size: number;
  readonly hasLabels: boolean;
  relation(anchor: number, other: number): Relation;
  /** The number of positives, and of negatives, of each anchor. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** The gold score of each row's pair; null for kinds without scores. */
  readonly scores: Float64Array | null;
}

export interface PairOptions {
  readonly diagonalOnly?: boolean;
  readonly excludeSelf?: boolean;
  readonly scores?: Float64Array | null;
}

/**
 * Returns the pairs of a batch. Without labels `S[i, i]` is the positive of anchor i and every other cell is a negative.
 *
 * @param labels one class for each row. Cells of the anchor's class are not negatives: all of them are positives, or, with
 * `diagonalOnly`, only the diagonal is.
 * @param excludeSelf the diagonal is not a pair, because S compares a set with itself.
 */
export function pairsOf(
  size: number,
  labels: readonly string[] | null,
  { diagonalOnly = false, excludeSelf = false, scores = null }: PairOptions = {},
): Pairs {
  const classes = classesOf(size, labels);
  const diagonal: Relation = excludeSelf ? 0 : 1;
  const sameClass: Relation = diagonalOnly ? 0 : 1;
  const members = new Float64Array(size);
  for (const label of classes) members[label]++;
  const inClass = Float64Array.from(classes, (label) => members[label]);
  return {
    size,
    hasLabels: labels !== null,
    relation(anchor, other) {
      if (anchor === other) return diagonal;
      return classes[anchor] === classes[other] ? sameClass : -1;
    },
    positives: inClass.map((count) => diagonal + (count - 1) * sameClass),
    negatives: inClass.map((count) => size - count),
    scores,
  };
}

/** Returns the class of each row as a number. Without labels each row is a class of its own. */
function classesOf(size: number, labels: readonly string[] | null): Int32Array {
  if (!labels) return Int32Array.from({ length: size }, (_, i) => i);
  const numbers = new Map<string, number>();
  return Int32Array.from(labels, (label) => {
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
}
