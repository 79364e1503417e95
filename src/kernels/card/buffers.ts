import type { Card, CardBuffer } from "./card.js";

/** Buffers of one computation on a card, which are released together. */
export class Buffers {
  private readonly taken: CardBuffer[] = [];

  constructor(private readonly card: Card) {}

  take(bytes: number): CardBuffer {
    const buffer = this.card.allocate(bytes);
    this.taken.push(buffer);
    return buffer;
  }

  /** Takes a buffer and writes numbers to it. */
  holding(numbers: Float32Array | Float64Array | Uint32Array): CardBuffer {
    const buffer = this.take(numbers.byteLength);
    this.card.write(buffer, numbers);
    return buffer;
  }

  release(): void {
    for (const buffer of this.taken.splice(0)) this.card.release(buffer);
  }
}
