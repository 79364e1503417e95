import { expectChoice } from "../core/choices.js";
import { KIND_NAMES, type KindName, MININGS, type Mining } from "../core/results.js";
import { contrastive } from "./contrastive.js";
import { infonce } from "./infonce.js";
import type { LossKind, Settings } from "./kind.js";
import { multiSimilarity } from "./multi-similarity.js";
import { softMargin } from "./soft-margin.js";
import { triplet } from "./triplet.js";

/** A kind of loss and the options that belong to it; see each kind for its defaults. */
export type KindOptions =
  | { readonly kind: "triplet"; readonly mining?: Mining; readonly margins?: readonly number[] }
  | { readonly kind: "soft-margin" }
  | { readonly kind: "infonce"; readonly temperature?: number }
  | { readonly kind: "contrastive"; readonly positiveMargin?: number; readonly negativeMargin?: number }
  | { readonly kind: "multi-similarity"; readonly alpha?: number; readonly beta?: number; readonly base?: number };

const KINDS: { readonly [K in Exclude<KindName, "triplet">]: LossKind } = {
  "soft-margin": softMargin,
  infonce,
  contrastive,
  "multi-similarity": multiSimilarity,
};

export function kindOf(options: KindOptions): LossKind {
  expectChoice("kind", options.kind, KIND_NAMES);
  if (options.kind !== "triplet") return KINDS[options.kind];
  const { mining = "batch-hard" } = options;
  expectChoice("mining", mining, MININGS);
  return triplet[mining];
}

/** The settings of a kind: what was given, else its defaults; one for each margin. */
export function settingsOf({ defaults }: LossKind, options: KindOptions): readonly Settings[] {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const own = Object.entries(defaults).map(([name, value]) => [name, given[name] ?? value]);
  const settings: Settings = Object.fromEntries(own);
  if (options.kind !== "triplet" || !options.margins) return [settings];
  return options.margins.map((margin) => ({ ...settings, margin }));
}
