import { expect } from "chai";
import fc from "fast-check";
import { loadKernels } from "#dist/kernels/wasm.js";

const kernels = loadKernels();
const workspace = kernels.allocate(8 * 64);

describe("unitRows", () => {
  it("divides rows by their norms at any scale, and replaces zeros with a given number", () => {
    const component = fc
      .double({ min: -1, max: 1, noNaN: true, minExcluded: true })
      .filter((x) => x === 0 || Math.abs(x) > 1e-6);
    const exponent = fc.constantFrom(0, 1, 199, 200, 201, 512, 1023, -199, -201, -600, -1000);
    const rows = fc.integer({ min: 1, max: 9 }).chain((d) =>
      fc.array(fc.tuple(fc.array(component, { minLength: d, maxLength: d }), exponent), {
        minLength: 1,
        maxLength: 7,
      }),
    );
    fc.assert(
      fc.property(rows, fc.constantFrom(0, Number.NaN), (scaled, zeroAs) => {
        const d = scaled[0]![0].length;
        const values = kernels.doubles(workspace, scaled.length * d);
        values.set(scaled.flatMap(([row, exponent]) => row.map((x) => x * 2 ** exponent)));
        const first = kernels.call.unitRows(workspace, scaled.length, d, zeroAs, false);
        expect(first).to.equal(scaled.findIndex(([row]) => row.every((x) => x === 0)));
        scaled.forEach(([row], i) => {
          const length = Math.hypot(...row);
          row.forEach((x, k) => {
            const value = values[i * d + k]!;
            if (length === 0) expect(value).to.deep.equal(zeroAs);
            else expect(value).to.be.closeTo(x / length, 1e-15);
          });
        });
      }),
      { numRuns: 500 },
    );
  });

  it("scales the smallest and the largest doubles", () => {
    const [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE];
    const values = kernels.doubles(workspace, 6);
    values.set([least, 0, most, most, 3 * least, -4 * least]);
    expect(kernels.call.unitRows(workspace, 3, 2, 0, false)).to.equal(-1);
    const half = Math.SQRT1_2;
    [1, 0, half, half, 0.6, -0.8].forEach((x, k) => {
      expect(values[k]).to.be.closeTo(x, 2e-16);
    });
  });
});
