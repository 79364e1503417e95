import { expect } from "chai";
import { MachineError } from "#dist/core/errors.js";
import { hold } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { createRuntime } from "#dist/kernels/runtime.js";
import { kernelBackend } from "#dist/similarity/backends/kernel-backend.js";
import { loadBackend } from "#dist/similarity/backends/load.js";
import { computeTiles, type MetricTiles } from "#dist/similarity/compute.js";
import { METRICS } from "#dist/similarity/metrics/metrics.js";
import type { ComputeOptions, SimilarityOptions, ZeroVectors } from "#dist/similarity/options.js";
import { cosineSimilarity, cosineTiles, metricTiles } from "#dist/similarity/similarity.js";
import { areaStream } from "#dist/similarity/stream.js";
import { KERNEL_LIMITS, tileRowsOf } from "#dist/similarity/tiling.js";
import { failure, fromFile, randomRows, runtimeOf } from "../reference.js";

type Backend = NonNullable<SimilarityOptions["backend"]>;

const hasBlas = runtimeOf(2).findBlas().blas !== null;
const FAST: readonly Backend[] = hasBlas ? ["wasm", "blas"] : ["wasm"];
const ALL: readonly Backend[] = ["js", "mathjs", ...FAST];

const random = (n: number, d: number, seed: number): VectorSet => vectorsFrom(randomRows(n, d, seed));
const inFloat32 = (set: VectorSet): VectorSet => ({ ...set, values: Float32Array.from(set.values) });
const valuesOf = async (a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<Float64Array> =>
  (await hold(await computeTiles("cosine", a, b, options))).values;

/** Compares large matrices cell by cell, without an array of texts. */
function expectSame(found: Float64Array, expected: Float64Array, message: string): void {
  expect(found).to.have.length(expected.length);
  expect(
    found.findIndex((value, i) => !Object.is(value, expected[i])),
    message,
  ).to.equal(-1);
}

/** Like {@link expectSame}, with a tolerance; NaN equals NaN. */
function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).to.equal(expected.length);
  const isFar = (x: number, y: number) => !(Math.abs(x - y) <= tolerance || (Number.isNaN(x) && Number.isNaN(y)));
  const cell = Array.from(found).findIndex((value, i) => isFar(value, expected[i]!));
  expect(cell, `cell ${cell}: ${found[cell]} beside ${expected[cell]}`).to.equal(-1);
}

/** Small jobs use workers only if they are already running. */
const startWorkers = () => [2, 5, 8].map((threads) => runtimeOf(threads).pool.prepare());

