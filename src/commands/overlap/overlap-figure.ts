import { numberFormat } from "../../output/number.js";
import { shortened } from "../../pictures/axis-labels.js";
import { histogramOf } from "../../pictures/counted.js";
import type { Figure } from "../../pictures/figure.js";
import { type OverlapReport, summaryOf } from "./overlap-records.js";

const NAME_WIDTH = 40;

/** Returns the charts of an overlap: how many rows have which Jaccard index and rank-biased overlap. */
export function overlapFigure(report: OverlapReport, precision: number | null): Figure {
  const { sides, metric, k, overlap } = report;
  const number = numberFormat(precision ?? 4, "-");
  const names = sides.map(({ name, rows, dimensions }) => `${shortened(name, NAME_WIDTH)} ${rows}×${dimensions}`);
  const histograms = [
    { title: `Jaccard@${k} of each row`, values: overlap.jaccard },
    { title: `Rank-biased overlap@${k} of each row`, values: overlap.rankBiased },
  ];
  return {
    title: `Overlap of neighbours by ${metric}`,
    facts: [
      names.join(" and "),
      summaryOf(report)
        .map(([name, value]) => `${name} ${number(value ?? Number.NaN)}`)
        .join(" · "),
    ],
    notes: [],
    panels: histograms.flatMap(({ title, values }) => {
      const histogram = histogramOf("overlap", [{ name: "rows", values }]);
      return histogram ? [{ title, ...histogram }] : [];
    }),
  };
}
