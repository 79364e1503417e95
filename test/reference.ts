import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Matrix, TiledMatrix } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { createRuntime, type Runtime } from "#dist/kernels/runtime.js";

/** Fixtures, read without the readers of simcli. */

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}

/** The folder with package.json, for the sources and for the built tests. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Returns the path of a file in `fixtures/`. */
export const fixturePath = (name: string): string => join(root, "fixtures", name);

/** The names of the pages in `docs/` that describe commands. */
export const commandPages = (): string[] =>
  readdirSync(join(root, "docs")).filter(
    (name) =>
      name.endsWith(".md") &&
      ![
        "accuracy.md",
        "architecture.md",
        "decisions.md",
        "eval-tasks.md",
        "files.md",
        "library.md",
        "pictures.md",
        "reliability.md",
        "smaller.md",
        "threat-model.md",
      ].includes(name),
  );

export const fixtureText = (name: string): string => readFileSync(fixturePath(name), "utf8");

export const fixtureJson = <T>(name: string): T => JSON.parse(fixtureText(name)) as T;

/** Returns the rows of a headerless CSV file of plain numbers. */
export function fixtureRows(name: string): number[][] {
  return fixtureText(name)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(",").map(Number));
}

export const fixtureVectors = (name: string): VectorSet => vectorsFrom(fixtureRows(name), { name });

/** Returns the images of `digits/a.csv` and `digits/b.csv` without ids and labels. */
export function digits(): { a: VectorSet; b: VectorSet } {
  const lines = fixtureText("digits/a.csv").trimEnd().split("\n").slice(1);
  return {
    a: vectorsFrom(lines.map((line) => line.split(",").slice(2).map(Number))),
    b: fixtureVectors("digits/b.csv"),
  };
}

/** Returns vectors as if read from a file, with row i on line `lines[i]`. */
export function fromFile(rows: readonly number[][], name: string, lines: readonly number[]): VectorSet {
  return { ...vectorsFrom(rows), name, lines: Uint32Array.from(lines) };
}

export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]!.length, values: Float64Array.from(rows.flat()) };
}

export function rowsOf({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
}

export const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, j) => rows.map((row) => row[j]!));

/**
 * Returns a matrix as tiles with these heights, repeated. All tiles share one buffer, which is overwritten after each:
 * a consumer that keeps a tile gets wrong values.
 */
export function cut({ rows, columns, values }: Matrix, heights: readonly number[]): TiledMatrix {
  return {
    rows,
    columns,
    async *tiles() {
      const buffer = new Float64Array(Math.max(...heights) * columns);
      for (let firstRow = 0, k = 0; firstRow < rows; k++) {
        const count = Math.min(heights[k % heights.length]!, rows - firstRow);
        const tile = buffer.subarray(0, count * columns);
        tile.set(values.subarray(firstRow * columns, (firstRow + count) * columns));
        yield { firstRow, rows: count, columns, values: tile };
        buffer.fill(7777);
        firstRow += count;
      }
    },
  };
}

/** Returns the bits of doubles: distinguishes 0 and −0, and NaN equals NaN. */
export const bits = (values: ArrayLike<number>): string[] => {
  const words = new BigUint64Array(Float64Array.from(values).buffer);
  return Array.from(words, (word) => word.toString(16));
};

export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number | null>, tolerance: number): void {
  expect(found.length).to.equal(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const value = expected[i];
    if (value === null || Number.isNaN(value)) expect(found[i], `number ${i}`).to.be.NaN;
    else expect(found[i], `number ${i}`).to.be.closeTo(value!, tolerance);
  }
}

/** Returns the error with which a promise is rejected. */
export async function failure(promise: Promise<unknown>): Promise<Error & { hint?: string }> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.an.instanceOf(Error);
  return error as Error & { hint?: string };
}

/** Returns a repeatable generator of numbers in [0, 1): mulberry32. */
export function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns n rows of d components in [−1, 1). */
export function randomRows(n: number, d: number, seed: number): number[][] {
  const draw = drawing(seed);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => 2 * draw() - 1));
}

const runtimes = new Map<number, Runtime>();

/** Returns the runtime that all tests share for this number of threads. */
export function runtimeOf(threads: number): Runtime {
  const runtime = runtimes.get(threads) ?? createRuntime({ threads });
  runtimes.set(threads, runtime);
  return runtime;
}
