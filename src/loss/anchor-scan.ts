import type { Tile } from "../core/matrix.js";
import { noSimilarity } from "./batch.js";
import { HardestPairs } from "./hardest-pairs.js";
import type { AnchorLoss, LossKind, Settings } from "./kind.js";
import type { Pairs } from "./pairs.js";

/**
 * Shows the cells of S to the losses of a kind, with the rows or the columns of S as anchors, while tiles go by.
 *
 * A kind that wants the positives of an anchor before its negatives gets them from one row in turn; of columns they are
 * all shown in a first pass over S, the negatives in a second one.
 */
export class AnchorScan {
  readonly hardest: HardestPairs;
  /** One for each of several settings. */
  readonly losses: readonly AnchorLoss[];
  /** How many times the tiles of S have to be added. */
  readonly passes: number;
  private readonly ordered: boolean;

  constructor(
    readonly pairs: Pairs,
    readonly anchors: "rows" | "columns",
    kind: LossKind,
    settings: readonly Settings[],
  ) {
    this.hardest = new HardestPairs(pairs.size);
    this.losses = settings.map((each) => kind.begin(pairs, each, this.hardest));
    this.ordered = this.losses.some((loss) => loss.ready);
    this.passes = this.ordered && anchors === "columns" ? 2 : 1;
  }

  /**
   * @param pass which of the passes this is, from 0.
   * @throws {DataError} for a cell that is NaN.
   */
  add({ firstRow, rows, columns, values }: Tile, pass: number): void {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      const cells = values.subarray(i * columns, (i + 1) * columns);
      if (!this.ordered) this.show(row, cells, true, true);
      else if (this.anchors === "columns") this.show(row, cells, pass === 0, pass === 1);
      else {
        this.show(row, cells, true, false);
        this.ready(row);
        this.show(row, cells, false, true);
      }
    }
    if (this.passes === 2 && pass === 0 && firstRow + rows === columns) {
      for (let anchor = 0; anchor < columns; anchor++) this.ready(anchor);
    }
  }

  private ready(anchor: number): void {
    for (const loss of this.losses) loss.ready?.(anchor);
  }

  private show(row: number, cells: Float64Array, positives: boolean, negatives: boolean): void {
    const { pairs, hardest, losses } = this;
    const isRow = this.anchors === "rows";
    for (let column = 0; column < cells.length; column++) {
      const value = cells[column];
      if (Number.isNaN(value)) throw noSimilarity(row, column);
      const anchor = isRow ? row : column;
      const other = isRow ? column : row;
      const relation = pairs.relation(anchor, other);
      if (relation === 1 && positives) {
        hardest.addPositive(anchor, other, value);
        for (const loss of losses) loss.positive(anchor, other, value);
      } else if (relation === -1 && negatives) {
        hardest.addNegative(anchor, other, value);
        for (const loss of losses) loss.negative(anchor, other, value);
      }
    }
  }
}
