import { SpreadGatherer } from "../../evaluation/spread.js";
import { type Hubs, hubsOf, largestHubs } from "../../neighbours/hubs.js";
import type { Neighbours } from "../../neighbours/nearest-rows.js";
import { numberFormat } from "../../output/number.js";
import { shortened } from "../../pictures/axis-labels.js";
import { countBars, histogramOf } from "../../pictures/counted.js";
import type { Band, Figure, Panel } from "../../pictures/figure.js";
import { counted } from "../../shell/report.js";
import type { MetricName } from "../../similarity/options.js";

/** Up to this k, the chart of scores has a place for each rank. */
const ALL_RANKS = 200;
/** Number of ranks that are chosen if k is larger, with equal distances of their logarithms. */
const CHOSEN_RANKS = 60;

export interface NeighbourFigureOptions {
  readonly metric: MetricName;
  readonly corpusRows: number;
  readonly minScore?: number;
  readonly precision?: number;
}

/** Returns the charts of neighbours: their scores, the scores at each rank, and how often each row is a neighbour. */
export function neighbourFigure(found: Neighbours, options: NeighbourFigureOptions): Figure {
  const { counts, k } = found;
  const { metric, corpusRows, minScore, precision } = options;
  const number = numberFormat(precision ?? 4, "-");
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  const fewer = counts.reduce((queries, count) => queries + (count < k ? 1 : 0), 0);
  const hubs = hubsOf(found, corpusRows);
  return {
    title: k === 1 ? `The nearest row by ${metric}` : `The ${k} nearest rows by ${metric}`,
    facts: [
      `${counted(counts.length, "query")}, corpus of ${counted(corpusRows, "row")}` +
        (minScore === undefined ? "" : `, scores of ${minScore} or better`),
      hubnessText(found, hubs, number),
    ],
    notes: fewer > 0 ? [`${counted(fewer, "query")} with fewer than ${k} neighbours`] : [],
    panels: [
      ...scorePanel(found, most),
      ...(most > 1 ? [rankPanel(found, most)] : []),
      {
        title: "k-occurrence: queries whose neighbours include a row",
        ...countBars(hubs.occurrences, 0, { x: "queries", y: "rows of the corpus", name: "rows" }),
      },
    ],
  };
}

/** Returns the scores of the neighbours of a rank, one per query that has so many. */
function scoresAt({ k, counts, scores }: Neighbours, rank: number): Float64Array {
  const found = new Float64Array(counts.length);
  let size = 0;
  for (const [query, count] of counts.entries()) if (count >= rank) found[size++] = scores[query * k + rank - 1];
  return found.subarray(0, size);
}

function scorePanel(found: Neighbours, most: number): Panel[] {
  const ranks = most > 1 ? [1, most] : [1];
  const series = ranks.map((rank) => ({ name: `rank ${rank}`, values: scoresAt(found, rank) }));
  const histogram = histogramOf("score", series);
  if (!histogram) return [];
  const title = `Scores of the neighbours of rank ${ranks.join(" and of rank ")}`;
  return [{ title, ...histogram }];
}

function rankPanel(found: Neighbours, most: number): Panel {
  const places = chosenRanks(most).flatMap((rank) => {
    const gatherer = new SpreadGatherer();
    for (const score of scoresAt(found, rank)) gatherer.add(score);
    const spread = gatherer.result();
    return spread ? [{ x: rank, ...spread }] : [];
  });
  return {
    title: "Scores by rank: minimum, quartiles, maximum",
    kind: "band",
    x: "rank",
    y: "score",
    ...(most > ALL_RANKS && { isLogarithmic: true }),
    places,
  } satisfies Panel & Band;
}

/** Returns ranks from 1 to `most`, of many those with equal distances of their logarithms. */
function chosenRanks(most: number): number[] {
  if (most <= ALL_RANKS) return Array.from({ length: most }, (_, i) => i + 1);
  const chosen = Array.from({ length: CHOSEN_RANKS }, (_, i) => Math.round(most ** (i / (CHOSEN_RANKS - 1))));
  return [...new Set(chosen)];
}

/** Returns the row that is a neighbour most often, and the skewness of the k-occurrence. */
function hubnessText(found: Neighbours, hubs: Hubs, number: (value: number) => string): string {
  const [[row, count]] = largestHubs(hubs, 1);
  if (count === 0) return "no row is a neighbour";
  const most = `most frequent neighbour: row ${shortened(nameOf(found, row), 40)}, of ${counted(count, "query")}`;
  return Number.isNaN(hubs.skewness) ? most : `${most} · skewness of the k-occurrence ${number(hubs.skewness)}`;
}

function nameOf({ k, counts, rows, ids }: Neighbours, row: number): string {
  for (const [query, count] of counts.entries()) {
    for (let at = query * k; at < query * k + count; at++) if (rows[at] === row) return ids[at] ?? String(row);
  }
  return String(row);
}
