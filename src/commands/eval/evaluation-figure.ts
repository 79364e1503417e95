import { joinedBins } from "../../core/bins.js";
import type { QuerySummary, ScoreBins } from "../../core/results.js";
import { numberFormat } from "../../output/number.js";
import { countBars } from "../../pictures/counted.js";
import { type Curves, type Figure, type Panel, scoreHistogram } from "../../pictures/figure.js";
import { counted } from "../../shell/report.js";
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
      `${counted(queries, "query")}, corpus of ${counted(corpus, "row")}, ${counted(relevant, "relevant pair")}${skipped > 0 ? `; left out ${counted(skipped, "query")} without a relevant row` : ""}`,
      [...withoutCutoff, ["auc", auc] as const, ["alignment", alignment] as const]
        .map(([name, value]) => `${name} ${text(value)}`)
        .join(" · "),
    ],
    notes: warnings,
    panels: [...(bins ? [scorePanel(bins), precisionRecall(bins)] : []), rankPanel(summaries), cutoffPanel(report)],
  };
}

/** Returns the distributions of the scores of relevant and of other rows. */
export function scorePanel(bins: ScoreBins): Panel {
  const together = Math.ceil(bins.positive.length / BINS_DRAWN);
  const drawn = {
    ...bins,
    positive: joinedBins(bins.positive, together),
    negative: joinedBins(bins.negative, together),
  };
  return { title: "Scores of relevant rows (positive) and of all others (negative)", ...scoreHistogram(drawn) };
}

/** Returns precision against recall, with a threshold at the edge of each bin. */
export function precisionRecall({ positive, negative, isDistance }: ScoreBins): Panel {
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
export function rankPanel(summaries: readonly QuerySummary[]): Panel {
  const ranks = summaries.flatMap(({ firstRank }) => firstRank ?? []);
  const { names, series, ...bars } = countBars(ranks, 1, { x: "rank", y: "queries", name: "queries" });
  const none = summaries.length - ranks.length;
  return {
    title: "Rank of the first relevant row",
    ...bars,
    names: [...names, ...(none > 0 ? ["none"] : [])],
    series: series.map(({ name, values }) => ({ name, values: [...values, ...(none > 0 ? [none] : [])] })),
  };
}

/** Returns each metric at each k. */
export function cutoffPanel({ metrics, cutoffs }: Pick<EvaluationReport, "metrics" | "cutoffs">): Panel {
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
