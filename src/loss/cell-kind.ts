import type { Tile } from "../core/matrix.js";
import { noSimilarity } from "./batch.js";
import type { AnchorValues, DirectionLoss, LossKind, LossScan, ReducedLoss, Reducing, Slope } from "./kind.js";
import type { Pairs } from "./pairs.js";
import { divisorOf, reduceTerms, total } from "./reduce.js";
import type { Direction, Reduction, Settings } from "./types.js";

/** The terms of each anchor (triplets, pairs, or one term): their sum, their number, and how many are above 0. */
export interface Terms {
  readonly sum: Float64Array;
  readonly count: Float64Array;
  readonly active: Float64Array;
}

/** One term for each anchor. */
export function oneTermEach(sum: Float64Array, count: Float64Array): Terms {
  return { sum, count, active: sum.map((loss) => (loss > 0 ? 1 : 0)) };
}

/**
 * A loss that is computed cell by cell. It receives every cell of S that is a pair and keeps what it needs of each anchor.
 * The cells of an anchor arrive in the order of the other rows, so that sums have the same bits for any division into tiles.
 */
export interface CellLoss {
  positive(anchor: number, other: number, value: number): void;
  negative(anchor: number, other: number, value: number): void;
  /** If present, all positives of an anchor arrive first, then this is called, then its negatives arrive. */
  ready?(anchor: number): void;
  /** Called after the last cell. Returns the losses, or those of positives and those of negatives, reduced separately. */
  finish(): readonly [Terms] | readonly [Terms, Terms];
  /** ∂(sum of the terms of the anchor)/∂S for a positive; available after `finish`. */
  positiveSlope: Slope;
  negativeSlope: Slope;
}

/** What a kind of cell losses declares. */
export interface CellKind<S extends Settings> extends Omit<LossKind<S>, "scan"> {
  /** Whether an anchor can have several terms, so that their numbers are reported. */
  readonly manyTerms: boolean;
  begin(pairs: Pairs, settings: S, hardest: HardestPairs): CellLoss;
}

/** Makes a kind of loss of cell losses. */
export function cellKind<S extends Settings>({ begin, manyTerms, ...kind }: CellKind<S>): LossKind<S> {
  return {
    ...kind,
    scan: (pairs, settings, direction) => new CellScan(pairs, direction, manyTerms, settings, begin),
    reduce: (found, _, reduction) => reducedCells(found as FoundCells, manyTerms, reduction),
  };
}

/** The hardest (least similar) positive and the hardest (most similar) negative of each anchor; the first of equals. */
export class HardestPairs {
  /** NaN, with index −1, where an anchor has none. */
  readonly positive: Float64Array;
  readonly positiveIndex: Int32Array;
  readonly negative: Float64Array;
  readonly negativeIndex: Int32Array;

  constructor(size: number) {
    this.positive = new Float64Array(size).fill(Number.NaN);
    this.positiveIndex = new Int32Array(size).fill(-1);
    this.negative = new Float64Array(size).fill(Number.NaN);
    this.negativeIndex = new Int32Array(size).fill(-1);
  }

  addPositive(anchor: number, other: number, value: number): void {
    // A comparison with NaN is false, so the first value is always taken.
    if (value >= this.positive[anchor]) return;
    this.positive[anchor] = value;
    this.positiveIndex[anchor] = other;
  }

  addNegative(anchor: number, other: number, value: number): void {
    if (value <= this.negative[anchor]) return;
    this.negative[anchor] = value;
    this.negativeIndex[anchor] = other;
  }
}

/**
 * Passes the cells of S to cell losses.
 *
 * A loss with `ready` needs the positives of an anchor before its negatives. A row is visited twice for that; with columns
 * as anchors, a first pass over S visits all positives and a second pass the negatives.
 */
class CellScan<S extends Settings> implements LossScan {
  readonly passes: number;
  private readonly hardest: HardestPairs;
  /** One loss for each of the settings. */
  private readonly losses: readonly CellLoss[];
  private readonly ordered: boolean;

  constructor(
    private readonly pairs: Pairs,
    private readonly direction: Direction,
    private readonly manyTerms: boolean,
    settings: readonly S[],
    begin: CellKind<S>["begin"],
  ) {
    this.hardest = new HardestPairs(pairs.size);
    this.losses = settings.map((each) => begin(pairs, each, this.hardest));
    this.ordered = this.losses.some((loss) => loss.ready);
    this.passes = this.ordered && direction === "columns" ? 2 : 1;
  }

