/** Returns whether `count` float32 numbers are finite: not all bits of an exponent are set. */
export function areFinite(floats: usize, count: i32): bool {
  const exponent = i32x4.splat(0x7f800000);
  // Added to a full exponent, its last bit sets the sign bit.
  const last = i32x4.splat(0x00800000);
  let found = i32x4.splat(0);
  let i = 0;
  for (; i < count - 3; i += 4) {
    const words = v128.load(floats + (<usize>i << 2));
    found = v128.or(found, i32x4.add(v128.and(words, exponent), last));
  }
  for (; i < count; i++) {
    const words = v128.load32_zero(floats + (<usize>i << 2));
    found = v128.or(found, i32x4.add(v128.and(words, exponent), last));
  }
  return i32x4.bitmask(found) === 0;
}
