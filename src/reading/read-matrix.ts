import { DataError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { doublesOf } from "../core/vectors.js";
import type { ReadOptions, RowBatch } from "../input/reader.js";
import type { Input } from "../input/source-list.js";
import { readBatches } from "./read-batches.js";

/** A square matrix that is read while it is consumed; its tiles can be requested once. */
export interface MatrixText extends TiledMatrix {
  readonly name: string;
  /** The ids of the rows read so far; null for a file without ids. */
  readonly rowIds: readonly string[] | null;
  readonly columnIds: readonly string[] | null;
  /** The class labels of the rows read so far; null unless a label column was given. */
  readonly labels: readonly string[] | null;
  /** Ends reading before the tiles are requested. */
  close(): Promise<void>;
}

/**
 * Opens a b×b matrix in any input format, in one file or several, as a stream of tiles.
 *
 * @throws {DataError} from `tiles`, with the shape, when the matrix turns out not to be square; and whatever
 * {@link readBatches} throws.
 */
export async function readMatrix(source: Input, options: ReadOptions = {}): Promise<MatrixText> {
  const batches = readBatches(source, options);
  const first = (await batches.next()).value as RowBatch;
  const size = first.columns;
  const ids: string[] = [];
  const labels: string[] = [];
  async function* tiles(): AsyncGenerator<Tile> {
    let firstRow = 0;
    try {
      for (
        let batch: RowBatch | undefined = first;
        batch;
        batch = (await batches.next()).value as RowBatch | undefined
      ) {
        for (const id of batch.ids ?? []) ids.push(id);
        for (const label of batch.labels ?? []) labels.push(label);
        const { rows, values } = batch;
        if (firstRow + rows <= size) yield { firstRow, rows, columns: size, values: doublesOf(values) };
        firstRow += rows;
      }
    } finally {
      await batches.return(undefined);
    }
    if (firstRow !== size) throw notSquare(source.name, firstRow, size);
  }
  const { name } = source;
  const rowIds = first.ids ? ids : null;
  return {
    name,
    rows: size,
    columns: size,
    rowIds,
    columnIds: first.columnNames,
    labels: first.labels && labels,
    tiles,
    async close() {
      await batches.return(undefined);
    },
  };
}

/** Returns the error for one file that is neither a square similarity matrix nor labelled vectors. */
export function notSquare(name: string, rows: number, columns: number): DataError {
  return new DataError(
    `${name}: expected a square similarity matrix, or labels of the rows, found ${rows}×${columns} numbers`,
    `vectors need their pairs: simcli loss ${name} b.csv, or --labels with a column of classes`,
  );
}
