import { resolve } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { Tile, TiledMatrix } from "../../core/matrix.js";
import type { HardNegativeLoss, SimilarityLoss } from "../../core/results.js";
import type { Evaluation } from "../../loss/gradient.js";
import { evaluateHardNegatives } from "../../loss/hard-negative-loss.js";
import type { KindOptions } from "../../loss/kinds.js";
import { similarityLoss } from "../../loss/similarity-loss.js";
import type { MatrixHead, Records } from "../../output/format.js";
import type { TableOptions } from "../../tables/grid.js";
import type { MatrixWindow } from "../../tables/window.js";
import type { Side } from "../similarity/matrix-table.js";
import type { LossKindOptions } from "./loss-options.js";
import { lossObject, lossRecords } from "./loss-records.js";
import { lossTable } from "./loss-table.js";
import { similarityLossObject, similarityLossRecords } from "./similarity-loss-records.js";
import { similarityLossTable } from "./similarity-loss-table.js";

/** How losses are computed, and how they look. */
export interface LossCommandKind<Loss extends { readonly loss: number | null }> {
  evaluate(
    similarity: TiledMatrix,
    labels: readonly string[] | null,
    watch: (tile: Tile) => void,
  ): Promise<Evaluation<Loss>>;
  records(losses: readonly Loss[], ids: readonly string[] | null): Records;
  object(loss: Loss, ids: readonly string[] | null): { [name: string]: unknown };
  table(
    losses: readonly Loss[],
    head: MatrixHead,
    sides: readonly [Side, Side] | null,
    window: MatrixWindow,
    options: TableOptions,
  ): string[];
}

export function hardNegatives({ margin: margins, ...options }: LossKindOptions): LossCommandKind<HardNegativeLoss> {
  return {
    evaluate: (similarity, labels, watch) =>
      evaluateHardNegatives(similarity, { ...options, ...(margins && { margins }), labels }, watch),
    records: lossRecords,
    object: lossObject,
    table: lossTable,
  };
}

/** @param ofSelf whether both files are the same, so that with labels the diagonal is no pair. */
export function similarityLosses(
  { margin: margins, ...options }: LossKindOptions & KindOptions,
  ofSelf: boolean,
): LossCommandKind<SimilarityLoss> {
  return {
    evaluate(similarity, labels, watch) {
      const takesOthers = labels !== null && options.kind !== "infonce";
      const excludeSelf = options.excludeSelf ?? (ofSelf && takesOthers);
      return similarityLoss(similarity, { ...options, ...(margins && { margins }), excludeSelf, labels }, watch);
    },
    records: similarityLossRecords,
    object: similarityLossObject,
    table: similarityLossTable,
  };
}

/** The kinds that an option belongs to, where that is not all of them. */
const OWNERS: { readonly [Name in keyof LossKindOptions]?: readonly LossKindOptions["kind"][] } = {
  margin: ["hard-negative", "triplet"],
  negatives: ["hard-negative"],
  fallback: ["hard-negative"],
  tieTolerance: ["hard-negative"],
  mining: ["triplet"],
  temperature: ["infonce"],
  positiveMargin: ["contrastive"],
  negativeMargin: ["contrastive"],
  alpha: ["multi-similarity"],
  beta: ["multi-similarity"],
  base: ["multi-similarity"],
  excludeSelf: ["triplet", "soft-margin", "contrastive", "multi-similarity"],
};

/** @throws {UsageError} for an option of another kind, and where the diagonal has to hold the positives. */
export function expectOwnOptions(options: LossKindOptions): void {
  for (const [name, owners] of Object.entries(OWNERS)) {
    if (options[name as keyof LossKindOptions] === undefined || owners.includes(options.kind)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(
      `${flag}: expected --kind ${owners.join(" or ")}, found --kind ${options.kind}`,
      `leave ${flag} out`,
    );
  }
  if (options.excludeSelf && options.labels === undefined) {
    throw new UsageError("--exclude-self: expected --labels beside it: without them the diagonal holds the positives");
  }
}

export const isSameFile = (first: string, second: string | undefined): boolean =>
  second !== undefined && resolve(first) === resolve(second);
