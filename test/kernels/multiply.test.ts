import { expect } from "chai";
import fc from "fast-check";
import { CORNER_BYTES, PANEL_OF_A } from "#dist/kernels/multiply.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import { bits, drawing } from "../reference.js";

const kernels = loadKernels();
const { pack64, pack32, multiply64, multiply32, products32 } = kernels.call;
const ROOM = 1 << 18;
const [rows, panelsOfA, panelsOfB, out, corner] = [ROOM, ROOM, ROOM, ROOM, CORNER_BYTES].map((size) =>
  kernels.allocate(size),
);

const kinds = [
  {
    name: "float64",
    pack: pack64,
    multiply: multiply64,
    width: 4,
    view: (at: number, n: number) => kernels.doubles(at, n),
  },
  {
    name: "float32",
    pack: pack32,
    multiply: multiply32,
    width: 8,
    view: (at: number, n: number) => kernels.floats(at, n),
  },
] as const;

for (const { name, pack, multiply, width, view } of kinds) {
  describe(`packing and multiplying in ${name}`, () => {
    it("interleaves the components of the rows of a panel, with zeros for missing rows", () => {
      const size = fc.integer({ min: 1, max: 19 });
      fc.assert(
        fc.property(size, size, fc.constantFrom(4, 5, 8), (count, d, panel) => {
          view(rows!, count * d).set(Array.from({ length: count * d }, (_, i) => i + 1));
          const panels = Math.ceil(count / panel);
          view(panelsOfA!, panels * panel * d).fill(7777);
          pack(rows!, count, d, panel, panelsOfA!);
          const expected = Array.from({ length: panels * panel * d }, (_, at) => {
            const row = Math.floor(at / (panel * d)) * panel + (at % panel);
            const k = Math.floor((at % (panel * d)) / panel);
            return row < count ? row * d + k + 1 : 0;
          });
          expect([...view(panelsOfA!, expected.length)]).to.deep.equal(expected);
        }),
      );
    });

    it("computes A·Bᵀ, exactly if nothing is rounded, and writes no other cell", () => {
      const size = fc.integer({ min: 1, max: 21 });
      const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(383, 384, 385, 511, 512, 513, 800, 1025));
      fc.assert(
        fc.property(size, size, depth, fc.nat(3), fc.nat(1e6), (n, m, d, gap, seed) => {
          const draw = drawing(seed);
          // Integers, whose products and sums are exact in any order.
          const whole = (count: number) => Array.from({ length: count }, () => Math.floor(17 * draw()) - 8);
          const [a, b] = [whole(n * d), whole(m * d)];
          view(rows!, n * d).set(a);
          pack(rows!, n, d, PANEL_OF_A, panelsOfA!);
          view(rows!, m * d).set(b);
          pack(rows!, m, d, width, panelsOfB!);
          const stride = m + gap;
          const cells = kernels.doubles(out!, n * stride).fill(7777);
          multiply(panelsOfA!, n, panelsOfB!, m, d, out!, stride, corner!);
          const expected = Array.from(cells, (_, at) => {
            const [i, j] = [Math.floor(at / stride), at % stride];
            if (j >= m) return 7777;
            let sum = 0;
            for (let k = 0; k < d; k++) sum += a[i * d + k]! * b[j * d + k]!;
            return sum;
          });
          expect(bits(cells)).to.deep.equal(bits(expected));
        }),
        { numRuns: 150 },
      );
    });
  });
}

describe("multiplying in float32 with cells of float32", () => {
  it("computes A·Bᵀ within d·2⁻²⁴·Σ|x·y|, equal for every block, and writes no other cell", () => {
    const size = fc.integer({ min: 1, max: 21 });
    const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 511, 512, 513, 1100));
    fc.assert(
      fc.property(size, size, depth, fc.nat(3), fc.nat(1e6), (n, m, d, gap, seed) => {
        const draw = drawing(seed);
        const floats = (count: number) => Float32Array.from({ length: count }, () => 2 * draw() - 1);
        const [a, b] = [floats(n * d), floats(m * d)];
        /** The cells of the rows of `a` from `first` on. */
        const product = (first: number) => {
          const height = n - first;
          const stride = m + gap;
          kernels.floats(rows!, height * d).set(a.subarray(first * d));
          pack32(rows!, height, d, PANEL_OF_A, panelsOfA!);
          kernels.floats(rows!, m * d).set(b);
          pack32(rows!, m, d, 8, panelsOfB!);
          const cells = kernels.floats(out!, height * stride).fill(7777);
          products32(panelsOfA!, height, panelsOfB!, m, d, out!, stride, corner!);
          return Array.from({ length: height }, (_, i) => [...cells.subarray(i * stride, (i + 1) * stride)]);
        };
        const cells = product(0);
        for (const [i, row] of cells.entries()) {
          expect(row.slice(m)).to.deep.equal(Array(gap).fill(7777));
          for (let j = 0; j < m; j++) {
            let sum = 0;
            let absolute = 0;
            for (let k = 0; k < d; k++) {
              const product = a[i * d + k]! * b[j * d + k]!;
              sum += product;
              absolute += Math.abs(product);
            }
            expect(row[j]).to.be.closeTo(sum, d * 2 ** -24 * absolute);
          }
        }
        expect(product(n - 1)).to.deep.equal(cells.slice(n - 1));
      }),
      { numRuns: 150 },
    );
  });
});
