import type { QuerySummary, ScoreBins, Spread } from "../../core/results.js";
import { jsonText } from "../../formats/json/write-json.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { NumberFormat } from "../../output/number.js";

/** The result of `simcli eval`. */
export interface EvaluationReport {
  readonly metric: string;
  readonly queries: number;
  readonly corpus: number;
  /** The number of pairs of a query and a relevant row, and the number of queries without a relevant row. */
  readonly relevant: number;
  readonly skipped: number;
  readonly metrics: { readonly [name: string]: number | null };
  /** The values of k. */
  readonly cutoffs: readonly number[];
  readonly positive: Spread | null;
  readonly negative: Spread | null;
  readonly bins: ScoreBins | null;
  readonly auc: number | null;
  readonly aucError: number | null;
  readonly alignment: number | null;
  readonly uniformity: { readonly queries: number | null; readonly corpus: number | null };
  readonly warnings: readonly string[];
}

/**
 * Formats a report as a JSON object. The counts are formatted separately, because the members of `uniformity` have the
 * same names.
 */
export function evaluationJson(report: EvaluationReport, number: NumberFormat): string {
  const { metric, queries, corpus, relevant, skipped, metrics, alignment, uniformity, warnings } = report;
  const { positive, negative, auc, aucError } = report;
  const similarities = { positive, negative, auc, aucError };
  const counts = jsonText({ metric, queries, corpus, relevant, skipped }, String);
  const results = jsonText({ metrics, similarities, alignment, uniformity, warnings }, number);
  return `${counts.slice(0, -1)},${results.slice(1)}`;
}

/** Returns a report as records, one per quantity: `metric,value`. Counts and error bounds ignore the precision. */
export function evaluationRecords(report: EvaluationReport, precision: number | null): Records {
  const { queries, corpus, relevant, skipped, metrics, auc, aucError, alignment, uniformity } = report;
  const exact = (value: number | null) => (value === null || precision === null ? value : String(value));
  const spread = (name: string, found: Spread | null): Cell[][] => {
    if (!found) return [];
    const { count, quartileError, ...rest } = found;
    return [
      [`${name}-count`, exact(count)],
      ...Object.entries(rest).map(([quantity, value]): Cell[] => [`${name}-${quantity}`, value]),
      [`${name}-quartile-error`, exact(quartileError)],
    ];
  };
  const rows: Cell[][] = [
    ...Object.entries(metrics),
    ...spread("positive", report.positive),
    ...spread("negative", report.negative),
    ["auc", auc],
    ["auc-error", exact(aucError)],
    ["alignment", alignment],
    ["uniformity-queries", uniformity.queries],
    ["uniformity-corpus", uniformity.corpus],
  ];
  const counts = Object.entries({ queries, corpus, relevant, skipped }).map(([name, count]) => [name, exact(count)]);
  return { columns: ["metric", "value"], kinds: ["text", "text"], rows: [...counts, ...rows] };
}

/** The metrics of each query. */
export interface QueryMetrics {
  readonly names: readonly string[];
  /** One list for each query, in the order of the names. */
  readonly values: readonly (readonly number[])[];
  /** Whether the metrics were chosen by name; otherwise only those at a k are written. */
  readonly isChosen: boolean;
}

/**
 * Returns one record per query: its number of relevant rows, the rank of the first, the reciprocal rank, the average precision, and
 * its metrics.
 */
export function queryRecords(
  queries: readonly QuerySummary[],
  ids: readonly string[] | null,
  { names, values, isChosen }: QueryMetrics,
): Records {
  const written = [...names.keys()].filter((i) => isChosen || names[i].includes("@"));
  const rows = queries.map(({ query, relevant, firstRank, reciprocalRank, averagePrecision }, at): Cell[] => [
    ids?.[query] ?? query,
    relevant,
    firstRank,
    reciprocalRank,
    averagePrecision,
    ...written.map((i) => (Number.isFinite(values[at][i]) ? values[at][i] : null)),
  ]);
  const columns = ["query", "relevant", "first_rank", "reciprocal_rank", "average_precision"];
  const kinds = [kindOfRows(ids), "whole", "whole", "number", "number"] as const;
  return {
    columns: [...columns, ...written.map((i) => names[i])],
    kinds: [...kinds, ...written.map(() => "number" as const)],
    rows,
  };
}
