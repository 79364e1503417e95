/** The backends that the command line knows, the default first. */
export const BACKENDS = ["auto", "blas", "wasm", "js", "mathjs"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Who multiplies in matrix mode. */
export interface Backend {
  readonly name: Exclude<BackendName, "auto">;
  /**
   * Takes the right-hand side once, m×d and row-major, and returns a function that writes `A·Bᵀ` (n×m) to `out`
   * for any n rows of the left-hand side.
   */
  multiplyBy(b: Float64Array, d: number): (a: Float64Array, out: Float64Array) => void;
}
