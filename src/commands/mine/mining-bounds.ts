import { UsageError } from "../../core/errors.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MineOptions } from "./run.js";
import { expectNeighbourOptions } from "./vector-order.js";

/** @throws {UsageError} for options that contradict each other, or bounds that exclude every negative, or none. */
export function expectMiningOptions(options: MineOptions): void {
  const isDistance = METRICS[options.metric].nearer === "less";
  expectScoreOptions(options, isDistance);
  expectCandidates(options);
  expectNeighbourOptions(options, options.metric, options.scores !== undefined);
  // Given scores are similarities.
  expectBounds(options, isDistance && options.scores === undefined);
}

function expectScoreOptions({ scores, unscored, distill, metric }: MineOptions, isDistance: boolean): void {
  if (unscored !== undefined && scores === undefined) {
    throw new UsageError("--unscored: expected --scores with it", "--scores FILE names the scores of a teacher");
  }
  if (unscored === "vectors" && isDistance) {
    throw new UsageError(
      `--unscored vectors: expected a similarity beside the scores of a file, found --metric ${metric}`,
      "leave out --metric: the default is cosine",
    );
  }
  if (distill && isDistance && scores === undefined) {
    throw new UsageError(
      `--distill: expected similarities, found --metric ${metric}`,
      "leave out --metric: the default is cosine",
    );
  }
}

/** Candidates are the input of a teacher: they are written in one layout, before there are scores. */
function expectCandidates({ candidates, scores, negatives, as, distill }: MineOptions): void {
  if (candidates === undefined) return;
  const others = { "--scores": scores, "--negatives": negatives, "--as": as, "--distill": distill };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return;
  throw new UsageError(
    `--candidates: expected no ${other} with it`,
    "first --candidates 50 -o FILE; then, with the scores of a teacher, --scores FILE",
  );
}

function expectBounds(
  { rangeMin, rangeMax, minScore, maxScore, relativeMargin }: MineOptions,
  isDistance: boolean,
): void {
  if (rangeMax !== undefined && rangeMax <= rangeMin) {
    throw new UsageError(`--range-max: expected more than --range-min ${rangeMin}, found ${rangeMax}`);
  }
  if (minScore !== undefined && maxScore !== undefined && (isDistance ? minScore < maxScore : minScore > maxScore)) {
    throw new UsageError(
      `--min-score: expected ${isDistance ? "at least" : "at most"} --max-score ${maxScore}, found ${minScore}`,
      isDistance ? "for distances, smaller is nearer" : "no score can satisfy both",
    );
  }
  // A distance may exceed twice that of the positive.
  const end = isDistance ? Number.POSITIVE_INFINITY : 1;
  if (relativeMargin !== undefined && !(relativeMargin >= 0 && relativeMargin < end)) {
    const range = isDistance ? "0 or more" : "0 or more, and less than 1";
    throw new UsageError(`--relative-margin: expected ${range}, found ${relativeMargin}`, "0.05 is 5 %");
  }
}
