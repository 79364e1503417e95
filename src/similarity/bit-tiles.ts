import { bytesOfBits, differingBits, setBits } from "../core/bits.js";
import { DataError } from "../core/errors.js";
import type { NearestWanted, ScoredMatrix, Screen } from "../core/matrix.js";
import { Phases } from "../core/phases.js";
import { copyRows, shapeOf, sharedArray, sharedBytes, someRows, type VectorSet } from "../core/vectors.js";
import { BitSearch } from "../kernels/bit-search.js";
import { defaultRuntime } from "../kernels/runtime.js";
import { loadKernels } from "../kernels/wasm.js";
import type { Product } from "./backends/backend.js";
import { cellFill, js, plainProduct } from "./backends/plain.js";
import type { MetricTiles } from "./compute.js";
import type { Score } from "./exact/score.js";
import type { BitMetric } from "./metrics/bit-metrics.js";
import type { ComputeOptions } from "./options.js";
import { timed } from "./screen.js";
import { areaStream, type Machine, pairStream } from "./stream.js";
import { KERNEL_LIMITS } from "./tiling.js";

/** Up to this number of bytes to compare, JavaScript takes less time than compiling the kernels. */
const SMALL_BYTES = 1 << 22;
/** The nearest columns that are searched for are at most this share of all. */
const MOST_NEAREST = 1 / 4;

/**
 * Computes a metric of two sets of packed bits. Cells are exact. The kernels compare rows on all threads; loop mode and the backends
 * `js` and `mathjs` count bits in JavaScript.
 *
 * @throws {DataError} for sets that have components in place of bits.
 */
export function bitTiles(metric: BitMetric, a: VectorSet, b: VectorSet, options: ComputeOptions): MetricTiles {
  const { mode = "matrix", backend = "auto", runtime = defaultRuntime(), phases = new Phases() } = options;
  const { rows, dimensions: d } = a;
  const rowBytes = bytesOfBits(d);
  const shape = { rows, columns: b.rows, d };
  const exact = bitScores(metric, a, b);
  const common = {
    nearer: metric.nearer,
    dimensions: d,
    mode,
    exact,
    slack: () => 0,
    threads: 1,
    kernels: null,
    isOfBits: true,
  } as const;
  const byLoop = mode === "loop";
  const name = byLoop ? null : ("js" as const);
  const fill = cellFill(exact);
  if (options.paired)
    return { ...common, ...pairStream(shape, (row) => exact(row, row), options.signal), backend: name };
  const [n, m] = [a, b].map((set) => set.fileRows ?? set.rows);
  const isSmall = backend === "auto" && n * m * rowBytes <= SMALL_BYTES;
  if (byLoop || isSmall || backend === "js" || backend === "mathjs") {
    const stream = areaStream(() => plainProduct(fill), js, shape, {
      ...options,
      symmetric: false,
      upper: false,
      hasBlocks: false,
    });
    return { ...common, ...stream, backend: name };
  }
  const { pool } = runtime;
  const left = bitsOf(a);
  const search = new BitSearch(pool, { left, right: a === b ? left : bitsOf(b), rowBytes, measure: metric.measure });
  const machine: Machine = {
    limits: KERNEL_LIMITS,
    isParallel: true,
    threads: pool.threads,
    allocate: sharedArray,
    release: () => {},
  };
  const stream = areaStream(() => productOf(search, metric), machine, shape, {
    ...options,
    symmetric: a === b,
    upper: options.upper === true && a === b,
    hasBlocks: true,
  });
  const kernels = loadKernels().relaxed ? "relaxed SIMD" : "SIMD";
  return {
    ...common,
    ...stream,
    backend: "wasm",
    kernels,
    threads: pool.threads,
    screen: screenOf(metric, search, a, b, phases, async (some) => {
      const bits = copyRows(left, rowBytes, some, sharedBytes(some.length * rowBytes));
      return bitTiles(metric, { ...someRows(a, some, a.values), bits }, b, options);
    }),
  };
}

