import { expect } from "chai";
import { DataError } from "#dist/core/errors.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { linearCka } from "#dist/similarity/linear-cka.js";
import { bits, digits, failure, fixtureJson, randomRows, runtimeOf } from "../reference.js";

const mapped = ({ values, dimensions: d, rows }: VectorSet, change: (x: number, column: number) => number): VectorSet =>
  vectorsFrom(
    Array.from({ length: rows }, (_, i) => Array.from({ length: d }, (_, k) => change(values[i * d + k]!, k))),
  );

describe("linearCka", () => {
  it("agrees with the definition by Gram matrices, for sets of other dimensions", async () => {
    const { b, cka } = fixtureJson<{ b: number[][]; cka: number }>("neighbours/overlap.json");
    expect(await linearCka(digits().a, vectorsFrom(b))).to.be.closeTo(cka, 1e-13);
    expect(await linearCka(vectorsFrom(b), digits().a)).to.be.closeTo(cka, 1e-13);
  });

  it("is 1 for a set that is moved, scaled and mirrored, also by extreme factors", async () => {
    const { a } = digits();
    expect(await linearCka(a, a)).to.be.closeTo(1, 1e-14);
    for (const factor of [1, -3, 1e200, 1e-200]) {
      expect(
        await linearCka(
          a,
          mapped(a, (x, column) => (x + column) * factor),
        ),
      ).to.be.closeTo(1, 1e-12);
    }
  });

  it("has the same bits on any number of threads, over several blocks of rows", async () => {
    const [x, y] = [vectorsFrom(randomRows(2500, 20, 1)), vectorsFrom(randomRows(2500, 7, 2))];
    const found = await Promise.all(
      [1, 2].map((threads) => linearCka(x, y, { backend: "wasm", runtime: runtimeOf(threads) })),
    );
    expect(bits([found[0]!])).to.deep.equal(bits([found[1]!]));
    expect(await linearCka(x, y, { backend: "js" })).to.be.closeTo(found[0]!, 1e-13);
  });

  it("is NaN if all rows of a set are equal", async () => {
    const [x, y] = [
      vectorsFrom(randomRows(3, 2, 1)),
      vectorsFrom([
        [0.1, 2.3],
        [0.1, 2.3],
        [0.1, 2.3],
      ]),
    ];
    expect(await linearCka(x, y)).to.be.NaN;
  });

  it("rejects sets of different sizes", async () => {
    const error = await failure(linearCka(vectorsFrom(randomRows(3, 2, 1)), vectorsFrom(randomRows(4, 2, 1))));
    expect(error).to.be.an.instanceOf(DataError);
    expect(error.message).to.contain("(3×2) and vectors (4×2)");
  });
});
