import { type ItemType, itemType } from "../npy/npy-items.js";

/** The sizes of all types in bits. */
const BITS: { readonly [dtype: string]: number | undefined } = {
  ...{ BOOL: 8, F4: 4, F6_E2M3: 6, F6_E3M2: 6, U8: 8, I8: 8 },
  ...{ F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
  ...{ I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, C64: 64, F64: 64, I64: 64, U64: 64 },
};

/** The types that are read, in NumPy's notation. */
const NUMPY: { readonly [dtype: string]: string | undefined } = {
  ...{ F16: "<f2", F32: "<f4", F64: "<f8", BOOL: "|b1" },
  ...{ I8: "|i1", I16: "<i2", I32: "<i4", I64: "<i8", U8: "|u1", U16: "<u2", U32: "<u4", U64: "<u8" },
};

const bfloat16: ItemType = {
  isPlain: false,
  bytes: 2,
  numbers: (stored) => fromBfloats(new Uint16Array(stored.buffer, 0, stored.length / 2)),
};

/** Returns the size of a type in bits; null for an unknown type. */
export const bitsOf = (dtype: string): number | null => (Object.hasOwn(BITS, dtype) ? (BITS[dtype] ?? null) : null);

/** Returns how the items of a type are read; null for a type that is not read. */
export function tensorItems(dtype: string): ItemType | null {
  if (dtype === "BF16") return bfloat16;
  return Object.hasOwn(NUMPY, dtype) ? itemType(NUMPY[dtype] ?? "") : null;
}

/** Converts bfloat16 numbers, which are the upper halves of float32 numbers. */
function fromBfloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
