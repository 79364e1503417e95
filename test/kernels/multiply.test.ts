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
  it("computes A·Bᵀ within d·2⁻²⁴·Σ|x·y|, and writes no other cell", () => {
    const size = fc.integer({ min: 1, max: 21 });
    const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 511, 512, 513, 1100));
    fc.assert(
      fc.property(size, size, depth, fc.nat(3), fc.nat(1e6), (n, m, d, gap, seed) => {
        const draw = drawing(seed);
        const floats = (count: number) => Float32Array.from({ length: count }, () => 2 * draw() - 1);
        const [a, b] = [floats(n * d), floats(m * d)];
        kernels.floats(rows!, n * d).set(a);
        pack32(rows!, n, d, PANEL_OF_A, panelsOfA!);
        kernels.floats(rows!, m * d).set(b);
        pack32(rows!, m, d, 8, panelsOfB!);
        const cells = kernels.floats(out!, n * (m + gap)).fill(7777);
        products32(panelsOfA!, n, panelsOfB!, m, d, out!, m + gap, corner!);
        for (const [at, cell] of cells.entries()) {
          const [i, j] = [Math.floor(at / (m + gap)), at % (m + gap)];
          let sum = 0;
          let absolute = 0;
          for (let k = 0; k < d && j < m; k++) {
            const product = a[i * d + k]! * b[j * d + k]!;
            sum += product;
            absolute += Math.abs(product);
          }
          if (j < m) expect(cell).to.be.closeTo(sum, d * 2 ** -24 * absolute);
          else expect(cell).to.equal(7777);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("a cell", () => {
  const [float64, float32] = kinds;
  const all = {
    multiply64: float64,
    manhattan64: float64,
    chebyshev64: float64,
    multiply32: float32,
    products32: float32,
  };
  for (const [kernel, { pack, width, view }] of Object.entries(all)) {
    it(`has the same bits in every block of ${kernel}`, () => {
      const multiply = kernels.call[kernel as keyof typeof all];
      const result = kernel === "products32" ? float32.view : float64.view;
      const size = fc.integer({ min: 1, max: 21 });
      const depth = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(511, 512, 513, 1100));
      fc.assert(
        fc.property(size, size, depth, fc.nat(20), fc.nat(20), fc.nat(1e6), (n, m, d, down, right, seed) => {
          const draw = drawing(seed);
          const [a, b] = [n, m].map((count) => Array.from({ length: count * d }, () => 2 * draw() - 1));
          /** The cells from a row and a column on. */
          const block = (row: number, column: number) => {
            view(rows!, (n - row) * d).set(a!.slice(row * d));
            pack(rows!, n - row, d, PANEL_OF_A, panelsOfA!);
            view(rows!, (m - column) * d).set(b!.slice(column * d));
            pack(rows!, m - column, d, width, panelsOfB!);
            multiply(panelsOfA!, n - row, panelsOfB!, m - column, d, out!, m - column, corner!);
            return bits([...result(out!, (n - row) * (m - column))]);
          };
          const whole = block(0, 0);
          const [row, column] = [down % n, right % m];
          expect(block(row, column)).to.deep.equal(
            whole.filter((_, at) => Math.floor(at / m) >= row && at % m >= column),
          );
        }),
      );
    });
  }
});
