import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "#dist/cli/run.js";
import { hold } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { COMPONENT_METRIC_NAMES, type ComponentMetricName, type SimilarityOptions } from "#dist/similarity/options.js";
import { metricTiles } from "#dist/similarity/similarity.js";
import { npyBytes } from "../npy-bytes.js";
import { drawing, runtimeOf } from "../reference.js";
import { fakeStreams } from "../shell/fake-streams.js";
import { scaledInteger } from "../similarity/rationals.js";
import type { Case } from "./cases.js";
import { type Big, quotient, UNITS, ZERO } from "./decimals.js";

type Rows = readonly (readonly number[])[];

const ROWS = 8;

/** Returns two sets of rows of each kind of data. */
function sets(): { readonly [data: string]: readonly [Rows, Rows] } {
  const draw = drawing(16);
  const uniform = () => 2 * draw() - 1 + draw() * 2 ** -32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const rows = (each: (k: number) => number, d = 64): Rows =>
    Array.from({ length: ROWS }, () => Array.from({ length: d }, (_, k) => each(k)));
  const first = rows(uniform);
  /** Rows whose large components cancel each other in a product with rows of the second kind. */
  const cancelling = (row: readonly number[]) => row.map((x, k) => (k % 8 === 0 ? (k % 16 === 0 ? 1e15 : -1e15) : x));
  const ones = (row: readonly number[]) => row.map((x, k) => (k % 8 === 0 ? 1 : x));
  const scaled = (list: Rows, factor: number): Rows => list.map((row) => row.map((x) => x * factor));
  const permuted = (row: readonly number[], step: number) => row.map((_, k) => row[(k * step + 1) % row.length]!);
  const decimals = first[0]!.map((x) => Math.round(10 * x) / 10 + 0);
  return {
    uniform: [rows(uniform), rows(uniform)],
    "float32 embeddings": [rows(() => Math.fround(normal() / 20), 384), rows(() => Math.fround(normal() / 20), 384)],
    "near rows": [first, first.map((row) => row.map((x) => x + 1e-9 * uniform()))],
    "far from 0": [rows(() => 1e6 + uniform()), rows(() => 1e6 + uniform())],
    cancellation: [rows(uniform).map(cancelling), rows(uniform).map(ones)],
    "wide exponents": [rows((k) => uniform() * 10 ** (8 * (k % 5) - 16)), rows((k) => uniform() * 10 ** (k % 9))],
    permutations: [
      [1, 3, 5, 7, 9, 11, 13, 15].map((step) => permuted(decimals, step)),
      [17, 19, 21, 23, 25, 27, 29, 31].map((step) => permuted(decimals, step)),
    ],
    "1e±305": [scaled(rows(uniform), 1e305), scaled(rows(uniform), 1e-305)],
    subnormal: [scaled(rows(uniform), 2 ** -1060), scaled(rows(uniform), 2 ** -1060)],
  };
}

const signOf = (x: bigint): number => (x > 0n ? 1 : x < 0n ? -1 : 0);
const size = (x: bigint): bigint => (x < 0n ? -x : x);
const total = (terms: readonly bigint[]): bigint => terms.reduce((sum, term) => sum + term, 0n);
const product = (x: readonly bigint[], y: readonly bigint[]): bigint => total(x.map((digits, k) => digits * y[k]!));

/** Returns a metric of two rows by its definition, in exact integers until the last quotient and root. */
function trueMetric(metric: ComponentMetricName, row: readonly number[], other: readonly number[]): Big {
  const [x, y] = [row.map(scaledInteger), other.map(scaledInteger)];
  const differences = x.map((digits, k) => digits - y[k]!);
  const squared = () => quotient(product(differences, differences), UNITS * UNITS);
  const centred = (z: readonly bigint[]) => z.map((digits) => BigInt(z.length) * digits - total(z));
  const angle = (u: readonly bigint[], v: readonly bigint[]) => {
    const uv = product(u, v);
    return quotient(uv * uv, product(u, u) * product(v, v))
      .sqrt()
      .times(signOf(uv));
  };
  switch (metric) {
    case "dot":
      return quotient(product(x, y), UNITS * UNITS);
    case "cosine":
      return angle(x, y);
    case "correlation":
      return angle(centred(x), centred(y));
    case "sqeuclidean":
      return squared();
    case "euclidean":
      return squared().sqrt();
    case "manhattan":
      return quotient(total(differences.map(size)), UNITS);
    case "chebyshev":
      return differences
        .map(size)
        .map((z) => quotient(z, UNITS))
        .reduce((most, z) => (z.gt(most) ? z : most), ZERO);
  }
}

const ENGINES: { readonly [way: string]: SimilarityOptions } = {
  loop: { mode: "loop" },
  js: { backend: "js" },
  wasm: { backend: "wasm" },
  ...(runtimeOf(2).findBlas().blas ? { blas: { backend: "blas", runtime: runtimeOf(2) } } : {}),
};

/** Returns the scores that `topk` prints, in the order of the rows of both sets. */
export async function printedScores(metric: ComponentMetricName, [a, b]: readonly [Rows, Rows]): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "simcli-accuracy-"));
  try {
    for (const [name, rows] of Object.entries({ a, b })) {
      const values = rows.flat();
      const isFloat = values.every((x) => Math.fround(x) === x);
      const array = isFloat ? Float32Array.from(values) : Float64Array.from(values);
      writeFileSync(join(folder, `${name}.npy`), npyBytes(array, [rows.length, rows[0]!.length]));
    }
    const streams = fakeStreams({ isTTY: false });
    const files = ["a", "b"].map((name) => join(folder, `${name}.npy`));
    const line = ["topk", ...files, "-k", `${b.length}`, "--metric", metric, "--json"];
    if ((await runCommandLine(line, streams)) !== 0) throw new Error(streams.said.stderr);
    const scores = Array<number>(a.length * b.length).fill(Number.NaN);
    for (const { query, id, score } of JSON.parse(streams.said.stdout)) scores[query * b.length + Number(id)] = score;
    return scores;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether the squares are too large, which is an error, or the products are too small, which is 0. */
const isBeyondDoubles = (metric: ComponentMetricName, data: string): boolean =>
  (metric === "sqeuclidean" && data === "1e±305") || (/^(?:dot|sqeuclidean)$/.test(metric) && data === "subnormal");

/** Cells of matrices by every backend, and the scores that `topk` prints. */
export function metricCases(): Case[] {
  const toSet = (rows: Rows): VectorSet => vectorsFrom(rows);
  return COMPONENT_METRIC_NAMES.flatMap((metric) =>
    Object.entries(sets())
      .filter(([data]) => !isBeyondDoubles(metric, data))
      .map(([data, [a, b]]) => ({
        value: metric,
        data,
        input: { a, b },
        truth: a.flatMap((row) => b.map((other) => trueMetric(metric, row, other))),
        async found() {
          const found: { [way: string]: ArrayLike<number> } = { topk: await printedScores(metric, [a, b]) };
          for (const [way, options] of Object.entries(ENGINES)) {
            found[way] = (await hold(await metricTiles(metric, toSet(a), toSet(b), options))).values;
          }
          return found;
        },
      })),
  );
}
