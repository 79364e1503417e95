import { DataError } from "./errors.js";
import { MAX_HALF, roundToHalf } from "./half.js";
import { type Numbers, rowPlace, shapeOf, sharedNumbers, type VectorSet } from "./vectors.js";

export const QUANTIZATIONS = ["int8", "binary", "f16"] as const;

/** How components are quantised: 8-bit integers between the extremes of each dimension, signs, half precision. */
export type Quantization = (typeof QUANTIZATIONS)[number];

/** The least and the greatest component of each dimension; float32 if all rows are. */
export interface Ranges {
  readonly least: Numbers;
  readonly greatest: Numbers;
  /** The number of rows, and where they are from. */
  readonly rows: number;
  readonly name: string;
}

/** Finds the ranges of rows. */
export class RangeGatherer {
  private least = new Float64Array(0);
  private greatest = new Float64Array(0);
  private rows = 0;
  private isFloat = true;

  constructor(private readonly name: string) {}

  /** Adds rows of d components. */
  add(values: Numbers, d: number): void {
    if (this.rows === 0) {
      this.least = new Float64Array(d).fill(Number.POSITIVE_INFINITY);
      this.greatest = new Float64Array(d).fill(Number.NEGATIVE_INFINITY);
    }
    const { least, greatest } = this;
    for (let start = 0; start < values.length; start += d) {
      for (let k = 0; k < d; k++) {
        const value = values[start + k];
        if (value < least[k]) least[k] = value;
        if (value > greatest[k]) greatest[k] = value;
      }
    }
    this.rows += values.length / d;
    this.isFloat &&= values instanceof Float32Array;
  }

  result(): Ranges {
    const { name, rows, isFloat } = this;
    const stored = (list: Float64Array) => (isFloat ? Float32Array.from(list) : list);
    return { least: stored(this.least), greatest: stored(this.greatest), rows, name };
  }
}

/** Returns the ranges of the rows of a set. */
export function rangesOf({ values, dimensions, name }: VectorSet): Ranges {
  const gatherer = new RangeGatherer(name);
  gatherer.add(values, dimensions);
  return gatherer.result();
}

/** The number of steps between the extremes of a dimension, and the code of the middle. */
const STEPS = 255;
const MIDDLE = 128;

/**
 * Returns the codes of components, from −128 for the minimum of a dimension to 127 for its maximum. Components beyond
 * are clipped.
 *
 * The code is ((x − min) / step − 128), rounded towards 0, with step = (max − min) / 255. This is int8 of `quantize_embeddings` of
 * Sentence Transformers, in float32 if the rows and the ranges are float32, except that components beyond the ranges overflow there. In a
 * dimension without a range, all codes are 0.
 *
 * @param to n×d codes.
 * @see https://sbert.net/docs/package_reference/sentence_transformer/quantization.html
 */
export function int8Codes(values: Numbers, ranges: Ranges, to: Int8Array): Int8Array {
  const { least, round, steps } = arithmeticOf(values, ranges);
  const d = least.length;
  for (let start = 0; start < values.length; start += d) {
    for (let k = 0; k < d; k++) {
      const at = round(round(values[start + k] - least[k]) / steps[k]);
      // Storing truncates; NaN, of a dimension without a range, becomes 0.
      to[start + k] = Math.max(-MIDDLE, Math.min(MIDDLE - 1, round(at - MIDDLE)));
    }
  }
  return to;
}

/** Writes the component in the middle of all those with the same code. */
function fromInt8Codes(codes: Int8Array, values: Numbers, ranges: Ranges, to: Numbers): void {
  const { least, round, steps } = arithmeticOf(values, ranges);
  const d = least.length;
  for (let start = 0; start < codes.length; start += d) {
    for (let k = 0; k < d; k++) {
      to[start + k] = round(least[k] + round(middleOf(codes[start + k]) * steps[k]));
    }
  }
}

