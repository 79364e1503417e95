/**
 * Returns the value of the continued fraction b₀ + a₁ / (b₁ + a₂ / (b₂ + …)), by the modified method of Lentz.
 *
 * @param terms the n-th pair [aₙ, bₙ], n ≥ 1.
 * @see https://doi.org/10.1364/AO.15.000668
 */
function continuedFraction(b0: number, terms: (n: number) => readonly [number, number]): number {
  let value = b0;
  let c = value;
  let d = 0;
  for (let n = 1; ; n++) {
    const [a, b] = terms(n);
    d = 1 / (b + a * d);
    c = b + a / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= 4 * Number.EPSILON) return value;
  }
}

/** Up to this argument, the series of erf loses few digits when it is subtracted from 1. */
const MAX_OF_SERIES = 1.5;

/**
 * Returns the probability that the absolute value of a standard normal variable is at least |z|, with a relative error below
 * 1e-12; NaN for NaN.
 *
 * @see https://dlmf.nist.gov/7.6#E2 (series), https://dlmf.nist.gov/7.9#E1 (continued fraction)
 */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  if (Number.isNaN(x)) return x;
  if (x > MAX_OF_SERIES) {
    if (x > 40) return 0;
    const fraction = continuedFraction(x, (n) => [n / 2, x]);
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }
  let [term, sum] = [x, x];
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/**
 * Returns the probability that the absolute value of a variable with Student's t distribution is at least |t|: the regularised
 * incomplete beta function I(ν / (ν + t²); ν/2, 1/2). The relative error is below 1e-12, also of tiny probabilities.
 *
 * @param freedom the degrees of freedom ν, a whole number. @returns NaN for ν < 1 or if t is NaN.
 * @see https://dlmf.nist.gov/8.17#SS5
 */
export function studentTails(t: number, freedom: number): number {
  if (Number.isNaN(t) || freedom < 1) return Number.NaN;
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  const x = freedom / (freedom + square);
  const y = square / (freedom + square);
  const a = freedom / 2;
  // x^a y^(1/2) / B(a, 1/2); x^a from the logarithm of 1 + t²/ν, which keeps its digits where x is near 1.
  const scale = Math.exp(-a * Math.log1p(square / freedom)) * Math.sqrt(y / Math.PI) * gammaRatio(a);
  if (x < (a + 1) / (a + 2.5)) return scale / betaFraction(x, y, a, 0.5);
  return 1 - scale / betaFraction(y, x, 0.5, a);
}

/**
 * Returns the continued fraction of the incomplete beta function at x = 1 − y, which converges fast for
 * x < (a + 1) / (a + b + 2). Near x = 1, y has the digits that x lacks.
 *
 * @see A. R. Didonato, A. H. Morris, "Algorithm 708", https://doi.org/10.1145/131766.131776
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  const later = (m: number) =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
  const first = (a * (a * y - b * x + 1)) / (a + 1);
  const numerator = (m: number) => ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (a + 2 * m - 1) ** 2;
  return continuedFraction(first, (m) => [numerator(m), later(m)]);
}

/** From this argument on, the terms of the asymptotic series that are used give all digits. */
const MIN_OF_ASYMPTOTIC = 30;

/**
 * Returns Γ(a + 1/2) / Γ(a), by the recurrence from a large argument. The difference of the logarithms would lose digits.
 *
 * @see https://dlmf.nist.gov/5.11#E8
 */
function gammaRatio(a: number): number {
  if (a < MIN_OF_ASYMPTOTIC) return (gammaRatio(a + 1) * a) / (a + 0.5);
  const square = a * a;
  const series = -1 / 8 + (1 / 192 + (-1 / 640 + 17 / 14336 / square) / square) / square;
  return Math.sqrt(a) * Math.exp(series / a);
}

/** Returns the t that |t| exceeds with probability `tails` under Student's t distribution, 0 < tails < 1. */
export function studentQuantile(tails: number, freedom: number): number {
  if (freedom < 1) return Number.NaN;
  let [low, high] = [0, 1];
  while (studentTails(high, freedom) > tails) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (studentTails(middle, freedom) > tails) low = middle;
    else high = middle;
  }
}
