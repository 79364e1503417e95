/** What another row of the batch is to an anchor: 1 a positive, −1 a negative, 0 neither. */
export type Relation = 1 | 0 | -1;

/** Which cells of S are positives and which are negatives; the same for rows and for columns as anchors. */
export interface Pairs {
  readonly size: number;
  relation(anchor: number, other: number): Relation;
  /** How many positives, and how many negatives, each anchor has. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * The pairs of a batch: `S[i, i]` is the positive of anchor i and every other cell a negative, unless there are labels.
 *
 * @param labels one class a row. Cells of one class are no negatives: they are all positives, or, where `ofDiagonal`,
 * the diagonal alone is.
 * @param excludeSelf the diagonal is no pair, because S compares a set with itself.
 */
export function pairsOf(
  size: number,
  labels: readonly string[] | null,
  { ofDiagonal = false, excludeSelf = false }: { ofDiagonal?: boolean; excludeSelf?: boolean } = {},
): Pairs {
  const classes = classesOf(size, labels);
  const diagonal: Relation = excludeSelf ? 0 : 1;
  const mates: Relation = ofDiagonal ? 0 : 1;
  const members = new Float64Array(size);
  for (const label of classes) members[label]++;
  const inClass = Float64Array.from(classes, (label) => members[label]);
  return {
    size,
    relation(anchor, other) {
      if (anchor === other) return diagonal;
      return classes[anchor] === classes[other] ? mates : -1;
    },
    positives: inClass.map((count) => diagonal + (count - 1) * mates),
    negatives: inClass.map((count) => size - count),
  };
}

/** The class of each row as a number; without labels each row is a class of its own. */
function classesOf(size: number, labels: readonly string[] | null): Int32Array {
  if (!labels) return Int32Array.from({ length: size }, (_, i) => i);
  const numbers = new Map<string, number>();
  return Int32Array.from(labels, (label) => {
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
}
