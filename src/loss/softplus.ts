/** Returns `log(1 + exp(x))` in a form in which no exponential overflows. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Returns `1 / (1 + exp(−x))`, the derivative of {@link softplus}. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
