import type { Cell, Records } from "./format.js";

/** How some scores are spread (see `evaluation/spread.ts`). */
type Spread = { readonly [quantity: string]: number | null };

/** All that is told of a retrieval model. */
export interface EvaluationReport {
  readonly metric: string;
  readonly queries: number;
  readonly corpus: number;
  /** How many pairs of a query and an answer there are, and how many queries have none. */
  readonly relevant: number;
  readonly skipped: number;
  readonly metrics: { readonly [name: string]: number | null };
  /** The k of the metrics at k. */
  readonly cutoffs: readonly number[];
  readonly positive: object | null;
  readonly negative: object | null;
  readonly auc: number | null;
  readonly alignment: number | null;
  readonly uniformity: { readonly queries: number | null; readonly corpus: number | null };
  readonly warnings: readonly string[];
}

/** A report as the object that JSON shows. */
export function evaluationObject({ cutoffs: _, positive, negative, auc, ...report }: EvaluationReport) {
  const { alignment, uniformity, warnings, ...rest } = report;
  return { ...rest, similarities: { positive, negative, auc }, alignment, uniformity, warnings };
}

/** A report as records, a quantity each: `metric,value`. */
export function evaluationRecords(report: EvaluationReport): Records {
  const { queries, corpus, relevant, skipped, metrics, auc, alignment, uniformity } = report;
  const spread = (name: string, found: object | null) =>
    Object.entries((found ?? {}) as Spread).map(([quantity, value]): Cell[] => [`${name}-${quantity}`, value]);
  const rows: Cell[][] = [
    ...Object.entries(metrics),
    ...spread("positive", report.positive),
    ...spread("negative", report.negative),
    ["auc", auc],
    ["alignment", alignment],
    ["uniformity-queries", uniformity.queries],
    ["uniformity-corpus", uniformity.corpus],
  ];
  // As text: counts are whole, whatever the precision.
  const counts = Object.entries({ queries, corpus, relevant, skipped }).map(([name, count]) => [name, String(count)]);
  return { columns: ["metric", "value"], rows: [...counts, ...rows] };
}

/** What is told of one query (see `evaluation/retrieval-metrics.ts`). */
interface QueryFacts {
  readonly query: number;
  readonly relevant: number;
  readonly firstRank: number | null;
  readonly reciprocalRank: number;
  readonly averagePrecision: number;
}

/** A record a query: how many rows answer it, the rank of the first, its reciprocal, and the average precision. */
export function queryRecords(queries: readonly QueryFacts[], ids: readonly string[] | null): Records {
  const rows = queries.map(({ query, relevant, firstRank, reciprocalRank, averagePrecision }): Cell[] => [
    ids?.[query] ?? query,
    relevant,
    firstRank,
    reciprocalRank,
    averagePrecision,
  ]);
  const columns = ["query", "relevant", "first_rank", "reciprocal_rank", "average_precision"];
  return { columns, rows, exact: ["query", "relevant", "first_rank"] };
}
