import { resolve } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { SimilarityLossOptions } from "../../loss/similarity-loss.js";
import { expectOwnOptions } from "../shared/own-options.js";
import type { Batch } from "./loss-batch.js";
import type { LossKindOptions } from "./loss-options.js";

/** Returns the options of the loss that the command line names, for a batch that has been read. */
export function lossOptionsOf(
  { margin: margins, excludeSelf, ...options }: LossKindOptions,
  { labels, scores, isSelf }: Pick<Batch, "labels" | "scores" | "isSelf">,
): SimilarityLossOptions {
  const { kind } = options;
  if (kind === "cosent") return { ...options, kind, scores: scores ?? [], labels: null };
  // With labels, the diagonal of a set compared with itself is not a pair.
  const hasOtherPositives = labels !== null && kind !== "infonce" && kind !== "hard-negative";
  return {
    ...options,
    kind,
    ...(margins && { margins }),
    excludeSelf: excludeSelf ?? (isSelf && hasOtherPositives),
    labels,
  };
}

export const isSameFile = (first: string, second: string): boolean => resolve(first) === resolve(second);

/** The kinds of the options that only some kinds have. */
const KINDS_OF_OPTION: { readonly [Name in keyof LossKindOptions]?: readonly LossKindOptions["kind"][] } = {
  margin: ["hard-negative", "triplet"],
  negatives: ["hard-negative"],
  fallback: ["hard-negative"],
  tieTolerance: ["hard-negative"],
  mining: ["triplet"],
  temperature: ["infonce", "supcon"],
  scale: ["siglip", "cosent"],
  bias: ["siglip"],
  positiveMargin: ["contrastive"],
  negativeMargin: ["contrastive"],
  alpha: ["multi-similarity"],
  beta: ["multi-similarity"],
  base: ["multi-similarity"],
  scores: ["cosent"],
  excludeSelf: ["triplet", "soft-margin", "siglip", "supcon", "contrastive", "multi-similarity"],
};

/** @throws {UsageError} for an option of another kind, and for `--exclude-self` without labels. */
export function expectKindOptions(options: LossKindOptions): void {
  const chosen = { flag: "--kind", kind: options.kind, kindsOf: KINDS_OF_OPTION };
  expectOwnOptions(chosen, (name) => options[name as keyof LossKindOptions] !== undefined);
  if (options.kind === "cosent" && options.labels !== undefined) {
    throw new UsageError(
      "--labels: expected --scores with --kind cosent, which has no classes",
      "write --scores in its place",
    );
  }
  if (options.kind === "cosent" && options.scores === undefined) {
    throw new UsageError(
      "--kind cosent: expected the gold scores of the pairs, found no --scores",
      "--scores names a column of a or b, or a file with one number per line",
    );
  }
  if (options.excludeSelf && options.labels === undefined) {
    throw new UsageError("--exclude-self: expected --labels with it: without them the diagonal holds the positives");
  }
}
