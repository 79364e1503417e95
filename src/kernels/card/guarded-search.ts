import type { FloatRows, FloatSearch, FloatsWanted, FoundCells, FoundRows, SearchOfRows } from "../float-search.js";
import { CardError } from "./card.js";
import type { CardSearch } from "./card-search.js";

/** Searches on a card, and on threads from the row on at which the card fails. */
export class GuardedSearch implements FloatSearch {
  private hasFailed = false;

  /** @param onFail receives the reason, once; it may throw to end the search. */
  constructor(
    private readonly card: CardSearch,
    private readonly threads: FloatSearch,
    private readonly onFail: (reason: string) => void,
  ) {}

  canFind(k: number, d: number, bytes: number): boolean {
    return this.threads.canFind(k, d, bytes);
  }

  of(rows: FloatRows): SearchOfRows {
    const onCard = this.card.of(rows);
    const onThreads = this.threads.of(rows);
    return {
      nearest: (left, wanted) => this.nearest(rows, left, wanted, onCard, onThreads),
      reaching: (left, bounds) => this.reaching(rows, left, bounds, onCard, onThreads),
    };
  }

  private async *nearest(
    { d }: FloatRows,
    left: Float32Array,
    wanted: FloatsWanted,
    onCard: SearchOfRows,
    onThreads: SearchOfRows,
  ): AsyncGenerator<FoundRows> {
    let done = 0;
    if (!this.hasFailed && this.card.canFind(wanted.k)) {
      try {
        for await (const found of onCard.nearest(left, wanted)) {
          done = found.firstRow + found.columns.length;
          yield found;
        }
        return;
      } catch (error) {
        this.fail(error);
      }
    }
    if (done === 0) return yield* onThreads.nearest(left, wanted);
    const margins = wanted.margins.subarray(done);
    const bounds = wanted.bounds.subarray(done);
    const selfOffset = wanted.selfOffset === null ? null : wanted.selfOffset + done;
    for await (const found of onThreads.nearest(left.subarray(done * d), { ...wanted, margins, bounds, selfOffset })) {
      yield { ...found, firstRow: found.firstRow + done };
    }
  }

  private async *reaching(
    { right, d }: FloatRows,
    left: Float32Array,
    bounds: Float32Array,
    onCard: SearchOfRows,
    onThreads: SearchOfRows,
  ): AsyncGenerator<FoundCells> {
    const m = right.length / d;
    let done = 0;
    if (!this.hasFailed) {
      try {
        for await (const found of onCard.reaching(left, bounds)) {
          done += found.cells / m;
          yield found;
        }
        return;
      } catch (error) {
        this.fail(error);
      }
    }
    if (done === 0) return yield* onThreads.reaching(left, bounds);
    for await (const found of onThreads.reaching(left.subarray(done * d), bounds.subarray(done))) {
      yield { ...found, pairs: shifted(found.pairs, done, left === right) };
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof CardError)) throw error;
    this.hasFailed = true;
    this.onFail(error.message);
  }
}

/** Returns pairs with `rows` more in each row; if `onlyUpper`, only those with a greater column. */
function shifted(pairs: Uint32Array, rows: number, onlyUpper: boolean): Uint32Array {
  const kept: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const [row, column] = [pairs[at] + rows, pairs[at + 1]];
    if (!onlyUpper || column > row) kept.push(row, column);
  }
  return Uint32Array.from(kept);
}
