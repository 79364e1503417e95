import type { Numbers } from "../../vectors.js";
import type { Page } from "./chunk.js";

/** Takes the values of a column so many at a time, however its pages cut them. */
export class Cursor<T extends Numbers | readonly string[]> {
  private values: T | null = null;
  private at = 0;

  constructor(private readonly pages: AsyncGenerator<Page<T>>) {}

  /** The next `count` values, in parts; fewer only at the end of the group. */
  async take(count: number): Promise<T[]> {
    const parts: T[] = [];
    for (let done = 0; done < count; ) {
      if (!this.values || this.at === this.values.length) {
        const next = await this.pages.next();
        if (next.done) break;
        this.values = next.value.values;
        this.at = 0;
      }
      const part = this.values.slice(this.at, this.at + count - done) as T;
      this.at += part.length;
      done += part.length;
      parts.push(part);
    }
    return parts;
  }
}
