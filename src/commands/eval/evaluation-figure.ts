import { joinedBins } from "../../core/bins.js";
import type { QuerySummary, ScoreBins } from "../../core/results.js";
import { numberFormat } from "../../output/number.js";
import { type Bars, type Curves, type Figure, type Panel, scoreHistogram } from "../../pictures/figure.js";
import type { EvaluationReport } from "./evaluation-records.js";

/** Bins of the histogram; the curve of precision and recall uses all. */
const BINS_DRAWN = 60;

/** Returns the charts of an evaluation: scores, precision and recall, ranks, and the metrics at each k. */
export function evaluationFigure(
  report: EvaluationReport,
  summaries: readonly QuerySummary[],
  precision: number | null,
): Figure {
  const { metric, queries, corpus, relevant, skipped, metrics, auc, alignment, bins, warnings } = report;
  const number = numberFormat(precision ?? 4, "-");
  const text = (value: number | null | undefined) => number(value ?? Number.NaN);
  const withoutCutoff = Object.entries(metrics).filter(([name]) => !name.includes("@"));
  return {
    title: `Retrieval by ${metric}`,
    facts: [
      `${queries} queries, corpus of ${corpus} rows, ${relevant} relevant pairs${skipped > 0 ? `; ${skipped} queries without a relevant row are left out` : ""}`,
      [...withoutCutoff, ["auc", auc] as const, ["alignment", alignment] as const]
        .map(([name, value]) => `${name} ${text(value)}`)
        .join(" · "),
    ],
    notes: warnings,
    panels: [...(bins ? scorePanels(bins) : []), rankPanel(summaries), cutoffPanel(report)],
  };
}

function scorePanels(bins: ScoreBins): Panel[] {
  const together = Math.ceil(bins.positive.length / BINS_DRAWN);
  const drawn = {
    ...bins,
    positive: joinedBins(bins.positive, together),
    negative: joinedBins(bins.negative, together),
  };
  return [
    { title: "Scores of relevant rows (positive) and of all others (negative)", ...scoreHistogram(drawn) },
    precisionRecall(bins),
  ];
}

/** Returns precision against recall, with a threshold at the edge of each bin. */
function precisionRecall({ positive, negative, isDistance }: ScoreBins): Panel {
  const total = positive.reduce((sum, count) => sum + count, 0);
  const points: [number, number][] = [];
  let [found, wrong] = [0, 0];
  const order = positive.map((_, k) => (isDistance ? k : positive.length - 1 - k));
  for (const k of order) {
    found += positive[k];
    wrong += negative[k];
    if (positive[k] > 0) points.push([found / total, found / (found + wrong)]);
  }
  const unit = { from: 0, to: 1 };
  return {
    title: "Precision and recall of one threshold for all queries",
    kind: "curves",
    x: { label: "recall", ...unit },
    y: { label: "precision", ...unit },
    series: [{ name: "precision", points }],
  } satisfies Panel & Curves;
}

/** Returns how often the first relevant row has each rank. */
function rankPanel(summaries: readonly QuerySummary[]): Panel {
  const ranks = summaries.map(({ firstRank }) => firstRank);
  const largest = ranks.reduce<number>((most, rank) => Math.max(most, rank ?? 0), 1);
  const groups: { from: number; to: number }[] = [];
  for (let from = 1; from <= largest; from = (groups.at(-1)?.to ?? 0) + 1)
    groups.push({ from, to: lastRankWith(from) });
  const count = (from: number, to: number) =>
    ranks.filter((rank) => rank !== null && rank >= from && rank <= to).length;
  const withoutScore = ranks.filter((rank) => rank === null).length;
  return {
    title: "Rank of the first relevant row",
    kind: "bars",
    x: "rank",
    y: "queries",
    names: [
      ...groups.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)),
      ...(withoutScore > 0 ? ["none"] : []),
    ],
    series: [
      {
        name: "queries",
        values: [...groups.map(({ from, to }) => count(from, to)), ...(withoutScore > 0 ? [withoutScore] : [])],
      },
    ],
  } satisfies Panel & Bars;
}

/** Ranks are counted one by one up to 3, then up to 5, 10, 20, 50, 100 and so on. */
function lastRankWith(from: number): number {
  if (from <= 3) return from;
  const power = 10 ** Math.floor(Math.log10(from - 0.5));
  return [2, 5, 10].map((factor) => factor * power).find((end) => end >= from) ?? from;
}

function cutoffPanel({ metrics, cutoffs }: EvaluationReport): Panel {
  const names = [...new Set(Object.keys(metrics).flatMap((name) => /^(.*)@/.exec(name)?.[1] ?? []))];
  return {
    title: "Metrics at k",
    kind: "curves",
    x: { label: "k", isLogarithmic: true },
    y: { label: "mean over queries", from: 0, to: 1 },
    series: names.map((name) => ({
      name,
      points: [...cutoffs]
        .sort((one, other) => one - other)
        .flatMap((k): [number, number][] => {
          const value = metrics[`${name}@${k}`];
          return value === null || value === undefined ? [] : [[k, value]];
        }),
    })),
  } satisfies Panel & Curves;
}
