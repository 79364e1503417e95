import type { NearestWanted, ScoredMatrix } from "../core/matrix.js";
import { type Ranked, RowScores, rankedBy } from "./row-scores.js";

/** A row of a matrix whose nearest columns can be found. */
export interface SearchedRow {
  readonly row: number;
  /**
   * Returns the `count` nearest columns; fewer if the row has fewer scores. Null if that are more than were searched for:
   * then the row comes again, with all its cells.
   */
  nearest(count: number): Ranked | null;
  /** Returns the exact score of a column; NaN if it has none. */
  scoreOf(column: number): number;
}

/**
 * Yields the rows of a matrix with their nearest columns, in any order: from the candidates of a screen, if the matrix has
 * one, and from its cells where there are too many candidates. The results are the same.
 */
export async function* searchedRows(scores: ScoredMatrix, wanted: NearestWanted): AsyncGenerator<SearchedRow> {
  const { screen, rows } = scores;
  const candidates = (await screen?.nearest(wanted)) ?? null;
  if (!screen || !candidates) return yield* rowsOfTiles(scores, wanted, null);
  const open: number[] = [];
  for await (const part of candidates) {
    for (const [i, found] of part.columns.entries()) {
      const row = part.firstRow + i;
      const searched =
        found && new CandidateRow(scores, row, { columns: found, scores: part.scores?.[i] ?? null }, wanted);
      if (searched) yield searched;
      if (!searched || searched.comesAgain) open.push(row);
    }
  }
  if (open.length === rows) yield* rowsOfTiles(scores, wanted, null);
  else if (open.length > 0) {
    const numbers = Uint32Array.from(open).sort();
    yield* rowsOfTiles(await screen.ofRows(numbers), wanted, numbers);
  }
}

/** @param numbers the numbers of the rows of the matrix; null if it has all of them. */
async function* rowsOfTiles(
  scores: ScoredMatrix,
  { selfOffset }: NearestWanted,
  numbers: Uint32Array | null,
): AsyncGenerator<SearchedRow> {
  const search = new RowScores(scores);
  try {
    for await (const { firstRow, rows, columns, values } of scores.tiles()) {
      for (let i = 0; i < rows; i++) {
        const row = numbers?.[firstRow + i] ?? firstRow + i;
        const self = selfOffset === null ? -1 : row + selfOffset;
        const excluded = self >= 0 && self < columns ? [self] : [];
        search.load(firstRow + i, values.subarray(i * columns, (i + 1) * columns), excluded);
        yield { row, nearest: (count) => search.nearest(count), scoreOf: (column) => search.scoreOf(column) };
      }
    }
  } finally {
    search.close();
  }
}

/** A row whose candidates include its k nearest columns. */
class CandidateRow implements SearchedRow {
  /** Whether more columns than k were asked for. */
  comesAgain = false;
  private ranked: Ranked | null = null;

  constructor(
    private readonly scores: ScoredMatrix,
    readonly row: number,
    private readonly candidates: { readonly columns: Uint32Array; readonly scores: Float64Array | null },
    private readonly wanted: NearestWanted,
  ) {}

  nearest(count: number): Ranked | null {
    const { scores, row, candidates, wanted } = this;
    if (count > wanted.k) {
      this.comesAgain = true;
      return null;
    }
    this.ranked ??= rankedBy(
      candidates.columns,
      (column, at) => knownOr(candidates.scores, at, () => scores.exact(row, column)),
      scores.nearer,
    );
    return { columns: this.ranked.columns.slice(0, count), scores: this.ranked.scores.slice(0, count) };
  }

  scoreOf(column: number): number {
    const { scores, row, wanted } = this;
    const { selfOffset } = wanted;
    return selfOffset !== null && column === row + selfOffset ? Number.NaN : scores.exact(row, column);
  }
}

/** Returns a score of a list; if it is not known, that of `exact`. */
function knownOr(scores: Float64Array | null, at: number, exact: () => number): number {
  const score = scores?.[at] ?? Number.NaN;
  return Number.isNaN(score) ? exact() : score;
}
