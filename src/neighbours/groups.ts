/**
 * Maintains the connected groups of n rows while pairs are added: a disjoint-set forest with path halving and union by size.
 *
 * @see R. E. Tarjan, J. van Leeuwen, "Worst-case analysis of set union algorithms", https://doi.org/10.1145/62.2160
 */
export class Groups {
  private readonly parent: Int32Array;
  private readonly sizes: Int32Array;

  constructor(rows: number) {
    this.parent = Int32Array.from({ length: rows }, (_, i) => i);
    this.sizes = new Int32Array(rows).fill(1);
  }

  /** Returns whether the rows were in different groups. */
  connect(one: number, other: number): boolean {
    let [larger, smaller] = [this.rootOf(one), this.rootOf(other)];
    if (larger === smaller) return false;
    if (this.sizes[larger] < this.sizes[smaller]) [larger, smaller] = [smaller, larger];
    this.parent[smaller] = larger;
    this.sizes[larger] += this.sizes[smaller];
    return true;
  }

  private rootOf(row: number): number {
    const { parent } = this;
    let at = row;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Returns the groups of at least two rows, in the order of their first rows; the rows of a group are in ascending order. */
  list(): number[][] {
    const members = new Map<number, number[]>();
    for (let row = 0; row < this.parent.length; row++) {
      const root = this.rootOf(row);
      if (this.sizes[root] < 2) continue;
      const group = members.get(root);
      if (group) group.push(row);
      else members.set(root, [row]);
    }
    return [...members.values()];
  }
}
