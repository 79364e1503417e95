import { expect } from "chai";
import fc from "fast-check";
import { all, create } from "mathjs";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { cellFill, type Fill, js, plainProduct } from "#dist/similarity/backends/plain.js";
import { computeTiles } from "#dist/similarity/compute.js";
import { loopCell } from "#dist/similarity/loop.js";
import { METRICS } from "#dist/similarity/metrics/metrics.js";
import type { SimilarityOptions } from "#dist/similarity/options.js";
import { cosine, cosineSimilarity, cosineTiles } from "#dist/similarity/similarity.js";
import { areaStream } from "#dist/similarity/stream.js";
import { bits, drawing, expectClose, randomRows } from "../reference.js";

const LOOP: SimilarityOptions = { mode: "loop" };
const MATRIX: SimilarityOptions = { mode: "matrix", backend: "js" };
const MATHJS: SimilarityOptions = { mode: "matrix", backend: "mathjs" };

const random = (n: number, d: number, seed: number): VectorSet => vectorsFrom(randomRows(n, d, seed));
const valuesOf = async (a: VectorSet, b: VectorSet, options: SimilarityOptions): Promise<Float64Array> =>
  (await cosineSimilarity(a, b, options)).values;

/** Non-zero rows with components up to 1e3. */
const rowsOfLength = (d: number, count: { minLength: number; maxLength: number }): fc.Arbitrary<number[][]> =>
  fc.array(
    fc
      .array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: d, maxLength: d })
      .filter((row) => row.some((x) => x !== 0)),
    count,
  );
const batch = fc.integer({ min: 1, max: 8 }).chain((d) => rowsOfLength(d, { minLength: 1, maxLength: 6 }));
const twoBatches = fc
  .integer({ min: 1, max: 8 })
  .chain((d) =>
    fc.tuple(rowsOfLength(d, { minLength: 1, maxLength: 6 }), rowsOfLength(d, { minLength: 1, maxLength: 6 })),
  );

describe("loop, matrix and mathjs", () => {
  for (const [name, options] of Object.entries({ LOOP, MATRIX, MATHJS })) {
    it(`give the upper triangle of a set in several tiles as in a whole matrix: ${name}`, async () => {
      const set = random(300, 3, 5);
      const whole = await valuesOf(set, set, options);
      const seen: number[] = [];
      for await (const { firstRow, rows, columns, values } of (
        await computeTiles("cosine", set, set, { ...options, upper: true })
      ).tiles()) {
        for (let i = firstRow; i < firstRow + rows; i++) {
          const at = (i - firstRow) * columns;
          expect(values.slice(at + i, at + columns)).to.deep.equal(whole.slice(i * 300 + i, (i + 1) * 300));
        }
        seen.push(firstRow);
      }
      expect(seen.length).to.be.above(1);
    });
  }

  const shapes = [
    [1, 1, 1],
    [1, 1, 7],
    [1, 9, 3],
    [9, 1, 3],
    [2, 3, 5],
    [7, 11, 13],
    [17, 19, 1],
    [13, 5, 64],
    [3, 7, 4097],
  ] as const;
  for (const [n, m, d] of shapes) {
    it(`agree on ${n}×${m} cells of dimension ${d}`, async () => {
      const [a, b] = [random(n, d, 100 + n), random(m, d, 200 + m)];
      const loop = await valuesOf(a, b, LOOP);
      expect(loop).to.have.length(n * m);
      const tolerance = (d + 8) * Number.EPSILON;
      expectClose(await valuesOf(a, b, MATRIX), loop, tolerance);
      expectClose(await valuesOf(a, b, MATHJS), loop, tolerance);
      const [row] = randomRows(1, d, 100 + n);
      const [column] = randomRows(1, d, 200 + m);
      expect(loop[0]).to.equal(cosine(row!, column!));
    });
  }

  it("agree on any vectors", async () => {
    await fc.assert(
      fc.asyncProperty(twoBatches, async ([a, b]) => {
        const sets = [vectorsFrom(a), vectorsFrom(b)] as const;
        const loop = await valuesOf(...sets, LOOP);
        expectClose(await valuesOf(...sets, MATRIX), loop, 1e-14);
        expectClose(await valuesOf(...sets, MATHJS), loop, 1e-14);
      }),
    );
  });

  it("agree with 64-digit decimal arithmetic to the last places of a double", async () => {
    const math = create(all, { number: "BigNumber", precision: 64 });
    const draw = drawing(5);
    // Integers divided by 1024 have few decimals, so that decimal arithmetic starts from the same numbers.
    const rows = (n: number) =>
      Array.from({ length: n }, () => Array.from({ length: 7 }, () => Math.round((draw() - 0.5) * 2 ** 20) / 1024));
    const [a, b] = [rows(6), rows(5)];
    const big = (row: number[]) => row.map((x) => math.bignumber(x));
    const dot = (x: number[], y: number[]) => math.dot(big(x), big(y)) as unknown as math.BigNumber;
    const expected = a.flatMap((x) =>
      b.map((y) =>
        math.number(
          math.divide(
            dot(x, y),
            math.sqrt(math.multiply(dot(x, x), dot(y, y)) as math.BigNumber) as math.BigNumber,
          ) as math.BigNumber,
        ),
      ),
    );
    const sets = [vectorsFrom(a), vectorsFrom(b)] as const;
    for (const engine of [LOOP, MATRIX, MATHJS]) {
      expectClose(await valuesOf(...sets, engine), expected, 4 * Number.EPSILON);
    }
  });
});

