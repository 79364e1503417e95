import { DataError, MachineError } from "../../core/errors.js";
import { GivenScores } from "../../core/given-scores.js";
import type { Relevance } from "../../core/relevance.js";
import { readPairScores } from "../../reading/read-pair-scores.js";
import type { Context } from "../../shell/context.js";
import { openInput } from "../../shell/inputs.js";
import { counted } from "../../shell/report.js";
import { expectKnown, type RelevantSets } from "../shared/relevant-sets.js";

/** Memory of the score of a pair. */
const PAIR_BYTES = 64;

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
  const room = context.room();
  for await (const { anchor, id, score } of readPairScores(openInput(context, path))) {
    given.add(anchor, id, score);
    if (given.added * PAIR_BYTES <= room) continue;
    throw new MachineError(
      `${path}: the scores need more than the ${Math.floor(room / 1e6)} MB of memory that are left`,
      "leave out pairs with low scores, or raise --max-memory",
    );
  }
  context.memory.take(given.added * PAIR_BYTES);
  context.progress.clear();
  const { added, unknown, firstUnknown, repeated } = given;
  expectKnown(context, path, queries, corpus, { all: added, what: "scores", unknown, firstUnknown });
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
  let all = 0;
  const scored = Array.from({ length: rows }, (_, anchor) => {
    const positives = Array.from(relevance.rowsOf(anchor));
    all += positives.length;
    return positives.filter((row) => given.of(anchor, row) !== undefined);
  });
  const without = all - scored.reduce((sum, { length }) => sum + length, 0);
  if (all > 0 && without === all) {
    throw new DataError(
      `${path}: expected scores of the positives as well, found none`,
      "simcli mine --candidates N writes positives and candidates; --unscored vectors uses the scores of the vectors",
    );
  }
  const which = without > 0 ? `, ${counted(without, "positive")} of ${all} among them` : "";
  context.note(
    `${path}: pairs without a score are skipped${which}; --unscored vectors uses the scores of their vectors`,
  );
  return { rowsOf: (anchor) => scored[anchor], gradesOf: () => null };
}
