import type { VectorSet } from "../../core/vectors.js";
import type { SpreadGatherer } from "../../evaluation/spread.js";
import { Groups } from "../../neighbours/groups.js";
import { numberFormat } from "../../output/number.js";
import { axisRange, binsFor, countBars } from "../../pictures/counted.js";
import type { Figure, Histogram, Panel, Scatter } from "../../pictures/figure.js";
import { graphLayout } from "../../pictures/graph-layout.js";
import { labelSeries } from "../../pictures/label-series.js";
import { counted } from "../../shell/report.js";
import type { MetricName } from "../../similarity/options.js";

/** Maximum numbers of rows and of links in the graph, and of rows whose names are written beside them. */
const MAX_ROWS = 200;
const MAX_LINKS = 2000;
const MAX_NAMED = 40;

/** A pair of places in a list of rows, with its score. */
export type Link = readonly [one: number, other: number, score: number];

/** Pairs and the groups that they connect. */
export interface FoundPairs {
  readonly set: VectorSet;
  readonly metric: MetricName;
  readonly minScore: number;
  readonly maxPairs: number;
  readonly precision: number | undefined;
  /** The scores of all pairs. */
  readonly spread: SpreadGatherer;
  readonly groups: readonly (readonly number[])[];
  /** As few pairs of rows as connect all groups. */
  readonly joints: readonly (readonly [number, number])[];
  /** Returns the pairs among some rows, the best first. */
  linksAmong(rows: readonly number[]): Link[];
}

/** Returns the charts of pairs: their scores, the largest groups as a graph, and the sizes of groups. */
export function pairFigure(found: FoundPairs): Figure {
  const { set, metric, precision, spread, groups } = found;
  const grouped = groups.reduce((sum, group) => sum + group.length, 0);
  const graph = groups.length > 0 ? graphOf(found) : null;
  return {
    title: `Near-duplicate pairs by ${metric}`,
    facts: [
      `${counted(set.rows, "row")}, ${countText(spread, found)}, ` +
        `${counted(grouped, "row")} in ${counted(groups.length, "group")}`,
      ...scoreFacts(spread, precision),
    ],
    notes: graph?.notes ?? [],
    panels: [
      ...scorePanel(spread),
      ...(graph ? [graph.panel] : []),
      ...(groups.length > 0
        ? [
            {
              title: "Sizes of groups",
              ...countBars(
                groups.map(({ length }) => length),
                2,
                { x: "rows", y: "groups", name: "groups" },
              ),
            },
          ]
        : []),
    ],
  };
}

/** Pairs of a row of one set and a row of another. */
export interface FoundAcross extends Pick<FoundPairs, "metric" | "minScore" | "maxPairs" | "precision" | "spread"> {
  /** The number of rows of each set. */
  readonly rows: readonly [a: number, b: number];
}

/** Returns the chart of pairs of two sets: their scores. */
export function acrossFigure({ rows: [a, b], metric, precision, spread, ...limits }: FoundAcross): Figure {
  return {
    title: `Near-duplicate pairs of two files by ${metric}`,
    facts: [
      `${counted(a, "row")} of a, ${counted(b, "row")} of b, ${countText(spread, limits)}`,
      ...scoreFacts(spread, precision),
    ],
    notes: [],
    panels: scorePanel(spread),
  };
}

function countText(spread: SpreadGatherer, { minScore, maxPairs }: Pick<FoundPairs, "minScore" | "maxPairs">): string {
  const count = spread.result()?.count ?? 0;
  const best = count === maxPairs ? "the best " : "";
  return `${best}${counted(count, "pair")} with a score of ${minScore} or better`;
}

function scoreFacts(spread: SpreadGatherer, precision: number | undefined): string[] {
  const scores = spread.result();
  if (!scores) return [];
  const number = numberFormat(precision ?? 4, "-");
  return [`scores ${number(scores.min)} … ${number(scores.max)}, median ${number(scores.median)}`];
}

