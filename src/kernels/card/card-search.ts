import type { FloatRows, FloatSearch, FloatsWanted, FoundCells, FoundRows, SearchOfRows } from "../float-search.js";
import { inOrder } from "../pairs-in-order.js";
import { Buffers } from "./buffers.js";
import type { Card, CardBuffer, CardLists, ScoreBlock } from "./card.js";
import { LeftRows } from "./left-rows.js";
import { type LoadedPart, ResidentRows } from "./resident-rows.js";

/** Maximum bytes of a block of scores. Larger blocks are not faster. */
const MOST_BLOCK_BYTES = 2 ** 31;
/** Blocks, lists and left-hand rows each take at most this share of the memory; right-hand rows take a half. */
const SHARE = 1 / 8;
const FEW_COLUMNS = 4096;
/** Maximum number of left-hand rows of a block: the rows before are read while these are searched. */
const MOST_ROWS = 4096;
/** The lists of all rows of a round take at most so many bytes. */
const MOST_LIST_BYTES = 2 ** 28;
/** Columns of a block are a multiple of this, so that rows begin at places that are read fast. */
const TOGETHER = 64;
/** Places in a list besides those of twice the k nearest: a row with far more candidates is computed again in float64. */
const MORE = 64;
/** The pairs that are found in one go take at most so many bytes. */
const MOST_PAIR_BYTES = 2 ** 25;
/** No row is so far from another one. */
const NO_ROW = 0x7fffffff;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const ENTRY = 2 * FLOAT;

/** Searches on a card. */
export class CardSearch implements FloatSearch {
  private last: ResidentRows | null = null;

  constructor(private readonly card: Card) {}

  canFind(k: number): boolean {
    return k <= this.card.mostNearest;
  }

  of(rows: FloatRows): SearchOfRows {
    this.last?.retire();
    const resident = new ResidentRows(this.card, rows);
    this.last = resident;
    return {
      nearest: (left, wanted) => resident.during(() => this.nearest({ ...rows, left }, wanted, resident)),
      reaching: (left, bounds) => resident.during(() => this.reaching({ ...rows, left }, bounds, resident)),
    };
  }

  private async *nearest(rows: FloatRows, wanted: FloatsWanted, resident: ResidentRows): AsyncGenerator<FoundRows> {
    const n = rows.left.length / rows.d;
    const atOnce = Math.max(1, Math.floor(this.bytesUpTo(MOST_LIST_BYTES) / (ENTRY * capacityOf(wanted.k))));
    for (let first = 0; first < n; first += atOnce) {
      yield* this.round(rows, wanted, resident, first, Math.min(n, first + atOnce));
    }
  }

  /** Finds the candidates of the rows from `first` to `end`: among all right-hand rows, part by part. */
  private async *round(
    { left, right, d }: FloatRows,
    { k, margins, bounds, selfOffset }: FloatsWanted,
    resident: ResidentRows,
    first: number,
    end: number,
  ): AsyncGenerator<FoundRows> {
    const { card } = this;
    const m = right.length / d;
    const capacity = capacityOf(k);
    const buffers = new Buffers(card);
    try {
      const lists: CardLists = {
        entries: buffers.take(ENTRY * capacity * (end - first)),
        counts: buffers.holding(new Uint32Array(end - first)),
        bounds: buffers.holding(bounds.subarray(first, end)),
        margins: buffers.holding(margins.subarray(first, end)),
        capacity,
        firstRow: first,
      };
      const size = this.blockSize(end - first, m, d);
      const scores = buffers.take(FLOAT * size.rows * size.columns);
      const leftRows = new LeftRows(card, left, right, d, buffers.take(FLOAT * d * size.rows));
      const { parts } = resident;
      let before: Promise<FoundRows> | null = null;
      for (const [p, part] of parts.entries()) {
        const loaded = resident.load(part);
        for (let row = first; row < end; row += size.rows) {
          const rows = Math.min(size.rows, end - row);
          const from = leftRows.at(row, rows, loaded);
          for (const block of blocksOf(scores, row, rows, loaded, size.columns)) {
            card.multiply(from, { buffer: loaded.buffer, first: block.firstColumn - loaded.first }, d, block);
            card.gather(block, loaded.terms, lists, k, selfOffset ?? NO_ROW);
          }
          if (p < parts.length - 1) continue;
          const found = this.read(lists, row, rows, m);
          found.catch(() => {});
          // The card goes on with this block while the rows of the block before are used.
          if (before) yield await before;
          before = found;
        }
      }
      if (before) yield await before;
    } finally {
      buffers.release();
    }
  }

