import type { Quantization } from "../../core/quantization.js";
import type { Cell, Records } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { MetricName } from "../../similarity/options.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import type { TableOptions } from "../../tables/grid.js";
import { wrapParts } from "../../tables/wrap.js";

/** A size of vectors, and what it costs. */
export interface Size {
  readonly dimensions: number;
  readonly quantize: Quantization | "none";
  /** Bytes of a vector. */
  readonly bytes: number;
  readonly metrics: readonly SizeMetric[];
}

/** The mean of a metric over the queries; infinite for a mean rank of rows without a score. */
export interface SizeMetric {
  readonly name: string;
  readonly value: number;
  /** By how much the full vectors are better; null for these. */
  readonly loss: number | null;
  /** Two-sided p-value of the loss; NaN if a query has no finite value. */
  readonly p: number | null;
}

/** Returns one record for each size and metric: `dimensions,quantize,bytes,metric,value,loss,p`. */
export function sizeRecords(sizes: readonly Size[]): Records {
  const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  function* rows(): Generator<Cell[]> {
    for (const { dimensions, quantize, bytes, metrics } of sizes) {
      for (const { name, value, loss, p } of metrics) {
        yield [dimensions, quantize, bytes, name, finite(value), finite(loss), finite(p)];
      }
    }
  }
  return {
    columns: ["dimensions", "quantize", "bytes", "metric", "value", "loss", "p"],
    kinds: ["whole", "text", "whole", "text", "number", "number", "number"],
    rows: rows(),
  };
}

/** The cutoff of the metrics in the table, if it is among those of `-k`. */
const USUAL_CUTOFF = 10;

/** Maximum number of metrics in the table. */
const SHOWN = 3;

/** Returns the lines of the table: a line for each size. */
export function sizesTable(
  sizes: readonly Size[],
  report: {
    readonly metric: MetricName;
    readonly queries: number;
    readonly corpus: number;
    readonly k: readonly number[];
    /** The metrics that were asked for; by default, accuracy, recall and ndcg are shown. */
    readonly metrics?: readonly string[];
  },
  options: TableOptions,
): string[] {
  const { paint, precision, textWidth, width } = options;
  const { metric, queries, corpus, k } = report;
  const number = numberFormat(precision, "-");
  const cutoff = k.includes(USUAL_CUTOFF) ? USUAL_CUTOFF : Math.max(...k);
  const usual = [`accuracy@${Math.min(...k)}`, `recall@${cutoff}`, `ndcg@${cutoff}`];
  const asked = sizes[0].metrics.slice(0, SHOWN).map(({ name }) => name);
  const names = report.metrics ? asked : usual;
  const main = report.metrics ? names[0] : names[names.length - 1];
  const rows = sizes.map(({ dimensions, quantize, bytes, metrics }) => {
    const of = (name: string) => metrics.find((one) => one.name === name);
    const { loss, p } = of(main) ?? {};
    const values = [...names.map((name) => of(name)?.value), loss, p];
    return [dimensions, quantize, bytes, ...values.map((value) => number(value ?? Number.NaN))].map(String);
  });
  const head = ["dimensions", "quantize", "bytes", ...names, "loss", "p"];
  const lines = alignColumns([head, ...rows], textWidth, width).map((cells) => cells.join(GAP));
  const fact = (name: string, value: string) => `${paint.dim(name)} ${value}`;
  return [
    paint.bold(`sizes of vectors, retrieval by ${metric}`),
    ...wrapParts([fact("queries", String(queries)), fact("corpus", String(corpus))], options),
    "",
    ...lines.map((line, i) => (i === 0 ? paint.dim(line) : line)),
    "",
    ...wrapParts([`loss: ${main} of the full vectors minus that of the size`, "p: paired randomisation test"], options),
  ];
}
