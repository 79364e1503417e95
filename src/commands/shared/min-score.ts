import { UsageError } from "../../core/errors.js";
import type { MetricName } from "../../similarity/options.js";

/** Similarities from −1 to 1. */
const BOUNDED: ReadonlySet<MetricName> = new Set(["cosine", "correlation"] as const);

/** @throws {UsageError} for a minimum that no score of the metric reaches, such as a percentage. */
export function expectReachable(metric: MetricName, minScore: number | undefined): void {
  if (minScore === undefined || minScore <= 1 || !BOUNDED.has(metric)) return;
  throw new UsageError(
    `--min-score: expected at most 1 for ${metric}, found ${minScore}`,
    minScore <= 100 ? "95 percent is --min-score 0.95" : "for example: --min-score 0.95",
  );
}