describe("a cosine matrix", () => {
  for (const engine of [LOOP, MATRIX, MATHJS]) {
    const name = [engine.mode, engine.backend].filter(Boolean).join(", ");

    it(`is exactly 1 for equal rows and never above (${name})`, async () => {
      for (const d of [1, 2, 3, 5, 10, 31, 100, 317, 1000]) {
        const rows = randomRows(6, d, d);
        const [a, b] = [vectorsFrom(rows), vectorsFrom([...rows.slice(3), ...rows.slice(0, 3)])];
        const own = await valuesOf(a, a, engine);
        const other = await valuesOf(a, b, engine);
        for (let i = 0; i < 6; i++) {
          expect(own[i * 6 + i], `d = ${d}, one set`).to.equal(1);
          expect(other[i * 6 + ((i + 3) % 6)], `d = ${d}, two sets`).to.equal(1);
        }
      }
    });

    it(`stays in [−1, 1] for rows that are nearly equal, opposite or multiples (${name})`, async () => {
      const draw = drawing(11);
      for (const d of [2, 3, 10, 100, 1000]) {
        const [row] = randomRows(1, d, 3 * d) as [number[]];
        const others = Array.from({ length: 40 }, (_, k) => {
          const factor = (k % 2 === 0 ? 1 : -1) * (0.1 + 10 * draw());
          return row.map((x) => x * factor);
        });
        const values = await valuesOf(vectorsFrom([row, ...others]), vectorsFrom(others), engine);
        expect(Math.max(...values))
          .to.be.at.most(1)
          .and.above(1 - 1e-12);
        expect(Math.min(...values))
          .to.be.at.least(-1)
          .and.below(-1 + 1e-12);
      }
    });

    it(`is not 1 for rows that are only nearly equal (${name})`, async () => {
      for (const d of [100, 1000, 4000]) {
        const [row, noise] = randomRows(2, d, d) as [number[], number[]];
        const near = row.map((x, k) => x + 2e-7 * noise[k]!);
        const [value] = await valuesOf(vectorsFrom([row]), vectorsFrom([near]), engine);
        // Half of the squared angle, which is about 2e-7.
        expect(1 - value!, `d = ${d}`).to.be.within(1.4e-14, 2.6e-14);
      }
    });

    it(`is symmetric to the last bit for a set with itself (${name})`, async () => {
      await fc.assert(
        fc.asyncProperty(batch, async (rows) => {
          const n = rows.length;
          const set = vectorsFrom(rows);
          const values = await valuesOf(set, set, engine);
          const mirrored = values.map((_, cell) => values[(cell % n) * n + Math.floor(cell / n)]!);
          expect(bits(mirrored)).to.deep.equal(bits(values));
        }),
      );
    });

    it(`has the same bits if rows are multiplied by powers of two (${name})`, async () => {
      const component = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((x) => x / 2 ** 10);
      const rows = fc.array(
        fc.array(component, { minLength: 4, maxLength: 4 }).filter((row) => row.some((x) => x !== 0)),
        { minLength: 3, maxLength: 3 },
      );
      const powers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(rows, rows, powers, async (a, b, exponents) => {
          const scaled = a.map((row, i) => row.map((x) => x * 2 ** exponents[i]!));
          const before = await valuesOf(vectorsFrom(a), vectorsFrom(b), engine);
          const after = await valuesOf(vectorsFrom(scaled), vectorsFrom(b), engine);
          expect(bits(after)).to.deep.equal(bits(before));
        }),
      );
    });

    it(`is the same for v, 1e200·v and 1e−200·v (${name})`, async () => {
      const a = randomRows(4, 6, 1);
      const b = randomRows(3, 6, 2);
      const expected = await valuesOf(vectorsFrom(a), vectorsFrom(b), engine);
      for (const [left, right] of [
        [1e200, 1e200],
        [1e-200, 1e-200],
        [1e200, 1e-200],
        [1e300, 1],
        [1e-300, 1e300],
      ] as const) {
        const large = vectorsFrom(a.map((row) => row.map((x) => x * left)));
        const small = vectorsFrom(b.map((row) => row.map((x) => x * right)));
        expectClose(await valuesOf(large, small, engine), expected, 1e-14);
      }
    });

    it(`is correct at both ends of the range of doubles (${name})`, async () => {
      const least = Number.MIN_VALUE;
      const most = Number.MAX_VALUE;
      const a = vectorsFrom([
        [3 * least, 4 * least],
        [most, most],
        [least, 0],
        [-most, 0],
      ]);
      const b = vectorsFrom([
        [3, 4],
        [1, 1],
      ]);
      const half = Math.SQRT1_2;
      const slanted = 7 / (5 * Math.SQRT2);
      const expected = [1, slanted, slanted, 1, 0.6, half, -0.6, -half];
      const values = await valuesOf(a, b, engine);
      expectClose(values, expected, 4 * Number.EPSILON);
      expect(values[0]).to.be.at.most(1);
    });

    it(`has the same diagonal for paired rows, bit for bit (${name})`, async () => {
      for (const [n, d] of [
        [1, 1],
        [2, 3],
        [9, 5],
        [10, 129],
      ] as const) {
        const [a, b] = [random(n, d, n), random(n, d, n + 50)];
        const whole = await valuesOf(a, b, engine);
        const paired = await cosineSimilarity(a, b, { ...engine, paired: true });
        expect(paired).to.include({ rows: n, columns: 1 });
        expect(bits(paired.values)).to.deep.equal(bits(Array.from({ length: n }, (_, i) => whole[i * n + i]!)));
      }
    });
  }

  it("reports its mode and backend", async () => {
    const set = random(2, 2, 1);
    expect(await cosineTiles(set, set)).to.include({ mode: "matrix", backend: "js", rows: 2, columns: 2 });
    expect(await cosineTiles(set, set, LOOP)).to.include({ mode: "loop", backend: null });
    expect(await cosineTiles(set, set, MATHJS)).to.include({ mode: "matrix", backend: "mathjs" });
  });

  it("does not modify its input", async () => {
    const rows = [
      [1e250, 2e250],
      [3, 4],
    ];
    const set = vectorsFrom(rows);
    for (const engine of [LOOP, MATRIX, MATHJS]) await cosineSimilarity(set, set, engine);
    expect(Array.from(set.values)).to.deep.equal(rows.flat());
  });
});

