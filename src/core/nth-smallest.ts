/**
 * Returns the numbers at some places in ascending order. The array is reordered.
 *
 * @param places in ascending order, 0 ≤ place < length. @param values none of them NaN.
 * @see C. A. R. Hoare, "Algorithm 65: find", https://doi.org/10.1145/366622.366647
 */
export function nthSmallest(values: Float64Array, places: readonly number[]): number[] {
  let from = 0;
  return places.map((place) => {
    let [low, high] = [from, values.length - 1];
    while (low < high) {
      const pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
      let [i, j] = [low, high];
      while (i <= j) {
        while (values[i] < pivot) i++;
        while (values[j] > pivot) j--;
        if (i > j) break;
        const moved = values[i];
        values[i++] = values[j];
        values[j--] = moved;
      }
      if (place <= j) high = j;
      else if (place >= i) low = i;
      else break;
    }
    from = place;
    return values[place];
  });
}

const medianOfThree = (a: number, b: number, c: number) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
