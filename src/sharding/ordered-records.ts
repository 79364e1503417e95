import type { RecordCell, Records } from "../output/format.js";
import type { OrderedJoining } from "./part-file.js";
import { type RecordList, recordsOf } from "./part-reader.js";

/** Returns records that begin with the numbers that order them. @param keys the numbers of each record. */
export function keyedRecords(records: Records, keys: Iterable<readonly number[]>): Records {
  function* rows(): Generator<RecordCell[]> {
    const next = keys[Symbol.iterator]();
    for (const cells of records.rows) yield [...(next.next().value ?? []), ...cells];
  }
  return { ...records, rows: rows() };
}

/** Memory for what is read ahead of all lists together, and of one of them. */
const AHEAD_BYTES = 1 << 26;
const [LEAST_BYTES, MOST_BYTES] = [1 << 12, 1 << 20];

/** The next record of a list, and the records after it. */
interface Front {
  record: RecordCell[];
  readonly rest: Iterator<RecordCell[]>;
}

/**
 * Yields the records of lists in ascending order as one such list, without the numbers that order them. Holds one record of each list, in
 * a binary heap, and a few megabytes of lines.
 *
 * @see D. E. Knuth, "The Art of Computer Programming", volume 3, 5.4.1: multiway merging.
 */
export function* orderedRecords(
  lists: readonly RecordList[],
  { keys, most, rank }: OrderedJoining,
): Generator<RecordCell[]> {
  const pieceBytes = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, Math.floor(AHEAD_BYTES / lists.length)));
  const signs = keys.map((order) => (order === "ascending" ? 1 : -1));
  const isBefore = ({ record: a }: Front, { record: b }: Front): boolean => {
    for (let k = 0; k < signs.length; k++) {
      const [x, y] = [a[k] as number, b[k] as number];
      if (x !== y) return signs[k] * (x - y) < 0;
    }
    return false;
  };
  const heap = new Heap(isBefore);
  for (const list of lists) {
    const rest = recordsOf(list, pieceBytes);
    const next = rest.next();
    if (!next.done) heap.push({ record: next.value, rest });
  }
  let [group, place]: [RecordCell, number] = [null, 0];
  for (let first = heap.first; first; first = heap.first) {
    const { record, rest } = first;
    place = rank !== null && record[0] !== group ? 1 : place + 1;
    if (rank !== null) group = record[0];
    if (most === null || place <= most) {
      const cells = record.slice(keys.length);
      if (rank !== null) cells[rank] = place;
      yield cells;
    } else if (rank === null) return;
    const next = rest.next();
    if (next.done) heap.removeFirst();
    else {
      first.record = next.value;
      heap.sinkFirst();
    }
  }
}

/** A binary heap. */
class Heap<T> {
  private readonly items: T[] = [];

  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  get first(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items, isBefore } = this;
    let at = items.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const above = items[(at - 1) >> 1];
      if (!isBefore(item, above)) break;
      items[at] = above;
    }
    items[at] = item;
  }

  removeFirst(): void {
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return;
    this.items[0] = last;
    this.sinkFirst();
  }

  /** Moves the first item to its place after it has changed. */
  sinkFirst(): void {
    const { items, isBefore } = this;
    const item = items[0];
    let at = 0;
    for (let below = 1; below < items.length; below = 2 * at + 1) {
      if (below + 1 < items.length && isBefore(items[below + 1], items[below])) below++;
      if (!isBefore(items[below], item)) break;
      items[at] = items[below];
      at = below;
    }
    items[at] = item;
  }
}
