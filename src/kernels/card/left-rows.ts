import type { Card, CardBuffer, CardRows } from "./card.js";
import type { LoadedPart } from "./resident-rows.js";

/** The left-hand rows of a search, of which some are on the card at a time. */
export class LeftRows {
  private loaded = -1;

  /** @param room memory for the rows that are not on the card as right-hand rows. */
  constructor(
    private readonly card: Card,
    private readonly left: Float32Array,
    private readonly right: Float32Array,
    private readonly d: number,
    private readonly room: CardBuffer,
  ) {}

  /** Returns some rows on the card, until the next call. */
  at(row: number, rows: number, part: LoadedPart): CardRows {
    const { left, right, d, card, room } = this;
    if (left === right && row >= part.first && row + rows <= part.first + part.rows) {
      return { buffer: part.buffer, first: row - part.first };
    }
    if (this.loaded !== row) card.write(room, left.subarray(row * d, (row + rows) * d));
    this.loaded = row;
    return { buffer: room, first: 0 };
  }
}
