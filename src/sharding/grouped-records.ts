import { MachineError } from "../core/errors.js";
import { Groups } from "../neighbours/groups.js";
import type { RecordCell } from "../output/format.js";
import type { GroupsJoining } from "./part-file.js";

/** Memory of a row of a group for each cell, besides the characters of a text, and of its place in the lists. */
const [CELL_BYTES, ROW_BYTES] = [16, 64];

/**
 * Yields the records of the groups that all parts together make: the number of the group from 1, its size, and the cells of a row. Holds
 * the cells of rows that have any besides their number.
 *
 * @param rows the number of rows of the file. @param maxBytes maximum memory in bytes.
 * @throws {MachineError} if it is not enough.
 */
export function* groupedRecords(
  records: Iterable<RecordCell[]>,
  rows: number,
  { minSize }: GroupsJoining,
  maxBytes: number,
): Generator<RecordCell[]> {
  const groups = new Groups(rows);
  const cellsOf = new Map<number, RecordCell[]>();
  let bytes = 2 * Int32Array.BYTES_PER_ELEMENT * rows;
  for (const [row, other, ...cells] of records as Iterable<[number, number, ...RecordCell[]]>) {
    groups.connect(row, other);
    if ((cells.length === 1 && cells[0] === row) || cellsOf.has(row)) continue;
    cellsOf.set(row, cells);
    bytes += ROW_BYTES;
    for (const cell of cells) bytes += CELL_BYTES + (typeof cell === "string" ? cell.length : 0);
    if (bytes <= maxBytes) continue;
    const found = `${Math.floor(maxBytes / 1e6)} MB`;
    throw new MachineError(
      `expected memory for the ids and labels of all groups, found ${found} left`,
      "raise --max-memory",
    );
  }
  let number = 0;
  for (const group of groups.list()) {
    if (group.length < minSize) continue;
    number++;
    for (const row of group) yield [number, group.length, ...(cellsOf.get(row) ?? [row])];
  }
}
