import type { Numbers } from "../../core/vectors.js";
import type { Page } from "./chunk.js";

/** Returns the values of a column in blocks of any size, independent of the page boundaries. */
export class Cursor<T extends Numbers | readonly (string | null)[]> {
  private page: Page<T> | null = null;

  constructor(private readonly pages: AsyncGenerator<Page<T>>) {}

  /** Returns the next `count` values, in parts; fewer only at the end of the group. */
  async take(count: number): Promise<T[]> {
    const parts: T[] = [];
    for (let done = 0; done < count; ) {
      if (!this.page || this.page.left === 0) {
        const next = await this.pages.next();
        if (next.done) break;
        this.page = next.value;
      }
      const { values } = this.page.take(count - done);
      done += values.length;
      parts.push(values);
    }
    return parts;
  }
}
