/** Returns pairs of row and column in the order of rows, then of columns. */
export function inOrder(blocks: readonly Uint32Array[], columns: number): Uint32Array {
  const count = blocks.reduce((sum, { length }) => sum + length / 2, 0);
  const places = new Float64Array(count);
  let k = 0;
  for (const pairs of blocks)
    for (let at = 0; at < pairs.length; at += 2) places[k++] = pairs[at] * columns + pairs[at + 1];
  places.sort();
  const ordered = new Uint32Array(2 * count);
  for (const [at, place] of places.entries()) {
    ordered[2 * at] = Math.floor(place / columns);
    ordered[2 * at + 1] = place % columns;
  }
  return ordered;
}