describe("tiles", () => {
  const { cosine: metric } = METRICS;
  const engines: readonly [string, (a: VectorSet, b: VectorSet) => Promise<Fill>][] = [
    ["loop", async (a, b) => cellFill(loopCell(metric, a, b, "error"))],
    ["matrix", async (a, b) => js.fill(metric, await js.prepare(metric, a, b, { zeroVectors: "error" }))],
  ];
  for (const [name, fillOf] of engines) {
    it(`have the same bits for any shape (${name})`, async () => {
      const ranges = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 13 }));
      for (const [m, d] of [
        [1, 1],
        [7, 5],
        [9, 31],
        [11, 4097],
      ] as const) {
        // The rows of B are the last rows of A, so that the ones are at different places in each tile.
        const rows = randomRows(13, d, d);
        const [a, b] = [vectorsFrom(rows), vectorsFrom(rows.slice(13 - m))];
        const fill = await fillOf(a, b);
        const whole = new Float64Array(13 * m);
        fill({ firstRow: 0, rows: 13, firstColumn: 0, columns: m }, whole);
        for (let j = 0; j < m; j++) expect(whole[(13 - m + j) * m + j]).to.equal(1);
        fc.assert(
          fc.property(ranges, fc.nat(m - 1), fc.integer({ min: 1, max: m }), ([first, height], left, width) => {
            const last = Math.min(13, first + height);
            const right = Math.min(m, left + width);
            const part = new Float64Array((last - first) * (right - left));
            fill({ firstRow: first, rows: last - first, firstColumn: left, columns: right - left }, part);
            const expected = Array.from({ length: last - first }, (_, i) =>
              bits(whole.subarray((first + i) * m + left, (first + i) * m + right)),
            ).flat();
            expect(bits(part)).to.deep.equal(expected);
          }),
          { numRuns: 30 },
        );
      }
    });
  }

  it("are consecutive, of at most 2^18 cells or a single row", async () => {
    for (const [rows, columns, d] of [
      [1000, 1000, 3],
      [5, 300_000, 1],
      [700, 10, 1e7],
      [3, 4, 5],
    ] as const) {
      const filled: number[][] = [];
      const fill: Fill = ({ firstRow, rows }, out) => {
        filled.push([firstRow, rows]);
        out.fill(firstRow);
      };
      const options = { symmetric: false, hasBlocks: false };
      const matrix = areaStream(() => plainProduct(fill), js, { rows, columns, d }, options);
      for (const _ of [1, 2]) {
        filled.length = 0;
        let next = 0;
        for await (const tile of matrix.tiles()) {
          expect(tile.firstRow).to.equal(next);
          expect(tile.values).to.have.length(tile.rows * columns);
          expect(tile.values[0]).to.equal(tile.firstRow);
          if (tile.rows > 1) expect(tile.rows * columns).to.be.at.most(2 ** 18);
          expect(filled.at(-1)).to.deep.equal([tile.firstRow, tile.rows]);
          next += tile.rows;
        }
        expect(next).to.equal(rows);
      }
    }
  });

  it("of a large matrix equal the matrix computed at once", async () => {
    const [a, b] = [random(700, 2, 8), random(601, 2, 9)];
    for (const [name, fillOf] of engines) {
      const whole = new Float64Array(700 * 601);
      (await fillOf(a, b))({ firstRow: 0, rows: 700, firstColumn: 0, columns: 601 }, whole);
      const options: SimilarityOptions = { mode: name === "loop" ? "loop" : "matrix", backend: "js" };
      const matrix = await cosineTiles(a, b, options);
      let tiles = 0;
      for await (const { firstRow, values } of matrix.tiles()) {
        tiles++;
        const expected = whole.subarray(firstRow * 601, firstRow * 601 + values.length);
        expect(
          values.every((value, cell) => Object.is(value, expected[cell])),
          name,
        ).to.be.true;
      }
      expect(tiles).to.be.above(1);
    }
  });
});
