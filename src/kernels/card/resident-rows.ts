import type { FloatRows } from "../float-search.js";
import { Buffers } from "./buffers.js";
import type { Card, CardBuffer, CardTerms } from "./card.js";

/** Rows from `first` on that fit into one buffer. */
export interface RowsPart {
  readonly first: number;
  readonly rows: number;
}

/** A part of the right-hand rows on the card. */
export interface LoadedPart extends RowsPart {
  readonly buffer: CardBuffer;
  readonly terms: CardTerms;
}

/** The parts on a card take at most this share of its memory. */
const SHARE = 1 / 2;
/** Rows of a part are a multiple of this, so that columns begin at places that are read fast. */
const TOGETHER = 64;

/** The right-hand rows of a search on a card: all of them, or the part that was used last where they do not fit. */
export class ResidentRows {
  readonly parts: readonly RowsPart[];
  private readonly loaded = new Map<RowsPart, { readonly part: LoadedPart; readonly buffers: Buffers }>();
  private readonly areAllKept: boolean;
  private users = 0;
  private isRetired = false;

  constructor(
    private readonly card: Card,
    private readonly rows: FloatRows,
  ) {
    const { right, d } = rows;
    const { bufferBytes, totalBytes } = card.limits;
    const budget = totalBytes * SHARE;
    const most = Math.floor(Math.min(bufferBytes, budget) / (right.BYTES_PER_ELEMENT * d) / TOGETHER) * TOGETHER;
    const rowsOfPart = Math.max(most, 1);
    this.areAllKept = right.byteLength <= budget;
    const m = right.length / d;
    this.parts = Array.from({ length: Math.ceil(m / rowsOfPart) }, (_, i) => {
      const first = i * rowsOfPart;
      return { first, rows: Math.min(rowsOfPart, m - first) };
    });
  }

  /** Does work that loads parts. */
  async *during<T>(work: () => AsyncIterable<T>): AsyncGenerator<T> {
    this.users++;
    try {
      yield* work();
    } finally {
      this.users--;
      if (this.isRetired && this.users === 0) this.release();
    }
  }

  /** Frees the memory on the card as soon as no work goes on. */
  retire(): void {
    this.isRetired = true;
    if (this.users === 0) this.release();
  }

  load(part: RowsPart): LoadedPart {
    const known = this.loaded.get(part);
    if (known) return known.part;
    if (!this.areAllKept) this.release();
    const { right, d, terms } = this.rows;
    const buffers = new Buffers(this.card);
    const { first, rows } = part;
    const buffer = buffers.holding(right.subarray(first * d, (first + rows) * d));
    const numbers = buffers.holding(terms?.numbers.subarray(first, first + rows) ?? new Float32Array(1));
    const loaded = { ...part, buffer, terms: { how: terms?.how ?? "as it is", numbers, first } as const };
    this.loaded.set(part, { part: loaded, buffers });
    return loaded;
  }

  private release(): void {
    for (const { buffers } of this.loaded.values()) buffers.release();
    this.loaded.clear();
  }
}
