import { expect } from "chai";
import fc from "fast-check";
import { tiled } from "#dist/core/matrix.js";
import { uniformityOf } from "#dist/evaluation/uniformity.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import { cut, drawing, runtimeOf } from "../reference.js";

const kernels = loadKernels();
const cells = kernels.allocateDoubles(64);
const out = kernels.allocateDoubles(3);

function sumsOf(cosines: readonly number[]): number[] {
  cells.set(cosines);
  kernels.call.sumPotentials(cells.byteOffset, cosines.length, out.byteOffset);
  return [...out];
}

describe("sumPotentials", () => {
  it("agrees with Math.exp to 1e-13, from opposite to equal directions", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (cosine) => {
        const wanted = Math.exp(4 * cosine - 4);
        expect(sumsOf([cosine])[2]).to.be.closeTo(wanted, 1e-13 * wanted);
      }),
      { numRuns: 2000 },
    );
    expect(sumsOf([1])).to.deep.equal([1, 1, 1]);
  });

  it("sums any number of cosines, and leaves NaN out", () => {
    const cosine = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(cosine, { maxLength: 64 }), (cosines) => {
        const numbers = cosines.filter((x) => !Number.isNaN(x));
        const [count, sum, potential] = sumsOf(cosines);
        expect(count).to.equal(numbers.length);
        expect(sum).to.be.closeTo(
          numbers.reduce((x, y) => x + y, 0),
          1e-13,
        );
        const wanted = numbers.reduce((all, x) => all + Math.exp(4 * x - 4), 0);
        expect(potential).to.be.closeTo(wanted, 1e-12);
      }),
    );
  });
});

describe("uniformityOf", () => {
  it("reads pairs above the diagonal, with the same bits on any number of threads and for tiles of any height", async () => {
    const n = 700;
    const draw = drawing(3);
    const values = Float64Array.from({ length: n * n }, () => (draw() < 0.1 ? Number.NaN : 2 * draw() - 1));
    let [count, sum, potential] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const cosine = values[i * n + j]!;
        if (Number.isNaN(cosine)) continue;
        count++;
        sum += cosine;
        potential += Math.exp(4 * cosine - 4);
      }
    }
    const whole = (await uniformityOf(tiled({ rows: n, columns: n, values }), runtimeOf(1)))!;
    expect(whole.uniformity).to.be.closeTo(Math.log(potential / count), 1e-12);
    expect(whole.meanCosine).to.be.closeTo(sum / count, 1e-12);
    for (const threads of [1, 3]) {
      runtimeOf(threads).pool.prepare();
      for (const heights of [[n], [1, 300, 399]]) {
        const found = await uniformityOf(cut({ rows: n, columns: n, values }, heights), runtimeOf(threads));
        expect(found).to.deep.equal(whole);
      }
    }
  });
});
