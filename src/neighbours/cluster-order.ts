import type { TiledMatrix } from "../core/matrix.js";

/**
 * Returns the rows of a set in the order of the leaves of a hierarchical clustering, so that similar rows are beside each other.
 * Clusters are joined by their average distance, 1 − similarity. Takes 8·n²/2 bytes and about n² operations.
 *
 * @param similarity n×n, of the set with itself; symmetric. NaN counts as 0.
 * @see D. Müllner, "Modern hierarchical, agglomerative clustering algorithms", https://arxiv.org/abs/1109.2378 (the
 * nearest-neighbor chain). The order is that of SciPy's `leaves_list(linkage(distances, "average"))`.
 */
export async function clusterOrder(similarity: TiledMatrix): Promise<Int32Array> {
  const n = similarity.rows;
  const distances = new Float64Array((n * (n - 1)) / 2);
  for await (const { firstRow, rows, columns, values } of similarity.tiles()) {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      for (let j = row + 1; j < n; j++) distances[place(n, row, j)] = 1 - (values[i * columns + j] || 0);
    }
  }
  return leaves(n, merges(n, distances));
}

/** Returns the place of the distance of two rows, i < j, in the list of all pairs. */
const place = (n: number, i: number, j: number): number => i * n - (i * (i + 1)) / 2 + (j - i - 1);

/** Two clusters that are joined, each named by one of its rows. */
interface Merge {
  readonly one: number;
  readonly other: number;
  readonly distance: number;
}

/** Joins clusters until one is left. Overwrites the distances. */
function merges(n: number, distances: Float64Array): Merge[] {
  const sizes = new Float64Array(n).fill(1);
  const chain: number[] = [];
  const found: Merge[] = [];
  const at = (i: number, j: number) => (i < j ? place(n, i, j) : place(n, j, i));
  while (found.length < n - 1) {
    if (chain.length === 0) chain.push(sizes.findIndex((size) => size > 0));
    for (;;) {
      const last = chain[chain.length - 1];
      // Of equally near clusters the one before in the chain is preferred, so that the chain ends.
      let nearest = chain.length > 1 ? chain[chain.length - 2] : -1;
      let least = nearest < 0 ? Number.POSITIVE_INFINITY : distances[at(last, nearest)];
      for (let other = 0; other < n; other++) {
        if (sizes[other] === 0 || other === last) continue;
        const distance = distances[at(last, other)];
        if (distance < least) [least, nearest] = [distance, other];
      }
      if (chain.length > 1 && nearest === chain[chain.length - 2]) break;
      chain.push(nearest);
    }
    const [one, other] = [chain.pop() ?? 0, chain.pop() ?? 0].sort((x, y) => x - y);
    found.push({ one, other, distance: distances[at(one, other)] });
    // The joined cluster takes the place of `other`.
    for (let third = 0; third < n; third++) {
      if (sizes[third] === 0 || third === one || third === other) continue;
      const weighted = sizes[one] * distances[at(one, third)] + sizes[other] * distances[at(other, third)];
      distances[at(other, third)] = weighted / (sizes[one] + sizes[other]);
    }
    sizes[other] += sizes[one];
    sizes[one] = 0;
  }
  return found;
}

/** Returns the leaves of the tree of merges from left to right; of two clusters, the one that is older is on the left. */
function leaves(n: number, found: readonly Merge[]): Int32Array {
  const sorted = found.map((merge, i) => ({ ...merge, i }));
  sorted.sort((one, other) => one.distance - other.distance || one.i - other.i);
  const roots = Int32Array.from({ length: 2 * n - 1 }, (_, node) => node);
  const rootOf = (node: number): number => {
    let root = node;
    while (roots[root] !== root) root = roots[root];
    for (let each = node; each !== root; ) [each, roots[each]] = [roots[each], root];
    return root;
  };
  const children = sorted.map(({ one, other }, i) => {
    const pair = [rootOf(one), rootOf(other)].sort((x, y) => x - y);
    for (const node of pair) roots[node] = n + i;
    return pair;
  });
  const order = new Int32Array(n);
  const waiting = [2 * n - 2];
  for (let next = 0; waiting.length > 0; ) {
    const node = waiting.pop() ?? 0;
    if (node < n) order[next++] = node;
    else waiting.push(children[node - n][1], children[node - n][0]);
  }
  return order;
}
