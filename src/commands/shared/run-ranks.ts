import { DataError } from "../../core/errors.js";
import { type RunRanks, ranksInRun } from "../../evaluation/run-ranks.js";
import { readJudgements } from "../../reading/read-judgements.js";
import { readRun } from "../../reading/read-run.js";
import type { Context } from "../../shell/context.js";
import { openInput } from "../../shell/inputs.js";
import { counted } from "../../shell/report.js";
import { ofGrade } from "./relevant-sets.js";

/** The ranks of the relevant documents of a run, and its size. */
export interface JudgedRun extends RunRanks {
  /** Number of queries and of documents in the run. */
  readonly runQueries: number;
  readonly runDocuments: number;
}

/**
 * Reads a TREC run and relevance judgements, and reports the judged queries that are not in the run.
 *
 * @param level the smallest grade of a relevant document, above 0. Default: any.
 * @throws {DataError} if the run has no judged query with a relevant document.
 */
export async function readJudgedRun(
  context: Context,
  runPath: string,
  qrelsPath: string,
  level?: number,
): Promise<JudgedRun> {
  const run = await readRun(openInput(context, runPath));
  const judgements = await readJudgements(openInput(context, qrelsPath), run.queries);
  context.progress.clear();
  const found = ranksInRun(run, judgements, level);
  if (found.ranks.length === found.notInRun) {
    throw new DataError(
      `${qrelsPath}: expected relevant documents${ofGrade(level)} for queries of ${run.name}, found none`,
      level === undefined
        ? `the first query of the run is "${run.queries[0]}", that of the judgements is "${judgements[0].query}"`
        : "a smaller --relevance-level",
    );
  }
  if (found.notInRun > 0) {
    context.note(
      `${run.name}: ${counted(found.notInRun, "query")} with relevant documents not in the run: counted with nothing found, as trec_eval -c does`,
    );
  }
  return { ...found, runQueries: run.queries.length, runDocuments: run.documents.length };
}
