import { expect } from "chai";
import fc from "fast-check";
import { dot, multiplyTransposed } from "#dist/kernels/product.js";
import { bits, randomRows } from "../reference.js";

/** Computes the product by its definition: each cell is summed in the order of k. */
function productByDefinition(a: readonly number[][], b: readonly number[][]): number[] {
  return a.flatMap((row) => b.map((other) => row.reduce((sum, x, k) => sum + x * other[k]!, 0)));
}

function prefetchBlas(n: number, m: number, d: number, seed: number): void {
  const [a, b] = [randomRows(n, d, seed), randomRows(m, d, seed + 1)];
  const out = new Float64Array(n * m).fill(7777);
  multiplyTransposed(Float64Array.from(a.flat()), Float64Array.from(b.flat()), d, out);
  expect(bits(out)).to.deep.equal(bits(productByDefinition(a, b)));
}

describe("multiplyTransposed", () => {
  it("computes the known product of two small matrices", () => {
    const out = new Float64Array(4);
    multiplyTransposed(Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(7, 9, 11, 8, 10, 12), 3, out);
    expect(Array.from(out)).to.deep.equal([58, 64, 139, 154]);
  });

  it("has the bits of the definition for every shape", () => {
    const size = fc.integer({ min: 1, max: 11 });
    fc.assert(fc.property(size, size, fc.integer({ min: 1, max: 30 }), fc.nat(1e6), prefetchBlas));
  });

  it("has the bits of the definition if B spans several cache blocks", () => {
    for (const d of [4097, 6144, 6145, 30_000]) prefetchBlas(3, 11, d, d);
    prefetchBlas(5, 401, 127, 1);
  });
});

describe("dot", () => {
  it("reads d components from each offset", () => {
    const a = Float64Array.of(9, 1, 2, 3, 9);
    const b = Float64Array.of(4, 5, 6, 9);
    expect(dot(a, 1, b, 0, 3)).to.equal(32);
    expect(dot(a, 0, b, 0, 0)).to.equal(0);
  });
});
