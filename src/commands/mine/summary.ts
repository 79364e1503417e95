import type { Mined } from "../../neighbours/miner.js";
import type { Suspect } from "../../neighbours/suspects.js";
import type { Context } from "../../shell/context.js";
import { counted } from "../../shell/report.js";

/** What was mined, for the report. */
export interface MiningReport {
  readonly mined: Mined;
  /** Number of records that were written. */
  readonly written: number;
  /** Number of negatives that an anchor should have. */
  readonly negatives: number;
  readonly isCandidates: boolean;
  /** Whether anchors with fewer negatives are not written. */
  readonly needsAll: boolean;
  /** Whether a margin relative to the score of the positive was asked for, and scores are similarities. */
  readonly isRelative: boolean;
}

/** Reports on stderr how much was written and excluded, with the reasons. */
export function noteSummary(context: Context, report: MiningReport): void {
  const { mined, written, negatives, isCandidates, needsAll } = report;
  const { counts, positives, passedOver, shortages, better, suspects } = mined;
  const what = isCandidates ? "candidate" : "negative";
  const without = positives.filter((scores) => scores.length === 0).length;
  const fewer = counts.filter((count, i) => count < negatives && positives[i].length > 0).length;
  const found = counts.reduce((sum, count) => sum + count, 0);
  const anchors = counted(counts.length - without, "anchor");
  context.note(`mined ${counted(found, what)} for ${anchors}, wrote ${counted(written, "record")}`);
  if (without > 0) context.note(`skipped ${counted(without, "anchor")} without a positive`);
  for (const [reason, count] of passedOver) context.note(`excluded ${counted(count, "candidate")} by --${reason}`);
  noteRelativeMargin(context, report);
  if (fewer > 0) {
    const left = needsAll ? ", which are not written as tuples" : "";
    const more = suspects.excluded.length > 0 ? "; --verbose lists likely false negatives" : "";
    context.note(
      `found fewer than ${counted(negatives, what)} for ${counted(fewer, "anchor")}${left}: ${causesOf(shortages)}${more}`,
    );
  }
  if (better > 0 && !isCandidates) {
    const which = `${counted(better, "negative")} ${better === 1 ? "scores" : "score"} better than a positive of ${better === 1 ? "its" : "their"} anchor`;
    context.note(`${which}: a positive without a label? --margin 0 excludes them, --verbose lists some`);
  }
}

/** Reports positives for which a share of the score is no upper bound. */
function noteRelativeMargin(context: Context, { mined, isRelative }: MiningReport): void {
  if (!isRelative) return;
  const below = mined.positives.filter((scores) => scores.some((score) => score < 0)).length;
  if (below === 0) return;
  context.note(
    `${counted(below, "anchor")} with a positive that scores below 0, where --relative-margin allows negatives that score better; --margin is a difference`,
  );
}

/** Returns in words what left anchors with too few negatives. */
function causesOf(shortages: Mined["shortages"]): string {
  const causes = Array.from(shortages, ([cause, anchors]) => {
    const what = WITHOUT_MORE[cause] ?? `--${cause} leaves out most candidates`;
    return shortages.size === 1 ? what : `${what} (${counted(anchors, "anchor")})`;
  });
  return causes.join(", ");
}

const WITHOUT_MORE: { readonly [cause: string]: string } = {
  corpus: "the corpus has no more rows",
  scores: "--scores leaves no more candidates",
  mutual: "--mutual leaves no more candidates",
};

/**
 * Lists, with `--verbose`, the pairs that are most likely positives without a label.
 *
 * @param nameOf returns how the pair of an anchor and a row is called.
 */
export function detailSuspects(
  context: Context,
  { suspects: { kept, excluded } }: Mined,
  nameOf: (suspect: Suspect) => string,
): void {
  const number = (score: number) => score.toFixed(context.options.precision ?? 4);
  const list = (title: string, suspects: readonly Suspect[]) => {
    if (suspects.length > 0) context.detail(title);
    for (const suspect of suspects) {
      const { score, positive, reason } = suspect;
      const why = reason === null ? "" : `, excluded by --${reason}`;
      context.detail(`  ${nameOf(suspect)}: ${number(score)}, positive ${number(positive)}${why}`);
    }
  };
  list("excluded candidates that score best relative to the positive, likely false negatives:", excluded);
  list("negatives that score best relative to the positive:", kept);
}
