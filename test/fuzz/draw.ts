import { words } from "#dist/core/random.js";

/** Repeatable random choices. */
export class Draw {
  private readonly words: () => number;

  constructor(seed: number) {
    this.words = words(seed);
  }

  /** Returns an integer in [0, count). */
  below(count: number): number {
    return this.words() % count;
  }

  /** Returns an integer in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Returns true once in `times` draws on average. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  list<T>(length: number, each: (i: number) => T): T[] {
    return Array.from({ length }, (_, i) => each(i));
  }

  /** Returns a seed for another source of random numbers. */
  seed(): number {
    return this.words();
  }
}
