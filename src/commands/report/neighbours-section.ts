import { largestHubs } from "../../neighbours/hubs.js";
import type { Block, Column, Section, Table } from "../../pages/page.js";
import { countBars } from "../../pictures/counted.js";
import type { Panel } from "../../pictures/figure.js";
import type { CommandLines } from "./command-lines.js";
import { type Comparison, NEIGHBOURS } from "./comparison.js";
import { exact, isNumber, type Model, nameOf, number, ofModels } from "./model.js";
import type { Negative } from "./nearest-negatives.js";

/** Returns the nearest rows that are not relevant, and hubs. */
export function neighboursSection(models: readonly Model[]): Section {
  const [{ comparison }, second] = models;
  const { relevance, isSelf } = comparison;
  const overlap = second ? [`${overlapText(models)}`] : [];
  return {
    title: "Neighbours",
    blocks: [
      ...overlap.map((text): Block => ({ kind: "text", text })),
      ...ofModels(models, ({ comparison: { queries, corpus, negatives }, hubs, lines }): Block[] => {
        const { nearest } = negatives;
        const subject = relevance ? "rows that are not relevant" : isSelf ? "pairs of rows" : "rows";
        const columns: Column[] = [
          { name: isSelf ? "row" : "query" },
          { name: isSelf ? "other row" : "row" },
          { name: "score", isNumber },
          ...(relevance ? [{ name: "score of the nearest relevant row", isNumber }] : []),
        ];
        const rows = nearest.map(({ query, row, score, positive }) => [
          nameOf(queries, query),
          nameOf(corpus, row),
          exact(score),
          ...(relevance ? [exact(positive)] : []),
        ]);
        const hubTable: Table = {
          caption: `Hubs: rows that are among the ${NEIGHBOURS} nearest of most queries (skewness ${number(hubs.skewness)})`,
          columns: [{ name: "row" }, { name: "queries", isNumber }],
          rows: largestHubs(hubs, HUBS).map(([row, count]) => [nameOf(corpus, row), count]),
        };
        const occurrences: Panel = {
          title: `How many queries have a row among their ${NEIGHBOURS} nearest`,
          ...countBars(hubs.occurrences, 0, { x: "queries", y: "rows", name: "rows" }),
        };
        const isPairs = isSelf && !relevance;
        return [
          ...(rows.length > 0
            ? [{ kind: "table" as const, table: { caption: `The nearest ${subject}`, columns, rows } }]
            : []),
          ...(isPairs && rows.length > 0 ? [{ kind: "command" as const, command: pairsCommand(lines, nearest) }] : []),
          // If all rows are neighbours equally often, there are no hubs.
          ...(Number.isNaN(hubs.skewness)
            ? []
            : [
                { kind: "charts" as const, panels: [occurrences] },
                { kind: "table" as const, table: hubTable },
              ]),
          { kind: "command", command: lines.line("topk", ["-k", String(NEIGHBOURS)], ["metric"]) },
        ];
      }),
    ],
  };
}

const HUBS = 5;

/** Returns the command line that finds the same pairs. */
function pairsCommand(lines: CommandLines, nearest: readonly Negative[]): string {
  const last = nearest[nearest.length - 1].score;
  return lines.line("pairs", ["--min-score", String(last), "--max-pairs", String(nearest.length)], ["metric"]);
}

/** Returns how many of the nearest rows two models have in common, in the mean over queries. */
function overlapText([{ comparison: one }, { comparison: other }]: readonly Model[]): string {
  let sum = 0;
  const rowsOf = ({ neighbours: { k, counts, rows } }: Comparison, query: number) =>
    rows.subarray(query * k, query * k + counts[query]);
  for (let query = 0; query < one.queries.rows; query++) {
    const own = new Set(rowsOf(one, query));
    const most = Math.max(1, own.size);
    sum += rowsOf(other, query).filter((row) => own.has(row)).length / most;
  }
  const share = (100 * sum) / one.queries.rows;
  return `Both models have ${share.toFixed(1)} % of the ${NEIGHBOURS} nearest rows of a query in common.`;
}
