import { now } from "../../core/phases.js";
import { uniforms } from "../../core/random.js";
import { type Numbers, sharedArray, sharedFloats, type VectorSet } from "../../core/vectors.js";
import { Buffers } from "../../kernels/card/buffers.js";
import type { Card } from "../../kernels/card/card.js";
import type { Runtime } from "../../kernels/runtime.js";
import { computeTiles } from "../../similarity/compute.js";
import type { BackendName } from "../../similarity/options.js";

/** Speeds in 10⁹ floating-point operations a second, two for each product of components; null where there are none. */
export interface Rates {
  readonly float32: number | null;
  readonly float64: number | null;
}

/** A product is repeated until so many milliseconds have passed. */
const MEASURED_MS = 300;

/** Returns the speed of a backend of the processor in products of whole matrices. */
export async function processorRate(runtime: Runtime, backend: BackendName): Promise<Rates> {
  const isSlow = backend === "js" || backend === "mathjs";
  const rateOf = async (values: Numbers, d: number) => {
    const shape = { rows: values.length / d, dimensions: d };
    const set: VectorSet = {
      ...shape,
      values,
      ids: null,
      columnNames: null,
      labels: null,
      name: "random",
      lines: null,
    };
    const other = { ...set };
    const product = async () => {
      const matrix = await computeTiles("dot", set, other, { backend, runtime });
      for await (const _ of matrix.tiles()) {
        // Only the time counts.
      }
    };
    return gflops(2 * set.rows * set.rows * d, product);
  };
  const [rows, d] = isSlow ? [128, 256] : [2048, 768];
  const float64 = await rateOf(filled(sharedArray(rows * d)), d);
  // These multiply in float64 alone.
  return { float32: isSlow ? null : await rateOf(filled(sharedFloats(rows * d)), d), float64 };
}

/** Returns the speed of a card in products of blocks, without copies. */
export async function cardRate(card: Card): Promise<Rates> {
  const [rows, columns, d] = card.isSoftware ? [256, 256, 256] : [4096, 16384, 768];
  const multiplyDoubles = card.multiplyDoubles;
  const rateOf = async (of: Float32Array | Float64Array, multiply: Card["multiply"]) => {
    const buffers = new Buffers(card);
    try {
      const left = { buffer: buffers.holding(of.subarray(0, rows * d)), first: 0 };
      const right = { buffer: buffers.holding(of), first: 0 };
      const scores = buffers.take(of.BYTES_PER_ELEMENT * rows * columns);
      const block = { scores, firstRow: 0, firstColumn: 0, rows, columns, stride: columns };
      return await gflops(2 * rows * columns * d, async () => {
        multiply(left, right, d, block);
        await card.read(scores, 0, 4);
      });
    } finally {
      buffers.release();
    }
  };
  const float32 = await rateOf(filled(new Float32Array(columns * d)), (...of) => card.multiply(...of));
  const float64 = multiplyDoubles && (await rateOf(filled(new Float64Array(columns * d)), multiplyDoubles));
  return { float32, float64 };
}

/** Returns 10⁹ operations a second, to three digits; the first run is not counted. */
async function gflops(operations: number, run: () => Promise<void>): Promise<number> {
  await run();
  const began = now();
  let runs = 0;
  do {
    await run();
    runs++;
  } while (now() - began < MEASURED_MS);
  return Number(((runs * operations) / (now() - began) / 1e6).toPrecision(3));
}

/** Fills numbers with others than zeros, which some processors multiply faster. */
function filled<N extends Numbers>(numbers: N): N {
  const next = uniforms(1);
  for (let k = 0; k < numbers.length; k++) numbers[k] = next() - 0.5;
  return numbers;
}
