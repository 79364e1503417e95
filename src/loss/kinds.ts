import { expectChoice } from "../core/choices.js";
import { contrastive } from "./contrastive.js";
import { cosent } from "./cosent.js";
import { type HardNegativeSettings, hardNegative } from "./hard-negative.js";
import { infonce } from "./infonce.js";
import type { LossKind } from "./kind.js";
import { multiSimilarity } from "./multi-similarity.js";
import { siglip } from "./siglip.js";
import { supcon } from "./supcon.js";
import { softMargin, triplet } from "./triplet.js";
import { KIND_NAMES, type KindName, MININGS, type Mining, type Settings } from "./types.js";

/** A kind of loss and its own options; each kind documents its defaults. */
export type KindOptions =
  | ({ readonly kind: "hard-negative"; readonly margins?: readonly number[] } & Partial<
      Omit<HardNegativeSettings, "margin">
    >)
  | { readonly kind: "triplet"; readonly mining?: Mining; readonly margins?: readonly number[] }
  | { readonly kind: "soft-margin" }
  | { readonly kind: "infonce"; readonly temperature?: number }
  | { readonly kind: "siglip"; readonly scale?: number; readonly bias?: number }
  | { readonly kind: "supcon"; readonly temperature?: number }
  | { readonly kind: "contrastive"; readonly positiveMargin?: number; readonly negativeMargin?: number }
  | { readonly kind: "multi-similarity"; readonly alpha?: number; readonly beta?: number; readonly base?: number }
  | { readonly kind: "cosent"; readonly scale?: number; readonly scores: ArrayLike<number> };

const KINDS: { readonly [K in Exclude<KindName, "triplet">]: LossKind } = {
  "hard-negative": hardNegative,
  "soft-margin": softMargin,
  infonce,
  siglip,
  supcon,
  contrastive,
  "multi-similarity": multiSimilarity,
  cosent,
};

export function kindOf(options: KindOptions): LossKind {
  expectChoice("kind", options.kind, KIND_NAMES);
  if (options.kind !== "triplet") return KINDS[options.kind];
  const { mining = "batch-hard" } = options;
  expectChoice("mining", mining, MININGS);
  return triplet[mining];
}

/** Returns the settings of a kind: the given values, else its defaults; one object for each of the `margins`. */
export function settingsOf({ defaults }: LossKind, options: KindOptions): readonly Settings[] {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const own = Object.entries(defaults).map(([name, value]) => [name, given[name] ?? value]);
  const settings: Settings = Object.fromEntries(own);
  if (!("margins" in options) || !options.margins) return [settings];
  return options.margins.map((margin) => ({ ...settings, margin }));
}
