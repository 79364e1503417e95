import { OTHERS } from "./figure.js";

/** A series for each of the most frequent labels, and one for all others. */
export interface LabelSeries {
  /** The names of the series. */
  readonly names: readonly string[];
  /** Returns the series of a label. */
  of(label: string): number;
}

/** Returns the series of labels: of equally frequent labels, the first in the order of text comes first. */
export function labelSeries(labels: Iterable<string>): LabelSeries {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].sort(([x, m], [y, n]) => n - m || (x < y ? -1 : 1)).map(([label]) => label);
  const named = sorted.slice(0, OTHERS);
  const places = new Map(named.map((label, i) => [label, i]));
  const rest = sorted.length - named.length;
  return {
    names: rest > 0 ? [...named, `${rest} other label${rest === 1 ? "" : "s"}`] : named,
    of: (label) => places.get(label) ?? OTHERS,
  };
}
