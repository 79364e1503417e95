import { UsageError } from "../../core/errors.js";
import type { MiningOptions } from "../../neighbours/miner.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";

/** The options that exclude negatives by rank or score. */
type Bounds = Pick<MiningOptions, "rangeMin" | "rangeMax" | "minScore" | "maxScore" | "relativeMargin">;

/** @throws {UsageError} for bounds that exclude every negative, or none. */
export function expectMiningBounds(
  { rangeMin, rangeMax, minScore, maxScore, relativeMargin }: Bounds,
  metric: MetricName,
): void {
  if (rangeMax !== undefined && rangeMax <= rangeMin) {
    throw new UsageError(`--range-max: expected more than --range-min ${rangeMin}, found ${rangeMax}`);
  }
  const isDistance = METRICS[metric].nearer === "less";
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
