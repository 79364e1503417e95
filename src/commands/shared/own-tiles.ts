import type { ScoredMatrix, Tile } from "../../core/matrix.js";
import { type RowShare, rowsOfShard, type Shard } from "../../core/shard.js";
import { rowsFrom, type VectorSet } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import { computeTiles, type MetricTiles } from "../../similarity/compute.js";
import type { ComputeOptions, MetricName } from "../../similarity/options.js";
import { KERNEL_LIMITS, tileRowsOf } from "../../similarity/tiling.js";

/** The size of the columns of a matrix. */
type Columns = Pick<VectorSet, "rows" | "dimensions">;

const tileRows = (n: number, { rows: m, dimensions: d }: Columns): number => tileRowsOf(n, m, d, KERNEL_LIMITS);

/** Returns the rows from `first` to before `end`, and those beside them that are in the same tiles of the whole matrix. */
function inWholeTiles([first, end]: readonly [number, number], n: number, columns: Columns): [number, number] {
  const together = tileRows(n, columns);
  return [Math.floor(first / together) * together, Math.min(n, Math.ceil(end / together) * together)];
}

/** Returns the rows to read for a shard of the rows of a matrix. */
export const shareOfTiles =
  (shard: Shard, columns: Columns): RowShare =>
  (n) =>
    inWholeTiles(rowsOfShard(shard, n), n, columns);

/**
 * The cells of a shard of the rows of a matrix, with the bits of the whole matrix. The bits of a BLAS depend on the place of a cell in the
 * product, so that the tiles are those of the whole matrix, and rows of others are left out.
 */
export class OwnTiles implements Pick<MetricTiles, "backend" | "kernels"> {
  private constructor(
    private readonly metric: MetricName,
    private readonly set: VectorSet,
    private readonly columns: VectorSet,
    private readonly options: ComputeOptions,
    readonly backend: MetricTiles["backend"],
    readonly kernels: MetricTiles["kernels"],
    /** The rows of the shard in the file. */
    readonly first: number,
    readonly end: number,
  ) {}

  /**
   * @param set all rows, those of {@link shareOfTiles}, or with `paired` those of the shard; then `columns` are those of the other set.
   * @param rowsOf returns the rows of the shard among all rows.
   */
  static async of(
    metric: MetricName,
    set: VectorSet,
    columns: VectorSet,
    rowsOf: RowShare,
    options: ComputeOptions,
  ): Promise<OwnTiles> {
    const probe = { ...options, zeroVectors: "zero", inPlace: false, upper: false } as const;
    const { backend, kernels } = await computeTiles(metric, firstRowOf(set), firstRowOf(columns), probe);
    const [first, end] = rowsOf(set.fileRows ?? set.rows);
    return new OwnTiles(metric, set, columns, options, backend, kernels, first, end);
  }

  /** Yields the cells from row `from` of the shard on, with the numbers of the rows in the file. */
  async *tiles(context: Context, from = 0): AsyncGenerator<Tile> {
    const first = this.first + from;
    if (first < this.end) yield* (await this.matrix(context, first, this.end)).tiles();
  }

  /** Returns the matrix of all rows of the file with the tiles of those from `first` to before `end`, which alone have a slack. */
  async matrix(context: Context, first: number, end: number): Promise<ScoredMatrix> {
    const { metric, set, columns, options, backend } = this;
    const { firstRow = 0, fileRows = set.rows } = set;
    const isPlaced = !SUMS_IN_ORDER.has(backend) && !options.paired;
    const [start, stop] = isPlaced ? inWholeTiles([first, end], fileRows, columns) : [first, end];
    const some = (of: VectorSet) => rowsFrom(of, start - firstRow, stop - firstRow);
    const rows = some(set);
    const others = options.paired ? (set === columns ? rows : some(columns)) : columns;
    const matrix = await computeTiles(metric, { ...rows, fileRows }, others, {
      ...options,
      ...(isPlaced && { tileRows: tileRows(fileRows, columns) }),
      ...(options.upper && { diagonal: start }),
    });
    async function* tiles(): AsyncGenerator<Tile> {
      for await (const tile of context.computing(matrix).tiles()) {
        const at = start + tile.firstRow;
        const [own, ownEnd] = [Math.max(at, first), Math.min(at + tile.rows, end)];
        const values = tile.values.subarray((own - at) * tile.columns, (ownEnd - at) * tile.columns);
        if (ownEnd > own) yield { firstRow: own, rows: ownEnd - own, columns: tile.columns, values };
      }
      context.detailProduct(matrix);
    }
    return {
      rows: fileRows,
      columns: matrix.columns,
      nearer: matrix.nearer,
      tiles,
      exact: (row, column) => matrix.exact(row - start, column),
      slack: (row, size) => (row >= first && row < end ? matrix.slack(row - start, size) : 0),
    };
  }
}

/** Backends, and the loop, that give a cell the same bits anywhere in a product; a graphics card leaves tiles to a BLAS. */
const SUMS_IN_ORDER: ReadonlySet<MetricTiles["backend"]> = new Set([null, "wasm", "js", "mathjs"] as const);

/** Returns a set of the first row, for which the backend is that of all rows. */
const firstRowOf = (set: VectorSet): VectorSet => ({ ...rowsFrom(set, 0, 1), fileRows: set.fileRows ?? set.rows });
