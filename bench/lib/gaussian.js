/** A seeded source of whole numbers below 2³²: Marsaglia's xorshift128. */
export function words(seed) {
  let [x, y, z, w] = [123456789, 362436069, 521288629, seed];
  const word = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w ^= (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  };
  for (let skipped = 0; skipped < 64; skipped++) word(); // near seeds start alike
  return word;
}

/**
 * A seeded source of Gaussian numbers: 53 bits a number, then Box and Muller, two at a time.
 * Seeded, so that every run reads the same bytes; Gaussian, so that signs, exponents and digits vary as in embeddings.
 */
export function gaussian(seed) {
  const word = words(seed);
  const unit = () => ((word() >>> 5) * 67108864 + (word() >>> 6) + 0.5) / 2 ** 53;
  let second = null;
  return () => {
    if (second !== null) {
      const kept = second;
      second = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(unit()));
    const angle = 2 * Math.PI * unit();
    second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
