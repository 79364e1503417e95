import type { QuerySummary } from "../../core/results.js";
import type { Block, Column, Section, Table } from "../../pages/page.js";
import { counted } from "../../shell/report.js";
import { cutoffPanel, precisionRecall, rankPanel } from "../eval/evaluation-figure.js";
import { CUTOFFS, LISTED } from "./comparison.js";
import { exact, isNumber, type Model, nameOf, number, ofModels } from "./model.js";
import { nearestPositive, relevantRows } from "./nearest-negatives.js";

/** Returns the retrieval metrics, side by side if there are several models; null without relevance. */
export function retrievalSection(models: readonly Model[]): Section | null {
  const [first, second] = models;
  if (!first.comparison.relevance || first.comparison.evaluation.answered === 0) return null;
  return {
    title: "Retrieval",
    blocks: [
      { kind: "text", text: answeredText(first) },
      { kind: "table", table: second ? differences(first, second) : metricsTable(first) },
      ...ofModels(models, ({ comparison: { evaluation, summaries }, lines }) => [
        {
          kind: "charts",
          panels: [
            rankPanel(summaries),
            cutoffPanel({ metrics: evaluation.metrics, cutoffs: cutoffsOf(first) }),
            ...(evaluation.bins ? [precisionRecall(evaluation.bins)] : []),
          ],
        },
        { kind: "command", command: lines.line("eval", [], ["metric", "labels", "qrels"]) },
      ]),
      ...(second ? changedQueries(first, second) : worstQueries(first)),
    ],
  };
}

/** Returns how many queries have relevant rows. */
function answeredText({ comparison: { queries, evaluation } }: Model): string {
  const { answered, answers } = evaluation;
  const all = answered < queries.rows ? `${answered} of ${counted(queries.rows, "query")}` : counted(answered, "query");
  const rest = answered < queries.rows ? "; the others do not count" : "";
  return `${all} with ${counted(answers, "relevant row")} in all${rest}. Of equal scores, the earlier row is nearer.`;
}

/** Returns the values of k that are not larger than the corpus. */
const cutoffsOf = ({ comparison: { corpus } }: Model): number[] => CUTOFFS.filter((k) => k === 1 || k <= corpus.rows);

const meanOf = ({ comparison }: Model, name: string): number => comparison.evaluation.metrics[name] ?? Number.NaN;

/** Returns the names of the metrics, without those at values of k that are larger than the corpus. */
function namesOf(model: Model): string[] {
  const cutoffs = cutoffsOf(model);
  return Object.keys(model.comparison.evaluation.metrics).filter((name) => {
    const [, k] = name.split("@");
    return k === undefined || cutoffs.includes(Number(k));
  });
}

/** Returns a row for each metric and a column for each k; metrics without a k have one value. */
function metricsTable(model: Model): Table {
  const names = Object.keys(model.comparison.evaluation.metrics);
  const atK = [...new Set(names.flatMap((name) => /^(.*)@/.exec(name)?.[1] ?? []))];
  const cutoffs = cutoffsOf(model);
  const others = names.filter((name) => !name.includes("@"));
  return {
    caption: "Retrieval metrics, in the mean over queries",
    columns: [
      { name: "metric" },
      ...cutoffs.map((k) => ({ name: `at ${k}`, isNumber })),
      { name: "all rows", isNumber },
    ],
    rows: [
      ...atK.map((name) => [
        name,
        ...cutoffs.map((k) => number(meanOf(model, `${name}@${k}`))),
        others.includes(name) ? number(meanOf(model, name)) : "",
      ]),
      ...others
        .filter((name) => !atK.includes(name))
        .map((name) => [name, ...cutoffs.map(() => ""), number(meanOf(model, name))]),
    ],
  };
}

/** Returns a row for each metric with its values for two models, and their difference. */
function differences(first: Model, second: Model): Table {
  const signed = (value: number) => `${value > 0 ? "+" : ""}${number(value)}`;
  return {
    caption: "Retrieval metrics, in the mean over queries",
    columns: [
      { name: "metric" },
      ...[first, second].map(({ name }) => ({ name, isNumber })),
      { name: "difference", isNumber },
    ],
    rows: namesOf(first).map((name) => {
      const [one, other] = [meanOf(first, name), meanOf(second, name)];
      return [name, number(one), number(other), signed(other - one)];
    }),
  };
}

/** Returns the queries whose first relevant row has the largest rank, if it is not the first row of all. */
function worstQueries({ comparison, lines }: Model): Block[] {
  const { summaries, queries, corpus, neighbours } = comparison;
  const rank = ({ firstRank }: QuerySummary) => firstRank ?? Number.POSITIVE_INFINITY;
  const missed = summaries.filter((summary) => rank(summary) > 1);
  if (missed.length === 0) return [{ kind: "text", text: "The nearest row of every query is relevant." }];
  missed.sort((one, other) => rank(other) - rank(one) || one.query - other.query);
  const columns: Column[] = [
    { name: "query" },
    { name: "rank of the first relevant row", isNumber },
    { name: "its score", isNumber },
    { name: "nearest row" },
    { name: "score of the nearest row", isNumber },
    { name: "relevant rows", isNumber },
  ];
  const rows = missed.slice(0, LISTED).map(({ query, firstRank, relevant }) => {
    const at = query * neighbours.k;
    const hasNearest = neighbours.counts[query] > 0;
    return [
      nameOf(queries, query),
      firstRank ?? "none",
      exact(nearestPositive(relevantRows(comparison, query), query, comparison)),
      hasNearest ? nameOf(corpus, neighbours.rows[at]) : "none",
      hasNearest ? exact(neighbours.scores[at]) : "none",
      relevant,
    ];
  });
  const share = `${missed.length} of ${counted(summaries.length, "query")}`;
  return [
    { kind: "text", text: `For ${share}, the nearest row is not relevant.` },
    { kind: "table", table: { caption: "The queries whose first relevant row has the largest rank", columns, rows } },
    { kind: "command", command: lines.line("eval", ["--per-query"], ["metric", "labels", "qrels"]) },
  ];
}

/** Returns how many queries a model answers better, and those whose ranks differ most. */
function changedQueries(first: Model, second: Model): Block[] {
  const others = new Map(second.comparison.summaries.map((summary) => [summary.query, summary]));
  const changes = first.comparison.summaries.flatMap((before) => {
    const after = others.get(before.query);
    return after ? [{ before, after, change: after.reciprocalRank - before.reciprocalRank }] : [];
  });
  const better = changes.filter(({ change }) => change > 0).length;
  const worse = changes.filter(({ change }) => change < 0).length;
  const text = `The first relevant row has a better rank in ${second.name} for ${counted(better, "query")}, a worse one for ${worse}, and the same for ${changes.length - better - worse}.`;
  if (better + worse === 0) return [{ kind: "text", text }];
  changes.sort((one, other) => Math.abs(other.change) - Math.abs(one.change) || one.before.query - other.before.query);
  const columns: Column[] = [
    { name: "query" },
    ...[first, second].map(({ name }) => ({ name: `rank in ${name}`, isNumber })),
    { name: "difference of reciprocal ranks", isNumber },
  ];
  const moved = changes.filter(({ change }) => change !== 0).slice(0, LISTED);
  const rows = moved.map(({ before, after, change }) => [
    nameOf(first.comparison.queries, before.query),
    before.firstRank ?? "none",
    after.firstRank ?? "none",
    `${change > 0 ? "+" : ""}${number(change)}`,
  ]);
  return [
    { kind: "text", text },
    { kind: "table", table: { caption: "The queries whose reciprocal rank differs most", columns, rows } },
  ];
}
