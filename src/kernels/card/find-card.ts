import type { Card } from "./card.js";
import { CudaCard } from "./cuda/cuda-card.js";
import { WebgpuCard } from "./webgpu/webgpu-card.js";

/** The kinds of card, those that are tried first first. */
export const CARD_NAMES = ["cuda", "webgpu"] as const;
export type CardName = Card["name"];

/** The result of a search for a card. */
export type CardSearchResult = { readonly card: Card } | { readonly reason: string };

/** Where the libraries of cards are, if not in the usual places. */
export interface CardPaths {
  /** Folders of cuBLAS and NVRTC. */
  readonly cuda?: string | undefined;
  /** Folder of the npm package `webgpu`, or its file `dawn.node`. */
  readonly webgpu?: string | undefined;
}

/** Opens a card of a kind, or returns the reason why there is none. */
export async function openCard(name: CardName, paths: CardPaths): Promise<CardSearchResult> {
  try {
    return { card: name === "cuda" ? CudaCard.open(paths.cuda) : await WebgpuCard.open(paths.webgpu) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