  /** Reads the lists of some rows. */
  private async read(
    { entries, counts, capacity, firstRow }: CardLists,
    row: number,
    rows: number,
    m: number,
  ): Promise<FoundRows> {
    const { card } = this;
    const at = row - firstRow;
    const [ofCounts, ofEntries] = await Promise.all([
      card.read(counts, FLOAT * at, FLOAT * rows),
      card.read(entries, ENTRY * capacity * at, ENTRY * capacity * rows),
    ]);
    const counted = new Uint32Array(ofCounts);
    const words = new Uint32Array(ofEntries);
    const columns = Array.from(counted, (count, i) => {
      if (count > capacity) return null;
      const found = new Uint32Array(count);
      for (let e = 0; e < count; e++) found[e] = words[2 * (i * capacity + e) + 1];
      return found;
    });
    return { firstRow: row, columns, cells: rows * m, mirrored: 0 };
  }

  private async *reaching(
    { left, right, d }: FloatRows,
    bounds: Float32Array,
    resident: ResidentRows,
  ): AsyncGenerator<FoundCells> {
    const { card } = this;
    const [n, m] = [left.length / d, right.length / d];
    const onlyUpper = left === right;
    const buffers = new Buffers(card);
    try {
      const size = this.blockSize(n, m, d);
      const scores = buffers.take(FLOAT * size.rows * size.columns);
      const capacity = Math.max(size.columns, Math.floor(this.bytesUpTo(MOST_PAIR_BYTES) / ENTRY));
      const found = { pairs: buffers.take(ENTRY * capacity), count: buffers.take(FLOAT), capacity };
      const ofBounds = buffers.take(FLOAT * size.rows);
      const leftRows = new LeftRows(card, left, right, d, buffers.take(FLOAT * d * size.rows));

      /** Lists the pairs of a block, half by half where they are too many. */
      const pairsOf = async (block: ScoreBlock, part: LoadedPart): Promise<Uint32Array[]> => {
        const { firstRow, rows, firstColumn } = block;
        const from = leftRows.at(firstRow, rows, part);
        card.write(ofBounds, bounds.subarray(firstRow, firstRow + rows));
        card.write(found.count, new Uint32Array(1));
        card.multiply(from, { buffer: part.buffer, first: firstColumn - part.first }, d, block);
        card.reach(block, part.terms, ofBounds, found, onlyUpper);
        const [count] = new Uint32Array(await card.read(found.count, 0, FLOAT));
        if (count === 0) return [];
        if (count <= capacity) return [new Uint32Array(await card.read(found.pairs, 0, ENTRY * count))];
        const half = Math.floor(rows / 2);
        return [
          ...(await pairsOf({ ...block, rows: half }, part)),
          ...(await pairsOf({ ...block, firstRow: firstRow + half, rows: rows - half }, part)),
        ];
      };

      for (let row = 0; row < n; row += size.rows) {
        const rows = Math.min(size.rows, n - row);
        const lists: Uint32Array[] = [];
        let mirrored = 0;
        for (const part of resident.parts) {
          const loaded = resident.load(part);
          for (const block of blocksOf(scores, row, rows, loaded, size.columns)) {
            if (onlyUpper && block.firstColumn + block.columns <= row) mirrored += rows * block.columns;
            else lists.push(...(await pairsOf(block, loaded)));
          }
        }
        yield { pairs: inOrder(lists, m), cells: rows * m, mirrored };
      }
    } finally {
      buffers.release();
    }
  }

  /** Returns the size of a buffer of at most so many bytes. */
  private bytesUpTo(most: number): number {
    const { bufferBytes, totalBytes } = this.card.limits;
    return Math.min(most, bufferBytes, totalBytes * SHARE);
  }

  /** Returns the number of rows and columns of blocks of an n×m matrix. */
  private blockSize(n: number, m: number, d: number): { rows: number; columns: number } {
    const cells = this.bytesUpTo(MOST_BLOCK_BYTES) / FLOAT;
    const most = Math.ceil(m / TOGETHER) * TOGETHER;
    // Few columns are multiplied slowly, so there are fewer rows where memory is short.
    const fewer = Math.floor(cells / Math.max(d, Math.min(most, FEW_COLUMNS)));
    const rows = Math.max(1, Math.min(n, MOST_ROWS, fewer));
    const columns = Math.floor(cells / rows / TOGETHER) * TOGETHER;
    return { rows, columns: Math.max(TOGETHER, Math.min(columns, most)) };
  }
}

const capacityOf = (k: number): number => 2 * k + MORE;

/** Returns the blocks of some left-hand rows and the right-hand rows of a part, of at most `size` columns. */
function* blocksOf(
  scores: CardBuffer,
  firstRow: number,
  rows: number,
  part: LoadedPart,
  size: number,
): Generator<ScoreBlock> {
  for (let at = 0; at < part.rows; at += size) {
    const columns = Math.min(size, part.rows - at);
    const stride = Math.ceil(columns / TOGETHER) * TOGETHER;
    yield { scores, firstRow, firstColumn: part.first + at, rows, columns, stride };
  }
}