  add({ firstRow, rows, columns, values }: Tile, pass: number): void {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      const cells = values.subarray(i * columns, (i + 1) * columns);
      if (!this.ordered) this.visit(row, cells, true, true);
      else if (this.direction === "columns") this.visit(row, cells, pass === 0, pass === 1);
      else {
        this.visit(row, cells, true, false);
        this.ready(row);
        this.visit(row, cells, false, true);
      }
    }
    if (this.passes === 2 && pass === 0 && firstRow + rows === columns) {
      for (let anchor = 0; anchor < columns; anchor++) this.ready(anchor);
    }
  }

  private ready(anchor: number): void {
    for (const loss of this.losses) loss.ready?.(anchor);
  }

  private visit(row: number, cells: Float64Array, positives: boolean, negatives: boolean): void {
    const { pairs, hardest, losses } = this;
    const isRow = this.direction === "rows";
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

  finish(reduction: Reduction): readonly DirectionLoss[] {
    return this.losses.map((loss) => {
      const parts = loss.finish();
      const reduced = reducedCells(this.foundOf(parts), this.manyTerms, reduction);
      return { ...reduced, slope: (reducing) => this.slopeOf(loss, parts, reducing) };
    });
  }

  found(): readonly AnchorValues[] {
    return this.losses.map((loss) => this.foundOf(loss.finish()));
  }

  private foundOf([first, second]: readonly Terms[]): FoundCells {
    const { positive, positiveIndex, negative, negativeIndex } = this.hardest;
    const { positives, negatives } = this.pairs;
    const { sum, count, active } = first;
    const found = { positive, positiveIndex, negative, negativeIndex, positives, negatives, sum, count, active };
    if (!second) return found;
    // Two parts with the same terms share their counts; positives and negatives are otherwise terms of their own.
    if (second.count === count) return { ...found, otherSum: second.sum };
    return { ...found, otherSum: second.sum, otherCount: second.count, otherActive: second.active };
  }

  private slopeOf(loss: CellLoss, parts: readonly Terms[], reduction: Reducing): Slope {
    const { pairs } = this;
    const divisors = parts.map(({ count, active }) => divisorOf(reduction, total(count), total(active)));
    const [ofPositives, ofNegatives = ofPositives] = divisors;
    return (anchor, other, value) => {
      const relation = pairs.relation(anchor, other);
      if (relation === 0) return 0;
      if (relation === 1) return loss.positiveSlope(anchor, other, value) / ofPositives;
      return loss.negativeSlope(anchor, other, value) / ofNegatives;
    };
  }
}

/** What a scan of cells finds for each anchor. */
type FoundCells = {
  /** Those of {@link HardestPairs}. */
  readonly positive: Float64Array;
  readonly positiveIndex: Int32Array;
  readonly negative: Float64Array;
  readonly negativeIndex: Int32Array;
  /** The numbers of positives and negatives. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** The terms, or those of positives. */
  readonly sum: Float64Array;
  readonly count: Float64Array;
  readonly active: Float64Array;
  /** Those of negatives, if they are reduced separately; without counts, those of the others. */
  readonly otherSum?: Float64Array;
  readonly otherCount?: Float64Array;
  readonly otherActive?: Float64Array;
};

function reducedCells(found: FoundCells, manyTerms: boolean, reduction: Reduction): ReducedLoss {
  const { positive, positiveIndex, negative, negativeIndex, otherSum, otherCount, otherActive } = found;
  const ofPositives: Terms = { sum: found.sum, count: found.count, active: found.active };
  const ofNegatives = otherSum && {
    sum: otherSum,
    count: otherCount ?? found.count,
    active: otherActive ?? found.active,
  };
  const parts = ofNegatives ? [ofPositives, ofNegatives] : [ofPositives];
  const counted = otherCount ? parts : [ofPositives];
  const reduced = parts.map((part) => reduceTerms(part, reduction));
  const count = sumOf(counted.map((terms) => terms.count));
  const active = sumOf(counted.map((terms) => terms.active));
  const sum = sumOf(parts.map((terms) => terms.sum));
  return {
    components: ofNegatives ? { positiveLoss: reduced[0], negativeLoss: reduced[1] } : {},
    loss: reduced.reduce((x, y) => (x === null || y === null ? null : x + y)),
    counts: {
      terms: total(count),
      active: total(active),
      withoutPositive: found.positives.filter((n) => n === 0).length,
      withoutNegative: found.negatives.filter((n) => n === 0).length,
    },
    perAnchor: {
      positive,
      positiveIndex,
      negative,
      negativeIndex,
      ...(manyTerms && { terms: count, active }),
      ...(ofNegatives && { positiveLoss: ofPositives.sum, negativeLoss: ofNegatives.sum }),
      loss: sum.map((value, i) => (count[i] > 0 ? value : Number.NaN)),
    },
  };
}

const sumOf = (arrays: readonly Float64Array[]) => arrays.reduce((x, y) => x.map((value, i) => value + y[i]));