describe("every backend", () => {
  before(startWorkers);

  const shapes = [
    [1, 1, 1],
    [1, 1, 4097],
    [1, 301, 2],
    [301, 1, 3],
    [2, 3, 1],
    [5, 9, 383],
    [7, 13, 385],
    [67, 71, 7],
    [131, 127, 129],
    [65, 257, 513],
    [3, 5, 4097],
    [4, 8, 384],
    [64, 64, 16],
  ] as const;

  for (const [n, m, d] of shapes) {
    it(`agrees with the loop on ${n}×${m} cells of dimension ${d}, with the same bits on 1, 2 and 8 threads`, async () => {
      const [a, b] = [random(n, d, n), random(m, d, m + 1)];
      const loop = await valuesOf(a, b, { mode: "loop" });
      for (const backend of ALL) {
        const one = await valuesOf(a, b, { backend, runtime: runtimeOf(1) });
        expectNear(one, loop, 1e-12);
        for (const threads of [2, 8]) {
          expectSame(
            await valuesOf(a, b, { backend, runtime: runtimeOf(threads) }),
            one,
            `${backend}, ${threads} threads`,
          );
        }
      }
    });

    it(`agrees with the loop in float32 on ${n}×${m} cells of dimension ${d}`, async () => {
      const [a, b] = [inFloat32(random(n, d, n)), inFloat32(random(m, d, m + 1))];
      const loop = await valuesOf(a, b, { mode: "loop" });
      for (const backend of ["js", ...FAST] as const) {
        const one = await valuesOf(a, b, { backend, runtime: runtimeOf(1) });
        expectNear(one, loop, 4e-7 * Math.sqrt(d));
        expectSame(await valuesOf(a, b, { backend, runtime: runtimeOf(8) }), one, backend);
      }
    });
  }

  for (const backend of ALL) {
    it(`gives the same cells for a set with itself as with its copy, and ones on the diagonal (${backend})`, async () => {
      for (const d of [1, 2, 3, 100, 1000]) {
        const rows = randomRows(37, d, d);
        for (const set of [vectorsFrom(rows), inFloat32(vectorsFrom(rows))]) {
          const own = await valuesOf(set, set, { backend });
          expectSame(await valuesOf(set, { ...set, values: set.values.slice() }, { backend }), own, `d = ${d}`);
          for (let i = 0; i < 37; i++) expect(own[38 * i]).to.equal(1);
          for (const cell of own) expect(Math.abs(cell)).to.be.at.most(1);
        }
      }
    });

    it(`gives exactly 1 for more equal rows than its list holds (${backend})`, async () => {
      const [row] = randomRows(1, 11, 5) as [number[]];
      const [a, b] = [vectorsFrom(Array(300).fill(row)), vectorsFrom([...Array(299).fill(row), row.map((x) => -x)])];
      const values = await valuesOf(a, b, { backend });
      expect(values.every((value, cell) => (cell % 300 === 299 ? Math.abs(value + 1) < 1e-15 : value === 1))).to.be
        .true;
    });

    it(`supports vectors of extreme lengths (${backend})`, async () => {
      const [a, b] = [randomRows(9, 6, 1), randomRows(7, 6, 2)];
      const expected = await valuesOf(vectorsFrom(a), vectorsFrom(b), { mode: "loop" });
      for (const [left, right] of [
        [1e300, 1e300],
        [1e-300, 1e-300],
        [1e300, 1e-300],
        [1e-307, 1],
        [1.5e308, 2e-308],
      ] as const) {
        const large = vectorsFrom(a.map((row) => row.map((x) => x * left)));
        const small = vectorsFrom(b.map((row) => row.map((x) => x * right)));
        expectNear(await valuesOf(large, small, { backend }), expected, 1e-12);
      }
      const [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE];
      const ends = vectorsFrom([
        [3 * least, 4 * least],
        [most, most],
        [-least, 0],
        [most, -least],
      ]);
      const loop = await valuesOf(ends, ends, { mode: "loop" });
      expectNear(await valuesOf(ends, ends, { backend }), loop, 1e-15);
    });

    it(`follows the policy for zero vectors (${backend})`, async () => {
      const rows = randomRows(5, 3, 4);
      rows[3] = [0, -0, 0];
      const a = fromFile(rows, "a.csv", [1, 2, 4, 5, 6]);
      const b = random(4, 3, 8);
      for (const zeroVectors of ["nan", "zero"] as readonly ZeroVectors[]) {
        expectNear(
          await valuesOf(a, b, { backend, zeroVectors }),
          await valuesOf(a, b, { mode: "loop", zeroVectors }),
          1e-14,
        );
        expectNear(
          await valuesOf(b, a, { backend, zeroVectors }),
          await valuesOf(b, a, { mode: "loop", zeroVectors }),
          1e-14,
        );
        expectNear(
          await valuesOf(a, a, { backend, zeroVectors }),
          await valuesOf(a, a, { mode: "loop", zeroVectors }),
          1e-14,
        );
      }
      const error = await failure(cosineSimilarity(b, a, { backend }).then((made) => made));
      expect(error.message).to.equal("a.csv:5: expected a direction, found a zero vector");
    });

    it(`gives the diagonal for paired rows (${backend})`, async () => {
      const [a, b] = [random(9, 5, 1), random(9, 5, 2)];
      const paired = await valuesOf(a, b, { backend, paired: true });
      const whole = await valuesOf(a, b, { backend });
      expectNear(
        paired,
        Array.from(paired, (_, i) => whole[10 * i]!),
        1e-15,
      );
    });
  }

  for (const backend of FAST) {
    it(`gives the same bits held and streamed, on any number of threads, over many tiles (${backend})`, async () => {
      const [a, b] = [random(1100, 19, 1), random(530, 19, 2)];
      expect(tileRowsOf(1100, 530, 19, KERNEL_LIMITS)).to.be.below(1100);
      const loop = await valuesOf(a, b, { mode: "loop" });
      const held = await valuesOf(a, b, { backend, runtime: runtimeOf(1) });
      expectNear(held, loop, 1e-12);
      for (const threads of [1, 2, 8]) {
        const tiles = await cosineTiles(a, b, { backend, runtime: runtimeOf(threads) });
        // Each iteration starts again; one that stops early releases its memory.
        for await (const { firstRow } of tiles.tiles()) if (firstRow > 0) break;
        let rows = 0;
        for await (const { firstRow, rows: count, values } of tiles.tiles()) {
          expect(firstRow).to.equal(rows);
          expectSame(values, held.subarray(firstRow * 530, (firstRow + count) * 530), `${threads} threads`);
          rows += count;
        }
        expect(rows).to.equal(1100);
      }
    });

    it(`overwrites sets that allow it (${backend})`, async () => {
      const [a, b] = [random(30, 5, 1), random(20, 5, 2)];
      const expected = await valuesOf(a, b, { backend });
      expectSame(await valuesOf(a, b, { backend, inPlace: true }), expected, "in place");
      const lengths = Array.from({ length: 30 }, (_, i) => Math.hypot(...a.values.subarray(5 * i, 5 * i + 5)));
      expectNear(lengths, Array(30).fill(1), 1e-15);
    });
  }

  it("reports the backend and the number of threads", async () => {
    const [a, b] = [random(2, 2, 1), random(2, 2, 2)];
    const tell = ({ backend, threads }: MetricTiles) => [backend, threads];
    expect(tell(await cosineTiles(a, b, { backend: "wasm", runtime: runtimeOf(3) }))).to.deep.equal(["wasm", 3]);
    expect((await cosineTiles(a, b, { backend: "wasm" })).kernels).to.match(/^(?:relaxed )?SIMD$/);
    expect(tell(await cosineTiles(random(200, 60, 1), random(200, 60, 1), { runtime: runtimeOf(2) }))).to.deep.equal([
      "wasm",
      2,
    ]);
  });
});

