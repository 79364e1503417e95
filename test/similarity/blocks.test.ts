import { expect } from "chai";
import fc from "fast-check";
import { type Block, type CellsWanted, hold, type TiledMatrix, tiled } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { computeTiles, type MetricTiles } from "#dist/similarity/compute.js";
import type { ComputeOptions } from "#dist/similarity/options.js";
import { StatisticsGatherer } from "#dist/similarity/statistics.js";
import { type Area, areasOf } from "#dist/similarity/tiling.js";
import { MatrixWindow, spanOf } from "#dist/tables/window.js";
import { expectClose, randomRows, runtimeOf } from "../reference.js";

const hasBlas = runtimeOf(2).findBlas().blas !== null;
const FAST = hasBlas ? (["wasm", "blas"] as const) : (["wasm"] as const);

const random = (n: number, d: number, seed: number): VectorSet => vectorsFrom(randomRows(n, d, seed));

/** Collects the cells of blocks; each must occur once. */
async function gathered(blocks: AsyncIterable<Block>, rows: number, columns: number): Promise<Float64Array> {
  const cells = new Float64Array(rows * columns).fill(Number.NaN);
  const put = (i: number, j: number, value: number) => {
    if (!Number.isNaN(cells[i * columns + j]!)) expect.fail(`cell ${i}, ${j} came twice`);
    cells[i * columns + j] = value;
  };
  for await (const { firstRow, rows: height, firstColumn = 0, columns: width, values, mirrored } of blocks) {
    expect(values).to.have.length(height * width);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        put(firstRow + i, firstColumn + j, values[i * width + j]!);
        if (mirrored) put(firstColumn + j, firstRow + i, values[i * width + j]!);
      }
    }
  }
  return cells;
}

async function expectSameCells(matrix: TiledMatrix, tolerance: number): Promise<void> {
  const { values } = await hold(matrix);
  const found = await gathered(matrix.blocks!(), matrix.rows, matrix.columns);
  const cell = found.findIndex((value, i) => !(Math.abs(value - values[i]!) <= tolerance));
  expect(cell, `cell ${cell}: ${found[cell]} beside ${values[cell]}`).to.equal(-1);
}

/** Small jobs use workers only if they are already running. */
const startWorkers = () => [2, 5, 8].map((threads) => runtimeOf(threads).pool.prepare());

