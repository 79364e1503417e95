/** Formats whole numbers in ascending order as a list of ranges: `0,3-5`. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let first = 0; first < numbers.length; ) {
    let last = first;
    while (numbers[last + 1] === numbers[last] + 1) last++;
    parts.push(first === last ? `${numbers[first]}` : `${numbers[first]}-${numbers[last]}`);
    first = last + 1;
  }
  return parts.join(",");
}