/** Returns the exact scores of the rows of two sets of packed bits. */
export function bitScores({ measure, scoreOf }: BitMetric, a: VectorSet, b: VectorSet): Score {
  const rowBytes = bytesOfBits(a.dimensions);
  const [left, right] = [bitsOf(a), bitsOf(b)];
  if (measure === "hamming") return (i, j) => scoreOf(differingBits(left, i, right, j, rowBytes), 0);
  const setOfA = setCounts(left, a.rows, rowBytes);
  const setOfB = a === b ? setOfA : setCounts(right, b.rows, rowBytes);
  return (i, j) => scoreOf(differingBits(left, i, right, j, rowBytes), setOfA(i) + setOfB(j));
}

/** Returns a function that counts the set bits of a row when they are first needed. */
function setCounts(bits: Uint8Array, rows: number, rowBytes: number): (row: number) => number {
  const counts = new Int32Array(rows).fill(-1);
  return (row) => {
    if (counts[row] < 0) counts[row] = setBits(bits, row, rowBytes);
    return counts[row];
  };
}

/** @throws {DataError} for a set of components. */
function bitsOf(set: VectorSet): Uint8Array {
  if (set.bits) return set.bits;
  throw new DataError(
    `${shapeOf(set)}: expected rows of packed bits, found components`,
    "readVectors has the option bits",
  );
}

function productOf(search: BitSearch, { name, measure, scoreOf }: BitMetric): Product {
  return {
    start(area, { values, stride }) {
      const done = search.cells({ kind: "cells", ...area, to: values, stride });
      return async () => {
        await done();
        if (name === measure) return [null];
        for (let i = 0; i < area.rows; i++) {
          const row = values.subarray(i * stride, i * stride + area.columns);
          for (let j = 0; j < row.length; j++) row[j] = scoreOf(row[j], 0);
        }
        return [null];
      };
    },
    close() {},
  };
}

/** Returns a screen whose candidates are the result: counts of bits are exact. */
function screenOf(
  { limitOf }: BitMetric,
  search: BitSearch,
  a: VectorSet,
  b: VectorSet,
  phases: Phases,
  ofRows: (rows: Uint32Array) => Promise<ScoredMatrix>,
): Screen {
  const m = b.rows;

  async function* nearest({ k, selfOffset, minScoreOf }: NearestWanted) {
    const limits = sharedArray(a.rows);
    for (let i = 0; i < a.rows; i++) limits[i] = minScoreOf ? limitOf(minScoreOf(i)) : Number.POSITIVE_INFINITY;
    for await (const found of search.find({ kind: "nearest", k, selfOffset, limits })) {
      yield { ...found, cells: found.columns.length * m, mirrored: 0 };
    }
  }

  async function* reaching(minScore: number) {
    const upper = a === b;
    const waiting = new Map<number, readonly Uint32Array[]>();
    let next = 0;
    for await (const found of search.find({ kind: "near", limit: limitOf(minScore), upper })) {
      waiting.set(found.firstRow, found.columns);
      for (let columns = waiting.get(next); columns; columns = waiting.get(next)) {
        waiting.delete(next);
        const rows = columns.length;
        const mirrored = upper ? rows * next + (rows * (rows + 1)) / 2 : 0;
        yield { pairs: pairsOf(next, columns), cells: rows * m, mirrored };
        next += rows;
      }
    }
  }

  return {
    ofRows,
    nearest: async (wanted) => (wanted.k > MOST_NEAREST * m ? null : timed(nearest(wanted), phases)),
    reaching: async (minScore) => timed(reaching(minScore), phases),
  };
}

/** Returns row and column of each pair, in order. */
function pairsOf(firstRow: number, columns: readonly Uint32Array[]): Uint32Array {
  const pairs = new Uint32Array(2 * columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const [i, found] of columns.entries()) {
    for (const column of found) {
      pairs[at++] = firstRow + i;
      pairs[at++] = column;
    }
  }
  return pairs;
}
