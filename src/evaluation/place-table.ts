/** The place of an id that was not added before. */
export const ABSENT = 2 ** 31 - 1;

/** A hash table from ids to places that is emptied in constant time: a `Map` takes twice as long. */
export class PlaceTable {
  /** The place of the id in each slot. */
  readonly places: Int32Array;
  private readonly ids: Float64Array;
  /** The round in which a slot was filled last. */
  private readonly rounds: Uint32Array;
  private readonly shift: number;
  private round = 0;

  /** @param most the maximum number of ids between two calls of `clear`. */
  constructor(most: number) {
    const bits = Math.ceil(Math.log2(Math.max(most, 1))) + 1;
    this.shift = 32 - bits;
    this.places = new Int32Array(2 ** bits);
    this.ids = new Float64Array(2 ** bits);
    this.rounds = new Uint32Array(2 ** bits);
  }

  clear(): void {
    this.round++;
  }

  /**
   * Returns the slot of an id, which is added with the place {@link ABSENT} if it is new.
   *
   * @see D. Knuth, "The art of computer programming", volume 3, section 6.4: multiplicative hashing, linear probing
   */
  slotOf(id: number): number {
    const { ids, rounds, round, places } = this;
    const last = ids.length - 1;
    let slot = Math.imul(id ^ (id / 2 ** 32), 0x9e3779b1) >>> this.shift;
    while (rounds[slot] === round && ids[slot] !== id) slot = (slot + 1) & last;
    if (rounds[slot] !== round) {
      rounds[slot] = round;
      ids[slot] = id;
      places[slot] = ABSENT;
    }
    return slot;
  }
}
