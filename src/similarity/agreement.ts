import type { Tile, TiledMatrix } from "../core/matrix.js";
import type { Agreement } from "../core/results.js";

/** The tolerance for two values to be equal, as in NumPy's `allclose`. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
  /** Whether NaN equals NaN. */
  readonly equalNan: boolean;
}

export const DEFAULT_TOLERANCE: Tolerance = { rtol: 1e-5, atol: 1e-8, equalNan: false };

/**
 * Compares the tiles of a matrix with those of another engine while they are computed.
 *
 * A cell agrees if `|x − y| ≤ atol + rtol·|y|`, where y is the value of the loop engine; similarities are never infinite.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.allclose.html
 */
export class AgreementCheck {
  private readonly others: AsyncIterator<Tile>;
  /** Cells of the other engine that have not been compared yet. */
  private pending: Float64Array = new Float64Array(0);
  private agree = true;
  private maxDifference = -1;
  private at: [number, number] = [0, 0];

  /**
   * @param other the same matrix from the other engine, in tiles of any number of rows.
   * @param otherIsLoop whether `other` is the loop engine; otherwise the added tiles are.
   */
  constructor(
    other: TiledMatrix,
    private readonly otherIsLoop: boolean,
    private readonly tolerance: Tolerance = DEFAULT_TOLERANCE,
  ) {
    this.others = other.tiles()[Symbol.asyncIterator]();
  }

  async add({ firstRow, columns, values }: Tile): Promise<void> {
    let done = 0;
    while (done < values.length) {
      if (this.pending.length === 0) this.pending = ((await this.others.next()).value as Tile).values;
      const count = Math.min(values.length - done, this.pending.length);
      this.compare(
        values.subarray(done, done + count),
        this.pending.subarray(0, count),
        firstRow * columns + done,
        columns,
      );
      this.pending = this.pending.subarray(count);
      done += count;
    }
  }

  private compare(ours: Float64Array, others: Float64Array, firstCell: number, columns: number): void {
    const [x, y] = this.otherIsLoop ? [ours, others] : [others, ours];
    const { rtol, atol, equalNan } = this.tolerance;
    for (let cell = 0; cell < x.length; cell++) {
      const difference = Math.abs(x[cell] - y[cell]);
      if (equalNan && Number.isNaN(x[cell]) && Number.isNaN(y[cell])) continue;
      // Both conditions are written so that a NaN differs, and the first NaN stays the largest difference.
      if (!(difference <= atol + rtol * Math.abs(y[cell]))) this.agree = false;
      if (difference <= this.maxDifference || Number.isNaN(this.maxDifference)) continue;
      this.maxDifference = difference;
      this.at = [Math.floor((firstCell + cell) / columns), (firstCell + cell) % columns];
    }
  }

  result(): Agreement {
    const { agree, at } = this;
    const { rtol, atol } = this.tolerance;
    return { agree, maxDifference: this.maxDifference === -1 ? 0 : this.maxDifference, at, rtol, atol };
  }
}

/**
 * Compares two matrices of the same shape, tile by tile.
 *
 * @param reference gives y in the tolerance `|x − y| ≤ atol + rtol·|y|`.
 * @example await checkAgreement(await cosineTiles(a, b), await cosineTiles(a, b, { mode: "loop" }));
 */
export async function checkAgreement(
  matrix: TiledMatrix,
  reference: TiledMatrix,
  tolerance: Tolerance = DEFAULT_TOLERANCE,
): Promise<Agreement> {
  const check = new AgreementCheck(reference, true, tolerance);
  for await (const tile of matrix.tiles()) await check.add(tile);
  return check.result();
}
