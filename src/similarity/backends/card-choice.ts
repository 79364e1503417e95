import type { CardName } from "../../kernels/card/find-card.js";

/** The size of a search. */
export interface SearchSize {
  /** n·m·d. */
  readonly products: number;
  /** Number of components of both sets. */
  readonly numbers: number;
  readonly threads: number;
}

/**
 * What a search costs, in seconds and products of components a second. Measured: a thread with OpenBLAS in float32 does 4e10 to 1.5e11
 * products a second, an H200 2.5e13, a card of 2018 4e12; CUDA starts in 0.5 to 0.9 s.
 */
const THREAD_RATE = 1e11;
const CARDS: { readonly [name in CardName]: { readonly start: number; readonly rate: number } } = {
  cuda: { start: 1, rate: 5e12 },
  webgpu: { start: 1, rate: 1e12 },
};
/** Bytes a second that are copied to a card. */
const COPY_RATE = 3e9;

/**
 * Whether a card of a kind takes less time for a search than the processor. Processors are rated high and cards low, so that a wrong choice
 * costs at most the start of the device.
 */
export function isWorthCard(name: CardName, { products, numbers, threads }: SearchSize): boolean {
  const { start, rate } = CARDS[name];
  const onCard = start + (numbers * Float32Array.BYTES_PER_ELEMENT) / COPY_RATE + products / rate;
  return onCard < products / (threads * THREAD_RATE);
}
