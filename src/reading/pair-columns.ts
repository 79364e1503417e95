import { parseValue } from "../input/number.js";
import type { Source } from "../input/source.js";
import { type RecordBatch, readRecords } from "./read-records.js";

/** The names of the column of anchors or queries, the most likely first. */
export const ANCHOR_NAMES = [
  ...["anchor", "anchor_id", "query", "query_id", "query-id", "queryId", "qid", "topic", "a"],
  ...["id_a", "id1", "id_1", "first", "left", "sentence1"],
];

/** The names of the column of candidates or documents, the most likely first. */
export const CANDIDATE_NAMES = [
  ...[
    "id",
    "document",
    "document_id",
    "doc_id",
    "docid",
    "doc",
    "corpus_id",
    "corpus-id",
    "passage_id",
    "pid",
    "candidate",
  ],
  ...["b", "id_b", "id2", "id_2", "second", "right", "sentence2"],
];

type Cells = RecordBatch["cells"][number];

/** Records of a table; for each role, the cells of the first column with one of its names, or null. */
export interface RoleBatch {
  readonly rows: number;
  /** The line of a record, or its number where records have no lines; both from 1. */
  lineOf(row: number): number;
  readonly cells: readonly Cells[];
}

/**
 * Reads columns that have one of several names, in any format with named columns.
 *
 * @param roles the names of each column, the most likely first.
 * @throws {NoColumnError} if the table has none of the columns.
 */
export async function* readRoles(source: Source, roles: readonly (readonly string[])[]): AsyncGenerator<RoleBatch> {
  const names = [...new Set(roles.flat())];
  let count = 0;
  let columns: readonly (number | undefined)[] | null = null;
  for await (const { rows, lines, cells } of readRecords(source, names)) {
    columns ??= roles.map((role) => role.map((name) => names.indexOf(name)).find((at) => cells[at]));
    const first = count + 1;
    yield {
      rows,
      lineOf: (row) => lines?.[row] ?? first + row,
      cells: columns.map((at) => (at === undefined ? null : cells[at])),
    };
    count += rows;
  }
}

/** Returns the number of a cell; NaN if it has none. */
export const numberOf = (cell: NonNullable<Cells>[number]): number =>
  typeof cell === "string" ? parseValue(cell) : (cell ?? Number.NaN);

/** Returns the places of columns in a header; −1 for a role without a column. */
export const placesOf = (header: readonly string[], roles: readonly (readonly string[])[]): number[] =>
  roles.map((role) => header.indexOf(role.find((name) => header.includes(name)) ?? ""));
