import type { Card } from "./card.js";
import { CudaCard } from "./cuda/cuda-card.js";

/** The kinds of card, those that are tried first first. */
export const CARD_NAMES = ["cuda"] as const;
export type CardName = Card["name"];

/** The result of a search for a card. */
export type CardSearchResult = { readonly card: Card } | { readonly reason: string };

/** Where the libraries of cards are, if not in the usual places. */
export interface CardPaths {
  /** Folders of cuBLAS and NVRTC. */
  readonly cuda?: string | undefined;
}

/** Opens a card of a kind, or returns the reason why there is none. */
export async function openCard(name: CardName, paths: CardPaths): Promise<CardSearchResult> {
  try {
    if (name === "cuda") return { card: CudaCard.open(paths.cuda) };
    return { reason: "it is not there" };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
