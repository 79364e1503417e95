import type { Relevance } from "../../core/relevance.js";
import { readJudgements } from "../../reading/read-judgements.js";
import type { Context } from "../../shell/context.js";
import { openInput } from "../../shell/inputs.js";
import { type RelevantSets, relevanceOf } from "../shared/relevant-sets.js";

/** Reads the pairs that are never negatives, and reports those that are not forbidden; null without any. */
export async function readForbidden(
  context: Context,
  path: string | undefined,
  sets: Omit<RelevantSets, "relevance">,
): Promise<Relevance | null> {
  if (path === undefined) return null;
  const list = await readJudgements(openInput(context, path), sets.queries.ids, true);
  if (list.length === 0) {
    context.note(`${path}: no pairs, so that none is forbidden`);
    return null;
  }
  const graded = list.filter(({ grade }) => grade <= 0).length;
  if (graded > 0) {
    context.note(`${path}: ${graded} of ${list.length} pairs have a grade of 0 or less and are not forbidden`);
  }
  return relevanceOf(context, path, list, sets);
}
