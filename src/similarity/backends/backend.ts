import type { Numbers } from "../../vectors.js";

/** The backends that the command line knows, the default first. */
export const BACKENDS = ["auto", "blas", "wasm", "js", "mathjs"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Who multiplies in matrix mode, in plain JavaScript. */
export interface Backend {
  readonly name: "js" | "mathjs";
  /**
   * Takes the right-hand side once, m×d and row-major, and returns a function that writes `A·Bᵀ` (n×m) to `out`
   * for any n rows of the left-hand side.
   */
  multiplyBy(b: Float64Array, d: number): (a: Float64Array, out: Float64Array) => void;
}

/** Who multiplies in matrix mode, on several threads, while the caller does something else. */
export interface FastBackend {
  readonly name: "wasm" | "blas";
  /** Which kernels: `relaxed SIMD`, `OpenBLAS 0.3.21, Zen kernels`. */
  readonly kernels: string;
  /** Takes the right-hand side, m×d and row-major; packed rows of it may take a third of the memory to work in. */
  product(b: Numbers, d: number, how: ProductOptions): Product;
}

/** What a product is told beside its rows. */
export interface ProductOptions {
  /** Whether the rows have length 1: then cells are clipped to [−1, 1], and those of equal rows are exactly 1. */
  readonly clips: boolean;
  /** The memory to work in. */
  readonly workBytes: number;
}

/** Products with the rows of one right-hand side. */
export interface Product {
  /**
   * Starts `A·Bᵀ` (n×m) for some rows of the left-hand side.
   *
   * @param cells the address of n×m doubles in the memory of the kernels.
   * @param firstColumn a multiple of 64: cells of columns before it are left as they are.
   * @returns a function that waits for the cells, and does its share of them.
   */
  start(a: Numbers, cells: number, firstColumn: number): () => Promise<void>;
  /** Gives its memory back; nothing may be under way. */
  close(): void;
}