function scorePanel(spread: SpreadGatherer): Panel[] {
  const scores = spread.result();
  const range = scores && axisRange(scores.min, scores.max);
  if (!range) return [];
  const [from, to] = range;
  const counts = spread.counts(from, to, binsFor(scores.count));
  const histogram = { kind: "histogram", x: "score", from, to, series: [{ name: "pairs", counts }] } as const;
  return [{ title: "Scores of pairs", ...(histogram satisfies Histogram) }];
}

/** Returns a graph of the largest groups, with notes about what it leaves out. */
function graphOf(found: FoundPairs): { panel: Panel; notes: string[] } {
  const { set, groups } = found;
  const { rows, shown } = chosenRows(found);
  const all = found.linksAmong(rows);
  const links = chosenLinks(rows.length, all);
  const { series, seriesOf } = seriesOfLabels(set.labels, rows);
  const places = graphLayout(rows.length, links);
  const grouped = groups.reduce((sum, group) => sum + group.length, 0);
  const areAllShown = rows.length === grouped;
  const panel = {
    title: areAllShown ? "Groups: rows that pairs connect" : graphTitle(groups, shown, rows.length),
    kind: "scatter",
    x: null,
    y: null,
    points: rows.map((row, i) => ({ ...places[i], name: set.ids?.[row] ?? String(row), series: seriesOf(row) })),
    series,
    links,
    isNamed: rows.length <= MAX_NAMED,
  } satisfies Panel & Scatter;
  const left = [
    ...(shown < groups.length ? [counted(groups.length - shown, "group")] : []),
    ...(areAllShown ? [] : [counted(grouped - rows.length, "row")]),
  ];
  const notes = [
    ...(left.length > 0 ? [`the graph leaves out ${left.join(" and ")}`] : []),
    ...(links.length < all.length ? [`the graph leaves out ${all.length - links.length} of ${all.length} links`] : []),
  ];
  return { panel, notes };
}

function graphTitle(groups: FoundPairs["groups"], shown: number, rows: number): string {
  if (shown > 1) return `The ${shown} largest of ${groups.length} groups`;
  const size = groups.reduce((most, group) => Math.max(most, group.length), 0);
  return rows < size ? `The largest group: ${rows} of ${size} rows` : `The largest of ${groups.length} groups`;
}

/** Returns the rows of the largest groups; of a first group that is too large, rows that are connected with its first row. */
function chosenRows({ groups, joints }: FoundPairs): { rows: readonly number[]; shown: number } {
  const bySize = [...groups].sort((one, other) => other.length - one.length);
  const [largest] = bySize;
  if (largest.length > MAX_ROWS) return { rows: connectedRows(largest[0], joints), shown: 1 };
  const rows: number[] = [];
  let shown = 0;
  for (const group of bySize) {
    if (rows.length + group.length > MAX_ROWS) break;
    for (const row of group) rows.push(row);
    shown++;
  }
  return { rows, shown };
}

/** Returns rows that joints connect with the first row, those with fewer joints between them first. */
function connectedRows(first: number, joints: FoundPairs["joints"]): number[] {
  const beside = new Map<number, number[]>();
  for (const [one, other] of joints) {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ]) {
      const known = beside.get(from);
      if (known) known.push(to);
      else beside.set(from, [to]);
    }
  }
  const rows = new Set([first]);
  for (const row of rows) {
    for (const next of beside.get(row) ?? []) if (rows.size < MAX_ROWS) rows.add(next);
  }
  return [...rows];
}

/** Returns the best links; those that keep groups connected come first. */
function chosenLinks(points: number, links: readonly Link[]): (readonly [number, number])[] {
  const groups = new Groups(points);
  const joints: Link[] = [];
  const others: Link[] = [];
  for (const link of links) (groups.connect(link[0], link[1]) ? joints : others).push(link);
  return [...joints, ...others].slice(0, MAX_LINKS).map(([one, other]) => [one, other] as const);
}

/** Returns the series of rows: those of their labels, if they have any. */
function seriesOfLabels(
  labels: readonly string[] | null,
  rows: readonly number[],
): { series: readonly string[]; seriesOf: (row: number) => number } {
  if (!labels) return { series: [], seriesOf: () => 0 };
  const { names, of } = labelSeries(rows.map((row) => labels[row]));
  return { series: names, seriesOf: (row) => of(labels[row]) };
}