describe("the blocks of a matrix", () => {
  before(startWorkers);

  const computed = (a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<MetricTiles> =>
    computeTiles("cosine", a, b, options);

  for (const backend of FAST) {
    // Libraries may sum cells at the edges of a block in another order.
    const tolerance = backend === "wasm" ? 0 : 1e-15;

    it(`contain the cells of its tiles, each once (${backend})`, async () => {
      for (const [n, m, d] of [
        [1, 1, 1],
        [3, 700, 5],
        [700, 3, 5],
        [1100, 530, 19],
        [67, 2100, 3],
      ] as const) {
        for (const threads of [1, 2, 5]) {
          await expectSameCells(
            await computed(random(n, d, 1), random(m, d, 2), { backend, runtime: runtimeOf(threads) }),
            tolerance,
          );
        }
      }
    });

    it(`are those on and above the diagonal for a set with itself (${backend})`, async () => {
      for (const [n, d] of [
        [1, 1],
        [64, 3],
        [65, 3],
        [1100, 19],
      ] as const) {
        const set = random(n, d, 1);
        const matrix = await computed(set, set, { backend, runtime: runtimeOf(2) });
        await expectSameCells(matrix, tolerance);
        let cells = 0;
        for await (const { rows, columns } of matrix.blocks!()) cells += rows * columns;
        expect(cells).to.be.at.most((n * (n + 512)) / 2 + 512 * 512);
      }
    });

    it(`are small if memory is limited (${backend})`, async () => {
      const set = random(300, 4, 1);
      await expectSameCells(await computed(set, set, { backend, workBytes: 1 << 20 }), tolerance);
      const matrix = await computed(set, random(400, 4, 2), { backend, workBytes: 1 << 20 });
      await expectSameCells(matrix, tolerance);
      for await (const { values } of matrix.blocks!()) expect(values.length).to.be.at.most((1 << 20) / 8 / 2);
    });

    it(`can be iterated again, and abandoned early (${backend})`, async () => {
      const matrix = await computed(random(1100, 3, 1), random(600, 3, 2), { backend, runtime: runtimeOf(2) });
      for await (const { firstRow } of matrix.blocks!()) if (firstRow > 0) break;
      await expectSameCells(matrix, tolerance);
    });
  }

  it("of float32 equal those of its tiles", async () => {
    const of = (n: number, seed: number): VectorSet => {
      const set = random(n, 40, seed);
      return { ...set, values: Float32Array.from(set.values) };
    };
    for (const backend of FAST) {
      await expectSameCells(await computed(of(1100, 1), of(700, 2), { backend, runtime: runtimeOf(2) }), 1e-6);
    }
  });

  it("are absent if cells depend on whole rows, or are corrected one by one", async () => {
    const [a, b] = [random(9, 3, 1), random(9, 3, 2)];
    expect((await computeTiles("euclidean", a, b, { backend: "wasm" })).blocks).to.equal(undefined);
    const huge: VectorSet = { ...a, values: a.values.map((x) => x * 1e200) };
    expect((await computeTiles("dot", huge, b, { backend: "wasm" })).blocks).to.equal(undefined);
    expect((await computeTiles("dot", a, b, { backend: "wasm" })).blocks).to.be.a("function");
  });

  it("cover any matrix, and none is too large", () => {
    const size = fc.integer({ min: 1, max: 20_000 });
    const memory = fc.constantFrom(Number.POSITIVE_INFINITY, 1e9, 1e7, 1e5);
    fc.assert(
      fc.property(
        size,
        size,
        fc.boolean(),
        memory,
        fc.integer({ min: 1, max: 9 }),
        (n, m, symmetric, workBytes, threads) => {
          const columns = symmetric ? n : m;
          const { areas, ...most } = areasOf(n, columns, { symmetric, threads, workBytes });
          const all: Area[] = [...areas];
          let cells = 0;
          for (const area of all) {
            const across = symmetric && area.firstColumn > area.firstRow;
            cells += area.rows * area.columns * (across ? 2 : 1);
          }
          const isFit = ({ firstColumn, rows, columns: width }: Area) =>
            firstColumn % 64 === 0 && rows <= most.rows && width <= most.columns;
          expect(all.every(isFit)).to.equal(true);
          expect(cells).to.equal(n * columns);
          expect(most.rows * most.columns).to.be.at.most(2 ** 20);
        },
      ),
      { numRuns: 300 },
    );
  });
});

for (const backend of ["wasm", "blas"] as const) {
  (backend === "wasm" || hasBlas ? describe : describe.skip)(`the summaries of a matrix by ${backend}`, () => {
    before(startWorkers);

    const floats = (set: VectorSet): VectorSet => ({ ...set, values: Float32Array.from(set.values) });
    const wantedOf = (n: number, m: number): CellsWanted => ({
      rows: [
        [0, Math.min(3, n)],
        [Math.max(0, n - 2), n],
      ],
      columns: [
        [0, Math.min(2, m)],
        [Math.max(0, m - 4), m],
      ],
      diagonal: n === m,
    });
    const cosines = (a: VectorSet, b: VectorSet, options: ComputeOptions = {}): Promise<MetricTiles> =>
      computeTiles("cosine", a, b, { backend, runtime: runtimeOf(2), ...options });

    /** Returns what a table shows of a matrix, from its summaries and from its tiles. */
    async function shownBy(matrix: MetricTiles): Promise<{ summaries: unknown[]; tiles: unknown[] }> {
      const { rows: n, columns: m } = matrix;
      const wanted = wantedOf(n, m);
      const [one, two] = [new StatisticsGatherer(n === m), new StatisticsGatherer(n === m)];
      const cells = new Map<string, number>();
      for await (const summary of matrix.summaries!(wanted)) {
        one.addSummary(summary);
        for (const { firstRow, rows, firstColumn, columns, values } of summary.corners) {
          expect(values).to.have.length(rows * columns);
          for (const [k, value] of values.entries()) {
            const [i, j] = [firstRow + Math.floor(k / columns), firstColumn + (k % columns)];
            cells.set(`${i},${j}`, value);
            if (summary.mirrored) cells.set(`${j},${i}`, value);
          }
        }
      }
      const { values } = await hold(matrix);
      two.add({ firstRow: 0, rows: n, columns: m, values });
      const within = (ranges: CellsWanted["rows"], i: number) => ranges.some(([from, end]) => i >= from && i < end);
      const [corners, expected]: number[][] = [[], []];
      for (let i = 0; i < n; i++) {
        if (!within(wanted.rows, i)) continue;
        for (let j = 0; j < m; j++) {
          if (!within(wanted.columns, j)) continue;
          corners!.push(cells.get(`${i},${j}`) ?? Number.POSITIVE_INFINITY);
          expected!.push(values[i * m + j]!);
        }
      }
      return { summaries: [one.result(), corners], tiles: [two.result(), expected] };
    }

    const numbersOf = (shown: unknown): number[] =>
      typeof shown === "number" ? [shown] : Object.values(shown ?? {}).flatMap(numbersOf);

    it("have the statistics and the wanted cells of its tiles, in both precisions", async () => {
      for (const [n, m, d] of [
        [1, 1, 1],
        [3, 700, 5],
        [1100, 530, 19],
        [67, 2100, 3],
        [1100, 1100, 7],
        [190, 170, 1100],
      ] as const) {
        const [a, b] = [random(n, d, 1), random(m, d, 2)];
        for (const [left, right, tolerance] of [
          [a, b, 1e-14],
          [floats(a), floats(b), 2e-6],
        ] as const) {
          const { summaries, tiles } = await shownBy(await cosines(left, right));
          expectClose(numbersOf(summaries), numbersOf(tiles), tolerance);
          if (backend === "wasm") expect(summaries[1]).to.deep.equal(tiles[1]);
        }
      }
    });

    it("of a set with itself count mirrored cells, and cells of equal rows are exactly 1", async () => {
      const set = random(1100, 19, 1);
      set.values.copyWithin(19 * 1050, 0, 19 * 40);
      for (const [rows, tolerance] of [
        [set, 1e-14],
        [floats(set), 2e-6],
      ] as const) {
        const matrix = await cosines(rows, rows);
        const { summaries, tiles } = await shownBy(matrix);
        expectClose(numbersOf(summaries), numbersOf(tiles), tolerance);
        const gatherer = new StatisticsGatherer(true);
        for await (const summary of matrix.summaries!(wantedOf(1100, 1100))) gatherer.addSummary(summary);
        expect(gatherer.result().diagonal).to.deep.equal({ min: 1, max: 1, mean: 1, missing: 0 });
        expect(gatherer.result().all.max).to.equal(1);
      }
    });

    it("count NaN cells", async () => {
      const set = random(600, 5, 1);
      set.values.fill(0, 5 * 3, 5 * 4);
      const others = random(500, 5, 2);
      for (const [left, right] of [
        [set, others],
        [floats(set), floats(others)],
      ] as const) {
        const gatherer = new StatisticsGatherer(false);
        const matrix = await cosines(left, right, { zeroVectors: "nan" });
        for await (const summary of matrix.summaries!(wantedOf(600, 500))) gatherer.addSummary(summary);
        const { all } = gatherer.result();
        expect(all.missing).to.equal(500);
        expect(all.min).to.be.within(-1, all.mean);
        expect(all.max).to.be.within(all.mean, 1);
      }
    });

    it("are the same bits on any number of threads, and within a memory limit", async () => {
      const [a, b] = [random(1500, 11, 1), random(1300, 11, 2)];
      for (const [left, right] of [
        [a, b],
        [a, a],
        [floats(a), floats(b)],
      ] as const) {
        const results = [];
        for (const threads of [1, 2, 5]) {
          results.push((await shownBy(await cosines(left, right, { runtime: runtimeOf(threads) }))).summaries);
        }
        expect(results[1]).to.deep.equal(results[0]);
        expect(results[2]).to.deep.equal(results[0]);
        const limited = await cosines(left, right, { runtime: runtimeOf(5), workBytes: 1 << 20 });
        for await (const { rows, columns } of limited.summaries!(wantedOf(1500, right.rows))) {
          expect(8 * rows * columns).to.be.at.most((1 << 20) / 4);
        }
        expectClose(numbersOf((await shownBy(limited)).summaries), numbersOf(results[0]), 2e-6);
      }
    });

    it("are those of sums and maxima of differences, too", async () => {
      for (const metric of ["manhattan", "chebyshev"] as const) {
        const matrix = await computeTiles(metric, random(600, 9, 1), random(530, 9, 2), {
          backend,
          runtime: runtimeOf(2),
        });
        const { summaries, tiles } = await shownBy(matrix);
        expectClose(numbersOf(summaries), numbersOf(tiles), 1e-14);
        expect(summaries[1]).to.deep.equal(tiles[1]);
      }
    });

    it("can be abandoned early", async () => {
      const matrix = await cosines(random(2100, 3, 1), random(1600, 3, 2));
      for await (const { firstRow } of matrix.summaries!(wantedOf(2100, 1600))) if (firstRow > 0) break;
      const { summaries, tiles } = await shownBy(matrix);
      expectClose(numbersOf(summaries), numbersOf(tiles), 1e-14);
    });

    it("are absent if cells depend on whole rows, or are corrected one by one", async () => {
      const [a, b] = [random(9, 3, 1), random(9, 3, 2)];
      expect((await computeTiles("euclidean", a, b, { backend })).summaries).to.equal(undefined);
      const huge: VectorSet = { ...a, values: a.values.map((x) => x * 1e200) };
      expect((await computeTiles("dot", huge, b, { backend })).summaries).to.equal(undefined);
      expect((await computeTiles("dot", a, b, { backend })).summaries).to.be.a("function");
    });
  });
}

describe("consumers of blocks", () => {
  /** A matrix split into blocks at random; for a symmetric one, only those on and above the diagonal. */
  const cases = fc.record({
    n: fc.integer({ min: 1, max: 40 }),
    m: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 40 }),
    symmetric: fc.boolean(),
    missing: fc.boolean(),
    room: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(1e6),
  });

  it("compute the same as from tiles: statistics and the window of a table", () => {
    fc.assert(
      fc.asyncProperty(cases, async ({ n, m: other, rows, columns, symmetric, missing, room, seed }) => {
        const m = symmetric ? n : other;
        const values = Float64Array.from(randomRows(n, m, seed).flat());
        if (missing) values[0] = Number.NaN;
        const cell = (i: number, j: number) => values[symmetric ? Math.min(i, j) * m + Math.max(i, j) : i * m + j]!;
        const blocks: Block[] = [];
        const add = (firstRow: number, height: number, firstColumn: number, width: number, mirrored: boolean) => {
          const of = Float64Array.from({ length: height * width }, (_, k) =>
            cell(firstRow + Math.floor(k / width), firstColumn + (k % width)),
          );
          blocks.push({ firstRow, rows: height, firstColumn, columns: width, values: of, mirrored });
        };
        for (let i = 0; i < n; i += rows) {
          const height = Math.min(rows, n - i);
          if (symmetric) add(i, height, i, height, false);
          for (let j = symmetric ? i + height : 0; j < m; j += columns) {
            add(i, height, j, Math.min(columns, m - j), symmetric);
          }
        }
        const whole = Float64Array.from({ length: n * m }, (_, k) => cell(Math.floor(k / m), k % m));
        const [one, two] = [new StatisticsGatherer(n === m), new StatisticsGatherer(n === m)];
        const windows = [0, 1].map(() => new MatrixWindow(spanOf(n, room), spanOf(m, room)));
        for await (const tile of tiled({ rows: n, columns: m, values: whole }).tiles()) {
          one.add(tile);
          windows[0]!.add(tile);
        }
        for (const block of blocks) {
          two.add(block);
          windows[1]!.add(block);
        }
        const [expected, found] = [one.result(), two.result()];
        for (const part of ["all", "diagonal"] as const) {
          expectClose(Object.values(found[part] ?? {}), Object.values(expected[part] ?? {}), 1e-12);
        }
        const { head, tail, total } = spanOf(n, room);
        for (let i = 0; i < n; i++) {
          if (i >= head && i < total - tail) continue;
          const across = spanOf(m, room);
          for (let j = 0; j < m; j++) {
            if (j >= across.head && j < m - across.tail) continue;
            for (const window of windows) expect(Object.is(window.at(i, j), cell(i, j))).to.equal(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
