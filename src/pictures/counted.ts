import { Bins } from "../core/bins.js";
import type { Bars, Histogram } from "./figure.js";

/** Maximum and minimum number of bins of a histogram. */
const MOST_BINS = 60;
const FEWEST_BINS = 10;

/** Values with a name. */
export interface Series {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Returns a histogram of the finite values of each series, over their common range; null where `axisRange` is. */
export function histogramOf(x: string, series: readonly Series[]): Histogram | null {
  let [min, max, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { values } of series) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    most = Math.max(most, values.length);
  }
  const range = axisRange(min, max);
  if (!range) return null;
  const [from, to] = range;
  const counted = series.map(({ name, values }) => {
    const counts = new Bins(from, to, binsFor(most));
    for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) counts.add(values[i], 1);
    return { name, counts: counts.counts };
  });
  return { kind: "histogram", x, from, to, series: counted };
}

/** Values that differ by a smaller share are drawn as one value: the numbers at the axis could not tell them apart. */
const SAME = 1e-5;

/**
 * Returns the ends of an axis for values from `min` to `max`: a range around them if they are nearly the same, and null if there
 * are none, or if their range is larger than any double.
 */
export function axisRange(min: number, max: number): [from: number, to: number] | null {
  const size = Math.max(Math.abs(min), Math.abs(max));
  const half = max - min > SAME * size ? 0 : size / 2 || 0.5;
  const [from, to] = [min - half, max + half];
  return Number.isFinite(to - from) ? [from, to] : null;
}

/** Returns the number of bins for a number of values: its square root, from 10 to 60. */
export const binsFor = (values: number): number =>
  Math.max(FEWEST_BINS, Math.min(MOST_BINS, Math.ceil(Math.sqrt(values))));

/** Returns bars for the numbers of values from `first` on: one by one up to 3, then up to 5, 10, 20, 50, 100 and so on. */
export function countBars(
  values: Iterable<number>,
  first: number,
  { x, y, name }: { readonly x: string; readonly y: string; readonly name: string },
): Bars {
  const counts = new Map<number, number>();
  let largest = first;
  for (const value of values) {
    const end = endOfGroup(value);
    counts.set(end, (counts.get(end) ?? 0) + 1);
    largest = Math.max(largest, end);
  }
  const names: string[] = [];
  const heights: number[] = [];
  for (let from = first; from <= largest; ) {
    const to = endOfGroup(from);
    names.push(from === to ? String(from) : `${from}–${to}`);
    heights.push(counts.get(to) ?? 0);
    from = to + 1;
  }
  return { kind: "bars", x, y, names, series: [{ name, values: heights }] };
}

/** Returns the last number that is counted together with a number. */
function endOfGroup(number: number): number {
  if (number <= 3) return number;
  const power = 10 ** Math.floor(Math.log10(number - 0.5));
  return [2, 5, 10].map((factor) => factor * power).find((end) => end >= number) ?? number;
}
