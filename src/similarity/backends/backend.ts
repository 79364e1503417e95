import type { Numbers } from "../../core/vectors.js";
import type { CellRange } from "../../kernels/clip.js";

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
  /** How many rows of the left-hand side there are to multiply, all in all. */
  readonly rows: number;
}

/** The cells of a product: its columns `firstColumn … firstColumn + columns − 1`. */
export interface ProductCells {
  /** The address of the first, a double in the memory of the kernels. */
  readonly cells: number;
  /** How many doubles a row of cells is behind the one before it. */
  readonly stride: number;
  /** A multiple of 64. */
  readonly firstColumn: number;
  readonly columns: number;
  /** Whether the cells lie apart from all others, few enough for one thread, while others do the next of them. */
  readonly apart: boolean;
}

/** Products with the rows of one right-hand side. */
export interface Product {
  /**
   * Starts `A·Bᵀ` for some rows of the left-hand side, and some of the right.
   *
   * @returns a function that waits for the cells, and does its share of them; it gives what the blocks of them are
   * between, where they are clipped.
   */
  start(a: Numbers, to: ProductCells): () => Promise<readonly (CellRange | null)[]>;
  /** Gives its memory back; nothing may be under way. */
  close(): void;
}
