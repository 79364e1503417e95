import { DataError } from "../core/errors.js";
import { bitsOfHalf, MAX_HALF, roundToHalf } from "../core/half.js";

export const STORED_TYPES = ["f64", "f32", "f16", "i8", "u8"] as const;

/** A type of the numbers in a binary file: floats of 64, 32 and 16 bits, integers of 8 bits. */
export type StoredType = (typeof STORED_TYPES)[number];

/** How the numbers of a type are stored. */
interface Storage {
  readonly bytes: number;
  /** Names of the type in NumPy and in safetensors. */
  readonly npy: string;
  readonly safetensors: string;
  /** What a number must be, for messages. */
  readonly expected: string;
  /** Returns the nearest number of the type; another one if there is none. */
  near(value: number): number;
  /** Returns numbers of the type as little-endian bytes. */
  pack(values: Float64Array): Float64Array | Float32Array | Uint16Array | Int8Array | Uint8Array;
}

export const STORAGE: { readonly [type in StoredType]: Storage } = {
  f64: {
    bytes: 8,
    npy: "<f8",
    safetensors: "F64",
    expected: "a number",
    near: (value) => value,
    // A stream may keep the bytes, but the memory of a tile is reused.
    pack: (values) => values.slice(),
  },
  f32: {
    bytes: 4,
    npy: "<f4",
    safetensors: "F32",
    expected: "a number within ±3.4e38",
    near: Math.fround,
    pack: (values) => Float32Array.from(values),
  },
  f16: {
    bytes: 2,
    npy: "<f2",
    safetensors: "F16",
    expected: `a number within ±${MAX_HALF}`,
    near: roundToHalf,
    pack: (values) => Uint16Array.from(values, (value) => bitsOfHalf(roundToHalf(value))),
  },
  i8: {
    bytes: 1,
    npy: "|i1",
    safetensors: "I8",
    expected: "a whole number from -128 to 127",
    near: (value) => (value << 24) >> 24,
    pack: (values) => Int8Array.from(values),
  },
  u8: {
    bytes: 1,
    npy: "|u1",
    safetensors: "U8",
    expected: "a whole number from 0 to 255",
    near: (value) => value & 255,
    pack: (values) => Uint8Array.from(values),
  },
};

/** Stores numbers as a type, and counts those that were rounded. */
export class NumberStore {
  private rounded = 0;
  private count = 0;

  /** @param format the name of the format, for messages. */
  constructor(
    private readonly format: string,
    readonly type: StoredType,
    private readonly columns: number,
  ) {}

  /**
   * Returns the bytes of numbers in rows from `firstRow` on. Floats are rounded to the nearest one of the type, to even if two are
   * as near; NaN and infinite ones stay.
   *
   * @throws {DataError} for a number beyond the range of the type, and for one that an integer type cannot hold.
   */
  bytesOf(values: Float64Array, firstRow: number): Uint8Array {
    const { type, columns, format } = this;
    const { near, pack, expected } = STORAGE[type];
    const isFloat = type.startsWith("f");
    for (let i = 0; type !== "f64" && i < values.length; i++) {
      const value = values[i];
      const stored = near(value);
      if (stored === value || (isFloat && Number.isNaN(value))) continue;
      if (!isFloat || !Number.isFinite(stored)) {
        throw new DataError(
          `${format}: row ${firstRow + Math.floor(i / columns)}, column ${i % columns}: expected ${expected}, found ${value}`,
          isFloat ? "--store f64 holds any number" : "--store f32 holds fractions; --quantize int8 makes whole numbers",
        );
      }
      this.rounded++;
    }
    this.count += values.length;
    return new Uint8Array(pack(values).buffer);
  }

  /** Returns a note about the numbers that were rounded; null if there are none. */
  note(): string | null {
    const { rounded, count, type, format } = this;
    return rounded === 0 ? null : `${format}: rounded ${rounded} of ${count} numbers to ${type}`;
  }
}
