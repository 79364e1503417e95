import { sharedFloats } from "../core/vectors.js";

/**
 * Memory for the float rows of searches that follow one another, such as those of the parts of a corpus: garbage of this size
 * is collected late. Only the last search may be in use.
 */
export class FloatRoom {
  private readonly rooms = new Map<"left" | "right", Float32Array>();

  /** Returns `length` floats on shared memory, of any values. */
  take(side: "left" | "right", length: number): Float32Array {
    const room = this.rooms.get(side);
    if (room && room.length >= length) return room.subarray(0, length);
    const more = sharedFloats(length);
    this.rooms.set(side, more);
    return more;
  }
}
