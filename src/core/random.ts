/**
 * Returns a generator of uniform numbers in [0, 1) with 53 random bits: xoshiro128**, seeded by splitmix32.
 *
 * @see https://prng.di.unimi.it/xoshiro128starstar.c
 */
export function uniforms(seed: number): () => number {
  const bits = words(seed);
  return () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

/** Returns a generator of 32 random bits per call: xoshiro128**, seeded by splitmix32. */
export function words(seed: number): () => number {
  let mix = Math.trunc(seed) ^ Math.floor(seed / 2 ** 32);
  const [s0, s1, s2, s3] = [0, 0, 0, 0].map(() => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  }) as [number, number, number, number];
  return xoshiro128(s0, s1, s2, s3);
}

/** Returns the generator of 32 bits per call; its state must not be all zero. */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  return () => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return result;
  };
}
