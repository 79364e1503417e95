import { expect } from "chai";
import { ahead } from "#dist/core/ahead.js";

describe("ahead", () => {
  /** Yields numbers below `count`, and notes what happens. */
  async function* numbers(count: number, said: string[], failsAt = -1): AsyncGenerator<number> {
    try {
      for (let k = 0; k < count; k++) {
        if (k === failsAt) throw new Error(`failed at ${k}`);
        said.push(`made ${k}`);
        yield k;
      }
    } finally {
      said.push("closed");
    }
  }

  /** Takes items, each of which is used for a while. */
  async function used(items: AsyncIterable<number>, said: string[], most = Number.POSITIVE_INFINITY): Promise<void> {
    for await (const k of items) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      said.push(`used ${k}`);
      if (k + 1 === most) break;
    }
  }

  it("requests one item while the consumer works with the one before", async () => {
    const said: string[] = [];
    await used(ahead(numbers(3, said)), said);
    expect(said).to.deep.equal(["made 0", "made 1", "used 0", "made 2", "used 1", "closed", "used 2"]);
  });

  it("throws an error after the items before it", async () => {
    const said: string[] = [];
    const error = await used(ahead(numbers(3, said, 1)), said).catch((reason) => reason.message);
    expect(error).to.equal("failed at 1");
    expect(said).to.deep.equal(["made 0", "closed", "used 0"]);
  });

  it("closes the source when the consumer leaves", async () => {
    const said: string[] = [];
    await used(ahead(numbers(5, said)), said, 2);
    expect(said).to.deep.equal(["made 0", "made 1", "used 0", "made 2", "used 1", "closed"]);
  });
});
