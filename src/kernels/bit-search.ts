import {
  allocateBitsWorkspace,
  type BitCells,
  type BitRows,
  type BitsParams,
  type BitsWorkspace,
  itemRowsOf,
  type NearBits,
  type NearestBits,
  releaseBitsWorkspace,
} from "./bits.js";
import type { Job, Pool } from "./pool.js";
import { loadKernels } from "./wasm.js";

/** Consecutive rows, with the columns that were found for each. */
export interface FoundBits {
  readonly firstRow: number;
  readonly columns: readonly Uint32Array[];
}

/** Compares rows of packed bits on the threads of a pool. */
export class BitSearch {
  private readonly kernels = loadKernels();

  constructor(
    private readonly pool: Pool,
    private readonly rows: BitRows,
  ) {}

  /** Yields all rows once with their columns, in any order of rows and of columns. */
  async *find(work: NearestBits | NearBits): AsyncGenerator<FoundBits> {
    const rows = this.rows.left.length / this.rows.rowBytes;
    const { job, itemRows, release } = this.start<Uint32Array[]>(work, rows, work.kind === "nearest" ? work.k : 0);
    try {
      for await (const { item, result } of job.asDone()) yield { firstRow: item * itemRows, columns: result };
    } finally {
      release();
    }
  }

  /** Starts to write the cells of an area; the result waits for them. */
  cells(work: BitCells): () => Promise<void> {
    const { job, release } = this.start<null>(work, work.rows, 0);
    return async () => {
      try {
        await job.finish();
      } finally {
        release();
      }
    };
  }

  private start<R>(
    work: BitsParams["work"],
    rows: number,
    k: number,
  ): { job: Job<R>; itemRows: number; release: () => void } {
    const { kernels, pool } = this;
    const { rowBytes } = this.rows;
    const itemRows = itemRowsOf(rows, rowBytes, pool.threads, k);
    const workspaces: BitsWorkspace[] = Array.from({ length: pool.threads }, () =>
      allocateBitsWorkspace(kernels, rowBytes, itemRows, k),
    );
    const params: BitsParams = { kind: "bits", ...this.rows, itemRows, work, workspaces };
    const release = () => {
      for (const workspace of workspaces) releaseBitsWorkspace(kernels, workspace);
    };
    return { job: pool.start<R>(params, Math.ceil(rows / itemRows), true), itemRows, release };
  }
}
