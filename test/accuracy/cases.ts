import type { Big } from "./decimals.js";

/** A result that is measured: its data, its true values, and how simcli computes it. */
export interface Case {
  /** The metric, loss or statistic. */
  readonly value: string;
  /** What is hard about the data. */
  readonly data: string;
  /** The data, for other programs. */
  readonly input: { readonly [name: string]: unknown };
  readonly truth: readonly Big[];
  /** Returns values of simcli in the order of the truth, for each way to compute them. */
  found(): Promise<{ readonly [way: string]: ArrayLike<number> }>;
}
