import { DataError } from "../../core/errors.js";
import { GivenScores } from "../../core/given-scores.js";
import type { Relevance } from "../../core/relevance.js";
import { readPairScores } from "../../reading/read-pair-scores.js";
import type { Context } from "../../shell/context.js";
import { openInput } from "../../shell/inputs.js";
import { counted } from "../../shell/report.js";
import type { RelevantSets } from "../shared/relevant-sets.js";

/**
 * Reads scores of pairs, and reports those that are ignored.
 *
 * @throws {DataError} if no pair is of rows of the files.
 */
export async function readTeacherScores(
  context: Context,
  path: string,
  { queries, corpus, isSelf }: Omit<RelevantSets, "relevance">,
): Promise<GivenScores> {
  const given = new GivenScores(queries, corpus, isSelf);
  for await (const { anchor, id, score } of readPairScores(openInput(context, path))) given.add(anchor, id, score);
  context.progress.clear();
  const { added, unknown, repeated } = given;
  if (unknown === added) {
    const files = [...new Set([queries.name, corpus.name])].join(" and ");
    throw new DataError(
      `${path}: expected pairs of rows of ${files}, found none`,
      "rows of files without ids are numbered from 0; --id-column names the column of ids",
    );
  }
  if (unknown > 0) context.note(`${path}: ignored ${unknown} of ${added} scores: their ids or rows are in no file`);
  if (repeated > 0) context.note(`${path}: ${counted(repeated, "pair")} scored again; the last score counts`);
  return given;
}

/**
 * Returns the positives that have a score, and reports the others.
 *
 * @throws {DataError} if no positive has one.
 */
export function scoredPositives(
  context: Context,
  path: string,
  relevance: Relevance,
  given: GivenScores,
  { rows }: { readonly rows: number },
): Relevance {
  let [without, all] = [0, 0];
  for (let anchor = 0; anchor < rows; anchor++) {
    for (const row of Array.from(relevance.rowsOf(anchor))) {
      all++;
      if (given.of(anchor, row) === undefined) without++;
    }
  }
  if (all > 0 && without === all) {
    throw new DataError(
      `${path}: expected scores of the positives as well, found none`,
      "simcli mine --candidates N writes positives and candidates; --unscored vectors uses the scores of the vectors",
    );
  }
  const who = counted(without, "positive");
  context.note(
    `${path}: pairs without a score are skipped${without > 0 ? `, ${who} of ${all} among them` : ""}; --unscored vectors uses the scores of their vectors`,
  );
  return {
    rowsOf: (anchor) => Array.from(relevance.rowsOf(anchor)).filter((row) => given.of(anchor, row) !== undefined),
    gradesOf: () => null,
  };
}
