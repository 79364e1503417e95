/**
 * The powers of ten from 10^−342 to 10^324, each as a 128-bit significand: the first 128 bits of 5^q.
 * Reading needs them rounded down (Eisel–Lemire), writing rounded up (Schubfach); only the last bit differs.
 *
 * They are computed once, by exact long arithmetic on 32-bit limbs, rather than kept as 1334 literals:
 * 5^q by repeated multiplication, and ⌊2^1088 / 5^q⌋ by repeated division, which is exact since ⌊⌊x/5⌋/5⌋ = ⌊x/25⌋.
 */
export const LEAST_POWER: i32 = -342;
export const GREATEST_POWER: i32 = 324;

const LIMBS: i32 = 35;
const table: usize = memory.data(16 * 667, 16);
const limbs: usize = memory.data(4 * 35, 16);

/** Fills the table; must run once before numbers are read or written. */
export function computePowers(): void {
  memory.fill(limbs, 0, 4 * LIMBS);
  store<u32>(limbs, 1);
  for (let q = 0; q <= GREATEST_POWER; q++) {
    keep(q);
    let carry: u64 = 0;
    for (let i = 0; i < LIMBS; i++) {
      const product = <u64>load<u32>(limbs + 4 * i) * 5 + carry;
      store<u32>(limbs + 4 * i, <u32>product);
      carry = product >> 32;
    }
  }
  memory.fill(limbs, 0, 4 * LIMBS);
  store<u32>(limbs + 4 * (LIMBS - 1), 1);
  for (let q = -1; q >= LEAST_POWER; q--) {
    let remainder: u64 = 0;
    for (let i = LIMBS - 1; i >= 0; i--) {
      const dividend = (remainder << 32) | <u64>load<u32>(limbs + 4 * i);
      store<u32>(limbs + 4 * i, <u32>(dividend / 5));
      remainder = dividend % 5;
    }
    keep(q);
  }
}

/** Stores the leading 128 bits of the limbs as the significand of 10^q. */
function keep(q: i32): void {
  let top = LIMBS - 1;
  while (load<u32>(limbs + 4 * top) == 0) top--;
  const shift = clz<u32>(load<u32>(limbs + 4 * top));
  const entry = table + 16 * (q - LEAST_POWER);
  store<u64>(entry, (<u64>leading(top, shift) << 32) | leading(top - 1, shift), 8);
  store<u64>(entry, (<u64>leading(top - 2, shift) << 32) | leading(top - 3, shift), 0);
}

/** Returns 32 bits of the limbs from limb `i` down, `shift` bits below its top. */
function leading(i: i32, shift: u32): u32 {
  const high = i >= 0 ? load<u32>(limbs + 4 * i) : 0;
  const low = i >= 1 ? load<u32>(limbs + 4 * (i - 1)) : 0;
  return shift == 0 ? high : (high << shift) | (low >> (32 - shift));
}

/** Returns the upper 64 bits of the significand of 10^q. */
// @ts-ignore: decorator
@inline
export function powerHigh(q: i32): u64 {
  return load<u64>(table + 16 * (q - LEAST_POWER), 8);
}

/** Returns the lower 64 bits of the significand of 10^q, rounded down. */
// @ts-ignore: decorator
@inline
export function powerLow(q: i32): u64 {
  return load<u64>(table + 16 * (q - LEAST_POWER), 0);
}

/** Returns whether 128 bits hold 5^q exactly. */
// @ts-ignore: decorator
@inline
export function isExactPower(q: i32): bool {
  return q >= 0 && q <= 55;
}
