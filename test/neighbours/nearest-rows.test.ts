import { expect } from "chai";
import fc from "fast-check";
import { NearestRows } from "#dist/neighbours/nearest-rows.js";
import { eitherWay, inOrder, scored, scoreRows } from "./support.js";

/** Splits a corpus into parts before these columns. */
function parts(exact: readonly (readonly number[])[], cuts: readonly number[]) {
  const places = [...new Set([0, ...cuts.filter((at) => at < exact[0]!.length), exact[0]!.length])].sort(
    (x, y) => x - y,
  );
  return places.slice(0, -1).map((first, p) => ({ first, part: exact.map((row) => row.slice(first, places[p + 1])) }));
}

describe("NearestRows", () => {
  it("agrees with the definition, for any number of parts and tiles of any height", async () => {
    const options = fc.record({
      k: fc.integer({ min: 1, max: 12 }),
      excludeSelf: fc.boolean(),
      minScore: fc.option(fc.constantFrom(0.25, 0.5, 0, -0.25), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        scoreRows(),
        eitherWay,
        options,
        fc.array(fc.integer({ min: 1, max: 39 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        async (exact, nearer, { minScore, ...rest }, cuts, height) => {
          const nearest = new NearestRows(exact.length, { ...rest, ...(minScore !== undefined && { minScore }) });
          for (const { first, part } of parts(exact, cuts)) {
            const ids = part[0]!.map((_, j) => `row ${first + j}`);
            await nearest.add(scored(part, nearer, height), first, ids);
          }
          const { k, counts, rows, scores, ids } = nearest.result();
          for (const [i, row] of exact.entries()) {
            const reaches = (x: number) =>
              minScore === undefined || (nearer === "greater" ? x >= minScore : x <= minScore);
            const expected = inOrder(row, nearer, rest.excludeSelf ? [i] : [])
              .filter((column) => reaches(row[column]!))
              .slice(0, k);
            const range = [i * k, i * k + counts[i]!] as const;
            expect([...rows.subarray(...range)]).to.deep.equal(expected);
            expect([...scores.subarray(...range)].map((x) => x + 0)).to.deep.equal(expected.map((j) => row[j]! + 0));
            expect(ids.slice(...range)).to.deep.equal(expected.map((j) => `row ${j}`));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("has no ids if the corpus has none", async () => {
    const nearest = new NearestRows(1, { k: 1 });
    await nearest.add(scored([[0.5, 0.7]]));
    expect(nearest.result()).to.deep.include({ ids: [] });
    expect([...nearest.result().rows]).to.deep.equal([1]);
  });
});
