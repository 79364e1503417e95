import { expect } from "chai";
import fc from "fast-check";
import { cosineTiles } from "simcli";
import { tiled } from "#dist/core/matrix.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { clusterOrder } from "#dist/neighbours/cluster-order.js";
import { fixtureJson } from "../reference.js";

describe("clusterOrder", () => {
  it("is that of SciPy's average linkage", async () => {
    for (const { rows, order } of fixtureJson<{ rows: number[][]; order: number[] }[]>(
      "neighbours/cluster-order.json",
    )) {
      const set = vectorsFrom(rows);
      expect(Array.from(await clusterOrder(await cosineTiles(set, set)))).to.deep.equal(order);
    }
  });

  it("has every row once, also of equal rows and with NaN", async () => {
    const values = fc.array(fc.constantFrom(0, 0.5, 1, Number.NaN, -1, 0.25), { minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(values, async (list) => {
        const n = Math.floor(Math.sqrt(list.length));
        const symmetric = Float64Array.from({ length: n * n }, (_, k) => {
          const [i, j] = [Math.floor(k / n), k % n];
          return list[Math.min(i, j) * n + Math.max(i, j)] ?? 0;
        });
        const order = await clusterOrder(tiled({ rows: n, columns: n, values: symmetric }));
        expect(Array.from(order).sort((i, j) => i - j)).to.deep.equal(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it("keeps rows of one direction together", async () => {
    const directions = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const rows = Array.from({ length: 30 }, (_, i) =>
      (directions[i % 3] as number[]).map((x) => x + 0.01 * Math.sin(i + x)),
    );
    const set = vectorsFrom(rows);
    const kinds = Array.from(await clusterOrder(await cosineTiles(set, set)), (row) => row % 3);
    expect(kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1])).to.have.length(2);
  });
});
