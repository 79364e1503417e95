import type { VectorSet } from "../../core/vectors.js";
import { type PrincipalComponents, projected } from "../../evaluation/principal-components.js";
import type { Density, Panel, Scatter } from "../../pictures/figure.js";
import { labelSeries } from "../../pictures/label-series.js";

/** Up to this number of points, each has a symbol. */
const MOST_POINTS = 3000;
/** Rectangles of the map of more rows. */
const CELLS = { across: 90, down: 66 };

/**
 * Returns a map of sets on the first two principal components of one of them: a point for each row, or for many rows rectangles that
 * count them. Rows have the colour of their label if all have labels, otherwise that of their set.
 */
export function mapPanel(sets: readonly VectorSet[], found: PrincipalComponents): Panel {
  const series = seriesOf(sets);
  const points = sets.flatMap((set, s) => {
    const places = projected(set, found, 2);
    return Array.from({ length: set.rows }, (_, i) => ({
      x: places[2 * i],
      y: places[2 * i + 1],
      name: nameOf(set, i),
      series: series.of(s, i),
    }));
  });
  const [first, second = 0] = Array.from(found.variances, (variance) => variance / found.total);
  const axes = { x: `component 1 (${percent(first)})`, y: `component 2 (${percent(second)})` };
  const title = "Rows on the first two principal components";
  return { title, ...pointChart(points, axes, series.names) };
}

/** Returns a chart with a symbol for each point, or for many points with rectangles that count them. */
export const pointChart = (
  points: Scatter["points"],
  axes: { readonly x: string; readonly y: string },
  series: readonly string[] = [],
): Scatter | Density =>
  points.length <= MOST_POINTS
    ? { kind: "scatter", ...axes, points, series }
    : { kind: "density", ...axes, cells: cellsOf(points), series };

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function nameOf({ ids, labels }: VectorSet, i: number): string {
  const id = ids?.[i] ?? String(i);
  return labels ? `${id}: ${labels[i]}` : id;
}

/** Returns the names of the series, and the series of a row: its label if there are labels, otherwise its file. */
function seriesOf(sets: readonly VectorSet[]): { names: readonly string[]; of: (set: number, row: number) => number } {
  if (sets.some(({ labels }) => labels === null)) {
    return { names: sets.length > 1 ? sets.map(({ name }) => name) : [], of: (set) => set };
  }
  const { names, of } = labelSeries(sets.flatMap(({ labels }) => labels ?? []));
  return { names, of: (set, row) => of(sets[set].labels?.[row] ?? "") };
}

/** Counts points in rectangles. */
function cellsOf(points: Scatter["points"]): Density["cells"] {
  const { across, down } = CELLS;
  const [left, right] = rangeOf(points, "x");
  const [bottom, top] = rangeOf(points, "y");
  const place = (value: number, from: number, to: number, count: number) =>
    to > from ? Math.min(count - 1, Math.floor(((value - from) / (to - from)) * count)) : 0;
  const counts = new Map<number, number[]>();
  for (const { x, y, series } of points) {
    const cell = place(y, bottom, top, down) * across + place(x, left, right, across);
    const own = counts.get(cell) ?? [];
    own[series] = (own[series] ?? 0) + 1;
    counts.set(cell, own);
  }
  const [width, height] = [(right - left) / across || 1, (top - bottom) / down || 1];
  return [...counts].map(([cell, own]) => {
    const [x1, y1] = [left + (cell % across) * width, bottom + Math.floor(cell / across) * height];
    const count = own.reduce((sum, each) => sum + (each ?? 0), 0);
    const most = own.reduce((best, each, series) => ((each ?? 0) > (own[best] ?? 0) ? series : best), 0);
    return { x1, x2: x1 + width, y1, y2: y1 + height, count, series: most };
  });
}

function rangeOf(points: Scatter["points"], axis: "x" | "y"): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) [from, to] = [Math.min(from, point[axis]), Math.max(to, point[axis])];
  return [from, to];
}
