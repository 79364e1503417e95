import { UsageError } from "../../core/errors.js";
import { MetricMeans, type RetrievalMetrics, summaryOf } from "../../evaluation/retrieval-metrics.js";
import { jsonText } from "../../formats/json/write-json.js";
import { recordFormat } from "../../formats/writers.js";
import { escapeControls } from "../../output/escape.js";
import type { Cell, Records } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin } from "../../shell/inputs.js";
import { counted, EXIT } from "../../shell/report.js";
import { writeLines, writeRecordList, writeRecords } from "../../shell/writers.js";
import { wrapParts } from "../../tables/wrap.js";
import { expectNoOptions, OF_TABLES, OF_VECTORS } from "../shared/own-options.js";
import { readJudgedRun } from "../shared/run-ranks.js";
import { queryRecords } from "./evaluation-records.js";
import { metricLines } from "./evaluation-table.js";
import { cutoffsOf, type EvalOptions, metricChoice } from "./run.js";
import { expectOptionsOfTask } from "./task-options.js";

/** Sizes of a run and of its judgements. */
interface RunCounts {
  /** Queries of the run, and those that only have relevant documents. */
  readonly queries: number;
  readonly documents: number;
  /** Number of pairs of a query and a relevant document, found or not. */
  readonly relevant: number;
  /** Queries without a relevant document. */
  readonly skipped: number;
}

/** Runs `simcli eval --run <file>`. */
export async function evaluateRun(
  context: Context,
  path: string,
  paths: readonly string[],
  options: Omit<EvalOptions, "dimensions" | "quantize">,
  isGiven: (option: string) => boolean,
): Promise<number> {
  const { labels, qrels, k, perQuery, precision, relevanceLevel, task } = options;
  if (paths.length > 0) {
    throw new UsageError(`--run: expected no vectors with it, found ${paths[0]}`, "leave one of them out");
  }
  if (task !== "retrieval") {
    throw new UsageError(`--run: expected --task retrieval, found ${task}`, "leave one of them out");
  }
  if (labels !== undefined)
    throw new UsageError("--labels: expected vectors with it, found --run", "leave --labels out");
  if (qrels === undefined) {
    throw new UsageError("--run: expected relevance judgements with it", "--qrels FILE names them");
  }
  expectNoOptions([...OF_VECTORS, ...OF_TABLES], "--run", isGiven);
  expectOptionsOfTask(task, isGiven);
  const means = new MetricMeans(k, metricChoice(options));
  expectOneStdin([path, qrels]);
  const format = recordFormat(context.format);
  await context.prepare();
  const { queries, ranks, notInRun, runQueries, runDocuments } = await readJudgedRun(
    context,
    path,
    qrels,
    relevanceLevel,
  );
  const skipped = runQueries + notInRun - ranks.length;
  if (perQuery) {
    await writeRecordList(
      context,
      queryRecords(ranks.map(summaryOf), queries, {
        names: means.names,
        values: ranks.map((found) => means.valuesOf(found)),
        isChosen: options.metrics !== undefined,
      }),
      `${path}: ranks of the relevant documents`,
    );
    if (skipped > 0) context.note(`skipped ${counted(skipped, "query")} without a relevant document`);
    await context.commit();
    return EXIT.done;
  }
  for (const found of ranks) means.add(found);
  const metrics = means.result();
  const relevant = ranks.reduce((sum, found) => sum + found.ranks.length, 0);
  const counts: RunCounts = { queries: runQueries + notInRun, documents: runDocuments, relevant, skipped };
  if (format === "table") {
    const tableOptions = await context.tableOptions([]);
    const { paint } = tableOptions;
    const facts = Object.entries(counts).map(([name, count]) => `${paint.dim(name)} ${count}`);
    const title = paint.bold(`retrieval in the run ${escapeControls(path)}`);
    await writeLines(context, [
      title,
      ...wrapParts(facts, tableOptions),
      "",
      ...metricLines(metrics, cutoffsOf(metrics), tableOptions),
    ]);
  } else if (format === "json") {
    const values = jsonText({ metrics }, numberFormat(precision ?? null, "null"));
    await context.write(`${jsonText({ run: path, ...counts }, String).slice(0, -1)},${values.slice(1)}\n`);
  } else await writeRecords(context, format, metricRecords(counts, metrics, precision ?? null));
  await context.commit();
  return EXIT.done;
}

/** Returns one record per quantity: `metric,value`. Counts ignore the precision. */
function metricRecords(counts: RunCounts, metrics: RetrievalMetrics, precision: number | null): Records {
  const exact = (count: number): Cell => (precision === null ? count : String(count));
  const rows = Object.entries(counts).map(([name, count]): Cell[] => [name, exact(count)]);
  return { columns: ["metric", "value"], kinds: ["text", "text"], rows: [...rows, ...Object.entries(metrics)] };
}
