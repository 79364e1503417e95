import { joinedBins } from "../../core/bins.js";
import type { RetrievalMetrics } from "../../evaluation/retrieval-metrics.js";
import { numberFormat } from "../../output/number.js";
import { bars } from "../../tables/bars.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import type { TableOptions } from "../../tables/grid.js";
import { wrapParts } from "../../tables/wrap.js";
import type { EvaluationReport } from "./evaluation-records.js";

const SPREAD = ["mean", "sd", "min", "q25", "median", "q75", "max"] as const;

/** Returns the lines of the table: metrics, score distributions, alignment, uniformity and warnings. */
export function evaluationTable(report: EvaluationReport, options: TableOptions): string[] {
  const { paint, precision } = options;
  const number = numberFormat(precision, "-");
  const text = (value: number | null | undefined) => number(value ?? Number.NaN);
  const { queries, corpus, relevant, skipped, metrics, cutoffs } = report;
  const spreads = grid(
    [
      ["scores", "count", ...SPREAD],
      ...(["positive", "negative"] as const).map((side) => {
        const spread = report[side];
        return [side, String(spread?.count ?? 0), ...SPREAD.map((name) => text(spread?.[name]))];
      }),
    ],
    options,
  );
  const fact = (name: string, value: string) => `${paint.dim(name)} ${value}`;
  const facts = (parts: readonly string[]) => wrapParts(parts, options);
  const { auc, alignment, uniformity } = report;
  const quartileError = Math.max(report.positive?.quartileError ?? 0, report.negative?.quartileError ?? 0);
  const bound = (name: string, error: number) =>
    error > 0 ? [fact(name, `off by up to about ${error.toExponential(1)}`)] : [];
  return [
    paint.bold(`retrieval by ${report.metric}`),
    ...facts([
      fact("queries", String(queries)),
      fact("corpus", String(corpus)),
      fact("relevant pairs", String(relevant)),
      ...(skipped > 0 ? [fact("queries without a relevant row", String(skipped))] : []),
    ]),
    "",
    ...metricLines(metrics, cutoffs, options),
    "",
    ...spreads,
    ...histogram(report, options),
    ...facts([...bound("quartiles", quartileError), ...bound("auc", report.aucError ?? 0)]),
    ...facts([
      fact("auc", text(auc)),
      fact("alignment", text(alignment)),
      fact("uniformity", `queries ${text(uniformity.queries)}, corpus ${text(uniformity.corpus)}`),
    ]),
    ...report.warnings.map((warning) => paint.bad(warning)),
  ];
}

/** Returns the lines of the metrics: those with a cutoff in a grid, then the others. */
export function metricLines(metrics: RetrievalMetrics, cutoffs: readonly number[], options: TableOptions): string[] {
  const { paint, precision } = options;
  const number = numberFormat(precision, "-");
  const text = (value: number | null | undefined) => number(value ?? Number.NaN);
  const names = [...new Set(Object.keys(metrics).flatMap((name) => /^(.*)@/.exec(name)?.[1] ?? []))];
  const rows = names.map((name) => [name, ...cutoffs.map((k) => text(metrics[`${name}@${k}`]))]);
  const others = Object.entries(metrics).filter(([name]) => !name.includes("@"));
  return [
    ...(rows.length > 0 ? grid([["at", ...cutoffs.map(String)], ...rows], options) : []),
    ...(rows.length > 0 && others.length > 0 ? [""] : []),
    ...wrapParts(
      others.map(([name, value]) => `${paint.dim(name)} ${paint.bold(text(value))}`),
      options,
    ),
  ];
}

function grid(rows: string[][], { paint, textWidth, width }: TableOptions): string[] {
  const [head, ...body] = alignColumns(rows, textWidth, width).map((cells) => cells.join(GAP));
  return [paint.dim(head), ...body];
}

const MAX_BARS = 60;

/** Returns the scores of relevant and of other rows as bars over the same range. */
function histogram({ bins }: EvaluationReport, { paint, precision, width }: TableOptions): string[] {
  if (!bins) return [];
  const number = numberFormat(precision, "-");
  const indent = "positive".length + GAP.length;
  const together = Math.ceil(bins.positive.length / Math.max(8, Math.min(MAX_BARS, width - indent)));
  const line = (counts: readonly number[]) => bars(joinedBins(counts, together));
  const columns = Math.ceil(bins.positive.length / together);
  const [from, to] = [number(bins.from), number(bins.to)];
  return [
    "",
    `${" ".repeat(indent)}${paint.dim(`${from}${to.padStart(Math.max(to.length + 1, columns - from.length))}`)}`,
    `positive${GAP}${paint.good(line(bins.positive).trimEnd())}`,
    `negative${GAP}${line(bins.negative).trimEnd()}`,
    "",
  ];
}
