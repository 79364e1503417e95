import type { Nearer } from "../../core/matrix.js";
import { addedCounts, type CauseCounts, type Mined } from "../../neighbours/miner.js";
import { type Suspect, SuspectList } from "../../neighbours/suspects.js";
import type { Context } from "../../shell/context.js";
import { counted } from "../../shell/report.js";

/** How the counts of mining are reported; the same for all anchors. */
export interface ReportedMining {
  /** Number of negatives that an anchor should have. */
  readonly negatives: number;
  readonly isCandidates: boolean;
  /** Whether anchors with fewer negatives are not written. */
  readonly needsAll: boolean;
  /** Whether a margin relative to the score of the positive was asked for, and scores are similarities. */
  readonly isRelative: boolean;
  readonly nearer: Nearer;
}

/** A suspect, and how its pair is called. */
type NamedSuspect = Suspect & { readonly name: string };

/** What was mined for some anchors; the counts of several parts of them can be added. */
export interface MiningCounts {
  readonly anchors: number;
  readonly withoutPositive: number;
  readonly found: number;
  readonly withFewer: number;
  /** Anchors with a positive that scores below 0. */
  readonly withBelowZero: number;
  readonly better: number;
  readonly passedOver: CauseCounts;
  readonly shortages: CauseCounts;
  readonly kept: readonly NamedSuspect[];
  readonly excluded: readonly NamedSuspect[];
}

/** @param nameOf returns how the pair of an anchor and a row is called. */
export function countsOf(mined: Mined, negatives: number, nameOf: (suspect: Suspect) => string): MiningCounts {
  const { counts, positives, passedOver, shortages, better, suspects } = mined;
  const named = (list: readonly Suspect[]) => list.map((suspect) => ({ ...suspect, name: nameOf(suspect) }));
  return {
    anchors: counts.length,
    withoutPositive: positives.filter((scores) => scores.length === 0).length,
    found: counts.reduce((sum, count) => sum + count, 0),
    withFewer: counts.filter((count, i) => count < negatives && positives[i].length > 0).length,
    withBelowZero: positives.filter((scores) => scores.some((score) => score < 0)).length,
    better,
    passedOver: [...passedOver],
    shortages: [...shortages],
    kept: named(suspects.kept),
    excluded: named(suspects.excluded),
  };
}

/** Returns the counts of all anchors from those of several parts. */
export function addedMiningCounts(parts: readonly MiningCounts[], nearer: Nearer): MiningCounts {
  const sum = (count: (part: MiningCounts) => number) => parts.reduce((total, part) => total + count(part), 0);
  const first = (suspects: (part: MiningCounts) => readonly NamedSuspect[]) => {
    const list = new SuspectList<NamedSuspect>(nearer);
    for (const suspect of parts.flatMap(suspects)) list.add(suspect);
    return list.list;
  };
  return {
    anchors: sum(({ anchors }) => anchors),
    withoutPositive: sum(({ withoutPositive }) => withoutPositive),
    found: sum(({ found }) => found),
    withFewer: sum(({ withFewer }) => withFewer),
    withBelowZero: sum(({ withBelowZero }) => withBelowZero),
    better: sum(({ better }) => better),
    passedOver: addedCounts(parts.map(({ passedOver }) => passedOver)),
    shortages: addedCounts(parts.map(({ shortages }) => shortages)),
    kept: first(({ kept }) => kept),
    excluded: first(({ excluded }) => excluded),
  };
}

/** Reports on stderr how much was written and excluded, with the reasons. */
export function noteSummary(context: Context, counts: MiningCounts, written: number, how: ReportedMining): void {
  const { anchors: all, withoutPositive: without, found, withFewer: fewer, better } = counts;
  const { negatives, isCandidates, needsAll } = how;
  const what = isCandidates ? "candidate" : "negative";
  const anchors = counted(all - without, "anchor");
  context.note(`mined ${counted(found, what)} for ${anchors}, wrote ${counted(written, "record")}`);
  if (without > 0) context.note(`skipped ${counted(without, "anchor")} without a positive`);
  for (const [reason, count] of counts.passedOver)
    context.note(`excluded ${counted(count, "candidate")} by --${reason}`);
  if (how.isRelative) noteRelativeMargin(context, counts);
  if (fewer > 0) {
    const left = needsAll ? ", which are not written as tuples" : "";
    const more = counts.excluded.length > 0 ? "; --verbose lists likely false negatives" : "";
    const causes = causesOf(counts.shortages);
    context.note(
      `found fewer than ${counted(negatives, what)} for ${counted(fewer, "anchor")}${left}: ${causes}${more}`,
    );
  }
  if (better > 0 && !isCandidates) {
    const which = `${counted(better, "negative")} ${better === 1 ? "scores" : "score"} better than a positive of ${better === 1 ? "its" : "their"} anchor`;
    context.note(`${which}: a positive without a label? --margin 0 excludes them, --verbose lists some`);
  }
  detailSuspects(context, counts);
}

/** Reports positives for which a share of the score is no upper bound. */
function noteRelativeMargin(context: Context, { withBelowZero: below }: MiningCounts): void {
  if (below === 0) return;
  context.note(
    `${counted(below, "anchor")} with a positive that scores below 0, where --relative-margin allows negatives that score better; --margin is a difference`,
  );
}

/** Returns in words what left anchors with too few negatives. */
function causesOf(shortages: MiningCounts["shortages"]): string {
  const causes = shortages.map(([cause, anchors]) => {
    const what = WITHOUT_MORE[cause] ?? `--${cause} leaves out most candidates`;
    return shortages.length === 1 ? what : `${what} (${counted(anchors, "anchor")})`;
  });
  return causes.join(", ");
}

const WITHOUT_MORE: { readonly [cause: string]: string } = {
  corpus: "the corpus has no more rows",
  scores: "--scores leaves no more candidates",
  mutual: "--mutual leaves no more candidates",
};

/** Lists, with `--verbose`, the pairs that are most likely positives without a label. */
function detailSuspects(context: Context, { kept, excluded }: MiningCounts): void {
  const number = (score: number) => score.toFixed(context.options.precision ?? 4);
  const list = (title: string, suspects: readonly NamedSuspect[]) => {
    if (suspects.length > 0) context.detail(title);
    for (const { name, score, positive, reason } of suspects) {
      const why = reason === null ? "" : `, excluded by --${reason}`;
      context.detail(`  ${name}: ${number(score)}, positive ${number(positive)}${why}`);
    }
  };
  list("excluded candidates that score best relative to the positive, likely false negatives:", excluded);
  list("negatives that score best relative to the positive:", kept);
}