/** Returns the middle of (x − min) / step over the components with a code. Only the extremes have the codes −128 and 127. */
function middleOf(code: number): number {
  return Math.max(0, Math.min(STEPS, code + MIDDLE + Math.sign(code) / 2));
}

function arithmeticOf(values: Numbers, { least, greatest }: Ranges) {
  const isFloat = values instanceof Float32Array && least instanceof Float32Array;
  const round = isFloat ? Math.fround : (x: number) => x;
  const steps = Float64Array.from(least, (from, k) => round(round(greatest[k] - from) / STEPS));
  return { least, round, steps };
}

/** Rows of this number are quantised together. */
const ROWS_TOGETHER = 1024;

/**
 * Returns a set with the components that the quantised ones stand for:
 *
 * - `int8`: the component in the middle of those with the same code ({@link int8Codes}), which faiss decodes as well.
 * - `binary`: 1 for a component above 0, otherwise −1. A dot product of d bits with h different ones is d − 2h.
 * - `f16`: the nearest half-precision number.
 *
 * @param ranges those of the calibration; only `int8` needs them. Default: those of the set.
 * @param to memory for the components; may be that of the set.
 * @throws {DataError} for ranges of other dimensions, and for components beyond the range of half precision.
 */
export function quantized(set: VectorSet, kind: Quantization, ranges: Ranges | null, to: Numbers): VectorSet {
  const { values, dimensions: d } = set;
  if (kind === "int8") {
    const calibration = ranges ?? rangesOf(set);
    expectDimensions(set, calibration);
    const codes = new Int8Array(ROWS_TOGETHER * d);
    for (let start = 0; start < values.length; start += codes.length) {
      const some = values.subarray(start, start + codes.length);
      const found = int8Codes(some, calibration, codes.subarray(0, some.length));
      fromInt8Codes(found, some, calibration, to.subarray(start, start + some.length));
    }
  } else if (kind === "binary") {
    for (let k = 0; k < values.length; k++) to[k] = values[k] > 0 ? 1 : -1;
  } else {
    for (let k = 0; k < values.length; k++) to[k] = halfOf(set, k);
  }
  return { ...set, values: to };
}

/**
 * Returns a set with the codes of its components as numbers: those of {@link int8Codes}, or the bytes of packed bits, where a bit is
 * set for a component above 0. The first component is the highest bit of a byte, as in NumPy's `packbits`; the last byte of a row is
 * filled up with zeros.
 *
 * @param ranges those of the calibration; only `int8` needs them. Default: those of the set.
 */
export function codesOf(set: VectorSet, kind: "int8" | "binary", ranges: Ranges | null): VectorSet {
  const { values, rows, dimensions: d } = set;
  if (kind === "int8") {
    const calibration = ranges ?? rangesOf(set);
    expectDimensions(set, calibration);
    const codes = sharedNumbers(values.length, values);
    codes.set(int8Codes(values, calibration, new Int8Array(values.length)));
    return { ...set, values: codes };
  }
  const bytes = Math.ceil(d / 8);
  const packed = sharedNumbers(rows * bytes, values);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < d; k++) if (values[i * d + k] > 0) packed[i * bytes + (k >> 3)] += 128 >> (k & 7);
  }
  return { ...set, values: packed, dimensions: bytes, columnNames: null };
}

function halfOf(set: VectorSet, index: number): number {
  const half = roundToHalf(set.values[index]);
  if (Number.isFinite(half)) return half;
  const place = rowPlace(set, Math.floor(index / set.dimensions));
  throw new DataError(`${place}: expected numbers within ±${MAX_HALF} for f16, found ${set.values[index]}`);
}

/** @throws {DataError} unless a set has the dimensions of the ranges. */
export function expectDimensions(set: VectorSet, { least, rows, name }: Ranges): void {
  if (least.length === set.dimensions) return;
  throw new DataError(
    `${name} (${rows}×${least.length}): expected the ${set.dimensions} dimensions of ${shapeOf(set)}, found ${least.length}`,
    "the calibration needs vectors of the same model",
  );
}