describe("tile heights", () => {
  it("depend only on the sizes: as many cells as memory allows, and all rows", () => {
    for (const [n, m, d] of [
      [1, 1, 1],
      [3, 5, 7],
      [1000, 1000, 10],
      [20_000, 20_000, 256],
      [10, 1e7, 3],
      [100_000, 3, 2],
      [5000, 5000, 1e6],
    ] as const) {
      const rows = tileRowsOf(n, m, d, KERNEL_LIMITS);
      expect(rows).to.be.within(1, n);
      expect(Number.isInteger(rows)).to.be.true;
      if (rows > 64) expect(rows * m).to.be.at.most(2 ** 23 + 64 * m);
    }
  });
});

describe("exact scores", () => {
  it("have the same bits with every backend, for any number of rows", async () => {
    for (const d of [1, 2, 3, 4, 5, 7, 64, 101]) {
      const [a, b] = [random(9, d, d), random(7, d, d + 1)];
      for (const [one, other] of [
        [a, b],
        [inFloat32(a), inFloat32(b)],
      ] as const) {
        for (const metric of ["cosine", "correlation"] as const) {
          if (metric === "correlation" && d < 3) continue;
          const { exact } = await metricTiles(metric, one, other, { backend: "js" });
          for (const backend of ALL) {
            const found = await metricTiles(metric, one, other, { backend });
            for (let i = 0; i < 9; i++)
              for (let j = 0; j < 7; j++)
                expect(Object.is(found.exact(i, j), exact(i, j)), `${metric} d = ${d} ${backend}`).to.be.true;
          }
        }
      }
    }
  });
});

describe("the BLAS backend", () => {
  const needs = (say: string[] = []) => ({
    products: 2 ** 28,
    numbers: 2,
    runtime: runtimeOf(2),
    say: (text: string) => void say.push(text),
  });

  it("works, or throws an error with instructions", async () => {
    if (hasBlas) {
      expect(await loadBackend("blas", METRICS.cosine, needs())).to.include({ name: "blas" });
      return;
    }
    const error = await failure(loadBackend("blas", METRICS.cosine, needs()));
    expect(error).to.be.instanceOf(MachineError);
    expect(error.message).to.match(/^--backend blas: expected a BLAS on this machine, /);
    expect(error.hint).to.match(/apt install libopenblas0/);
  });

  it("is chosen automatically for large products if a library is installed", async () => {
    expect(await loadBackend("auto", METRICS.cosine, needs())).to.include({ name: hasBlas ? "blas" : "wasm" });
    expect(await loadBackend("auto", METRICS.cosine, { ...needs(), products: 2 ** 27 })).to.include({ name: "wasm" });
    expect(await loadBackend("auto", METRICS.cosine, { ...needs(), products: 2 ** 20 })).to.include({ name: "js" });
    // One query against many rows.
    const many = { ...needs(), products: 2 ** 20, numbers: 2 ** 20 };
    expect(await loadBackend("auto", METRICS.cosine, many)).to.include({ name: "wasm" });
  });

  it("is skipped with a reason if the named library cannot be used", async () => {
    const runtime = createRuntime({ threads: 2, blas: "/no/such/libblas.so" });
    const said: string[] = [];
    expect(await loadBackend("auto", METRICS.cosine, { ...needs(said), runtime })).to.include({ name: "wasm" });
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^skipped (?:\/no\/such\/libblas\.so: |koffi)/);
    const error = await failure(loadBackend("blas", METRICS.cosine, { ...needs(), runtime }));
    expect(error).to.be.instanceOf(MachineError);
    expect(error.message).to.match(
      /^--backend blas: expected a BLAS on this machine, (?:\/no\/such\/libblas\.so: |koffi)/,
    );
  });

  it("reports its failure to the consumer of the matrix", async () => {
    const { blasOfThread } = await import("#dist/kernels/blas.js");
    const path = "/no/such/libblas.so";
    expect(() => blasOfThread(path)).to.throw(/shared library|koffi/);
    const set = random(600, 2, 1);
    for (const one of [set, inFloat32(set)]) {
      const backend = kernelBackend(runtimeOf(2).pool, { path, description: "broken" });
      const rows = await backend.prepare(METRICS.cosine, one, one, { zeroVectors: "error" });
      const shape = { rows: 600, columns: 600, d: 2 };
      const product = () => backend.product(METRICS.cosine, rows, 1e9);
      const matrix = areaStream(product, backend, shape, { symmetric: true, hasBlocks: true });
      expect((await failure(hold(matrix))).message).to.match(/shared library|koffi/);
      expect((await failure(matrix.blocks!()[Symbol.asyncIterator]().next())).message).to.match(/shared library|koffi/);
    }
  });
});
