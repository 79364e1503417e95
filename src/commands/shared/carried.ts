import { DataError, NoColumnError, UsageError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import type { VectorSet } from "../../core/vectors.js";
import { ID_NAMES } from "../../formats/column-roles.js";
import { BY_NAME } from "../../formats/records.js";
import { namedArray } from "../../input/named-array.js";
import type { ReadOptions } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { type Input, isList } from "../../input/source-list.js";
import type { RecordCell, Records } from "../../output/format.js";
import { readRecords } from "../../reading/read-records.js";
import type { Context } from "../../shell/context.js";
import { expectReadTwice, openInput, openVectorInput } from "../../shell/inputs.js";
import { type CarriedColumns, GatheredCells, NO_COLUMNS } from "./carried-cells.js";
import { RowPlaces } from "./row-places.js";

/** The value of `--records` for a file whose columns are not wanted. */
const NO_TABLE = "none";

/** The options that add columns of a table to a result. */
export interface CarryOptions {
  /** Names of columns. */
  readonly carry?: readonly string[];
  /** A table for both sides, or one for each; `FILE#COLUMN` names its column of ids, and `none` is no table. */
  readonly records?: readonly string[];
}

/** The rows of one side of a result, whose columns may be carried. */
export interface CarrySide {
  /** The file of vectors. */
  readonly path: string;
  readonly places: RowPlaces;
  /** Returns the id of a wanted row; null if the file has no ids. */
  readonly idOf: ((row: number) => string) | null;
}

/** Returns the ids of a set by row of its file; null if it has none. */
const idsOf = ({ ids, firstRow = 0 }: VectorSet): CarrySide["idOf"] => ids && ((row) => ids[row - firstRow]);

/** Returns the side of a set in memory. */
export const sideOf = (path: string, set: VectorSet): CarrySide => ({
  path,
  places: new RowPlaces().add(set),
  idOf: idsOf(set),
});

/**
 * Checks the options before the vectors are read.
 *
 * @param paths the files of vectors.
 * @throws {UsageError} for `--records` without `--carry`, more tables than files, and input that cannot be read twice.
 */
export function expectCarry({ carry, records }: CarryOptions, paths: readonly (string | undefined)[]): void {
  if (!carry) {
    if (records) throw new UsageError("--records: expected --carry with it", "--carry text names the columns to add");
    return;
  }
  const files = paths.filter((path) => path !== undefined);
  if (records) {
    if (records.every((table) => table === NO_TABLE)) {
      throw new UsageError(
        "--records: expected a table, found none",
        "leave --records out, or name a table for one file",
      );
    }
    for (const table of records) expectReadTwice("--records", namedArray(table).path, "save the table to a file");
    if (records.length <= files.length) return;
    throw new UsageError(
      `--records: expected at most one table for each of ${files.length} files, found ${records.length}`,
      "one table serves all files",
    );
  }
  for (const path of files) {
    expectReadTwice("--carry", path, "save the input to a file, or join a table by id: --records FILE");
  }
}

/** Reads the carried columns of a run. */
export class Carrier {
  private constructor(
    private readonly context: Context,
    private readonly records: readonly string[] | undefined,
    private readonly read: ReadOptions,
    /** The columns that were given by their numbers. */
    private readonly named: ReadonlyMap<string, string>,
    /** The names of the columns; undefined if none are carried. */
    readonly names: readonly string[] | undefined,
  ) {}

  /**
   * @param read how the files of vectors are read. @param paths these files, in which columns may be given by their numbers, from 1.
   */
  static async open(
    context: Context,
    { carry, records }: CarryOptions,
    read: ReadOptions,
    paths: readonly (string | undefined)[],
  ): Promise<Carrier> {
    const named = new Map<string, string>();
    const carrier = new Carrier(context, records, read, named, carry);
    for (const name of carry ?? []) if (/^\d+$/.test(name)) named.set(name, await carrier.nameOfNumber(name, paths));
    const names = carry && [...new Set(carry.map((name) => carrier.nameOf(name)))];
    return new Carrier(context, records, read, named, names);
  }

  /** Returns the name of a column that may have been given by its number. */
  nameOf(column: string): string {
    return this.named.get(column) ?? column;
  }

  /** Returns the name of a column of the first file that has so many; a column may also be called by a number. */
  private async nameOfNumber(column: string, paths: readonly (string | undefined)[]): Promise<string> {
    for (const [side, path] of paths.entries()) {
      const source = path === undefined ? null : this.sourceOf(side, path);
      if (!source) continue;
      try {
        for await (const _ of readRecords(source, [column], this.optionsOf(side))) return column;
      } catch (error) {
        if (!(error instanceof NoColumnError)) throw error;
        if (error.close !== undefined) return error.close;
      }
    }
    return column;
  }

  /** Opens the table with the columns of a side; null if it has none. */
  private sourceOf(side: number, path: string): Source | null {
    const { context, read } = this;
    const table = this.tableOf(side);
    if (table === NO_TABLE) return null;
    if (table !== undefined) return openInput(context, namedArray(table).path);
    return firstFile(openVectorInput(context, path, read));
  }

  /** Returns how the table of a side is read. */
  private optionsOf(side: number): ReadOptions {
    return this.tableOf(side) === undefined ? this.read : {};
  }

  /** Options for readers of vectors that leave the carried columns alone. */
  get readOptions(): ReadOptions {
    return this.names && !this.records ? { ...this.read, otherColumns: this.names } : this.read;
  }

  /**
   * Expects that each column is in one of the files, by their first records.
   *
   * @param paths the inputs of vectors. @param everywhere whether the first column has to be in all of them.
   * @throws {NoColumnError} for a column that no file has.
   */
  async expectColumns(paths: readonly (string | undefined)[], everywhere = false): Promise<void> {
    const { names, context } = this;
    if (!names) return;
    const known = new Set<string>();
    let failure: NoColumnError | null = null;
    for (const [side, path] of paths.entries()) {
      if (path === undefined) continue;
      try {
        for (const name of await this.columnsIn(side, path, everywhere)) known.add(name);
      } catch (error) {
        if (everywhere || !(error instanceof NoColumnError)) throw error;
        failure ??= error;
      }
    }
    context.progress.clear();
    const unknown = names.find((name) => !known.has(name));
    if (unknown === undefined) return;
    if (known.size === 0 && failure) throw failure;
    throw new NoColumnError("--carry", unknown, [...known].join(", "), undefined, BY_NAME);
  }

  private async columnsIn(side: number, path: string, needsFirst: boolean): Promise<ReadonlySet<string>> {
    const { names = [] } = this;
    const source = this.sourceOf(side, path);
    if (!source) {
      if (!needsFirst) return new Set();
      throw new UsageError(
        `--records: expected a table with the texts of ${path}, found none`,
        "name a table for each file",
      );
    }
    const found = new Set<string>();
    for await (const { cells } of readRecords(source, names, this.optionsOf(side))) {
      for (const [k, list] of cells.entries()) if (list) found.add(names[k]);
      if (found.size === names.length) break;
    }
    if (needsFirst && !found.has(names[0])) {
      throw new NoColumnError(source.name, names[0], [...found].join(", "), undefined, BY_NAME);
    }
    return found;
  }

  /**
   * Reads the columns of some rows of one side, again from its file or from a table.
   *
   * @param side the number of the side among the files, from 0. @param wanted the rows that the result names.
   * @param names the columns, if only some of those of the run are read.
   * @returns the columns that this side has; the cells are those of the wanted rows.
   * @throws {DataError} for a row without a record, and for two records with the same id.
   */
  async columnsOf(
    side: number,
    rows: CarrySide,
    wanted: Iterable<number>,
    names = this.names,
  ): Promise<CarriedColumns> {
    const { context, read } = this;
    if (!names) return NO_COLUMNS;
    const gathered = new GatheredCells(names, context.room());
    const needed = new Set(wanted);
    const records = this.tableOf(side);
    if (records === NO_TABLE) return NO_COLUMNS;
    try {
      if (records === undefined) await gatherFromFiles(context, gathered, read, rows, needed);
      else {
        const { path: table, array: idColumn } = namedArray(records);
        const ids = idColumn === undefined ? usualIds(read) : [idColumn];
        if (rows.idOf) await gatherById(context, gathered, table, ids, rows.idOf, needed);
        else await gatherByRow(context, gathered, table, idColumn, rows, needed);
      }
    } catch (error) {
      // One of two files may have none of the columns.
      if (error instanceof NoColumnError) return NO_COLUMNS;
      throw error;
    }
    context.progress.clear();
    return gathered.columns();
  }

  private tableOf(side: number): string | undefined {
    return this.records && (this.records[side] ?? this.records[0]);
  }
}

const firstFile = (input: Input): Source => (isList(input) ? input.parts[0] : input);

/** Reads the columns of the files of vectors: by line where rows have lines, otherwise by their order. */
async function gatherFromFiles(
  context: Context,
  gathered: GatheredCells,
  read: ReadOptions,
  { path, places }: CarrySide,
  needed: ReadonlySet<number>,
): Promise<void> {
  for (const { name, firstRow, end } of places.filesOf(path)) {
    const rowAtLine = new Map<number, number>();
    for (const row of needed) if (row >= firstRow && row < end) rowAtLine.set(places.lineOf(row), row);
    const [wanted = firstRow] = rowAtLine.values();
    const hasLines = end > firstRow && places.lineOf(wanted) > 0;
    let count = 0;
    for await (const { rows, lines, cells, hasTypes } of readRecords(openInput(context, name), gathered.names, read)) {
      gathered.see(cells, hasTypes);
      for (let i = 0; i < rows; i++) {
        const row = hasLines ? rowAtLine.get(lines?.[i] ?? 0) : firstRow + count + i;
        if (row !== undefined && needed.has(row)) gathered.add(row, cells, i);
      }
      count += rows;
    }
    // Nothing is known of the lines of rows that no shard has read.
    const lacks = rowAtLine.size > 0 && (hasLines ? gathered.lacks(rowAtLine.values()) : count !== end - firstRow);
    if (lacks) {
      throw new DataError(
        `${name}: expected a record for each of the ${end - firstRow} rows, found ${count} records`,
        "--records FILE joins a table by id",
      );
    }
  }
}

/** Reads a table whose row i belongs to row i of a file without ids. */
async function gatherByRow(
  context: Context,
  gathered: GatheredCells,
  table: string,
  idColumn: string | undefined,
  { path, places }: CarrySide,
  needed: ReadonlySet<number>,
): Promise<void> {
  if (idColumn !== undefined) {
    throw new UsageError(
      `--records: expected ids in ${path} for the column ${idColumn} of ${table}, found none`,
      `row i of the table belongs to row i of the file: --records ${shellWord(table)}`,
    );
  }
  let count = 0;
  for await (const { rows, cells, hasTypes } of readRecords(openInput(context, table), gathered.names)) {
    gathered.see(cells, hasTypes);
    for (let i = 0; i < rows; i++) if (needed.has(count + i)) gathered.add(count + i, cells, i);
    count += rows;
  }
  if (needed.size > 0 && count !== places.rows) {
    throw new DataError(
      `${table}: expected a record for each of the ${places.rows} rows of ${path}, which has no ids, found ${count}`,
      "row i of the table belongs to row i of the file; with ids, records are joined by id",
    );
  }
}

/** Returns the names of the column of ids in a table, most likely first. */
const usualIds = ({ idColumn }: ReadOptions) => [...(typeof idColumn === "string" ? [idColumn] : []), ...ID_NAMES, ""];

/** Reads a table with a column of ids. @param candidates the names of this column; the first that has a cell counts. */
async function gatherById(
  context: Context,
  gathered: GatheredCells,
  table: string,
  candidates: readonly string[],
  idOf: (row: number) => string,
  needed: ReadonlySet<number>,
): Promise<void> {
  const rowsOfId = new Map<string, number[]>();
  for (const row of needed) {
    const rows = rowsOfId.get(idOf(row));
    if (rows) rows.push(row);
    else rowsOfId.set(idOf(row), [row]);
  }
  const carried = gathered.names.length;
  const named = [...new Set([...gathered.names, ...candidates])];
  const found = new Set<string>();
  let idName: string | null = null;
  for await (const { rows, lines, cells, hasTypes } of readRecords(openInput(context, table), named)) {
    idName ??= candidates.find((name) => cells[named.indexOf(name)]?.some((cell) => cell !== null)) ?? null;
    if (idName === null) {
      throw new DataError(
        `${table}: expected a column of ids (${candidates.slice(0, 3).join(", ")}${candidates.length > 3 ? ", …" : ""}), found none`,
        `--records '${table}#COLUMN' names the column`,
      );
    }
    const ids = cells[named.indexOf(idName)];
    gathered.see(cells.slice(0, carried), hasTypes);
    for (let i = 0; i < rows; i++) {
      const id = String(ids?.[i] ?? "");
      const rowsOf = rowsOfId.get(id);
      if (!rowsOf) continue;
      if (found.has(id)) {
        const place = lines ? `${table}:${lines[i]}` : table;
        throw new DataError(`${place}: expected each id once, found "${id}" again`, "remove one of the two records");
      }
      found.add(id);
      for (const row of rowsOf) gathered.add(row, cells, i);
    }
  }
  const missing = [...rowsOfId.keys()].filter((id) => !found.has(id));
  if (missing.length === 0) return;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : "";
  throw new DataError(
    `${table}: expected a record for each id of the result, found none for "${missing[0]}"${more} in the column "${idName}"`,
    `--records '${table}#COLUMN' names another column of ids; twice: a table for each file, or none`,
  );
}

/** One side of a result: its columns, and how they are named. */
export interface AddedColumns {
  readonly columns: CarriedColumns;
  readonly prefix: string;
  /** Whether a record has several rows of this side, whose cells are lists. */
  readonly isList?: boolean;
}

/**
 * Returns records with carried columns behind the others.
 *
 * @param rowsOf the row of each side, or its list of rows, for each record, in the order of the records.
 * @throws {UsageError} for a column that the result already has.
 */
export function withCarried(
  records: Records,
  carry: readonly string[] | undefined,
  sides: readonly AddedColumns[],
  rowsOf: Iterable<readonly (number | readonly number[])[]>,
): Records {
  if (!carry) return records;
  const names = sides.flatMap(({ columns, prefix }) => columns.names.map((name) => prefix + name));
  const taken = names.find((name) => records.columns.includes(name));
  if (taken !== undefined) {
    throw new UsageError(
      `--carry: expected another name than those of the result, found ${taken}`,
      "rename the column in a table for --records",
    );
  }
  function* rows(): Generator<RecordCell[]> {
    const places = rowsOf[Symbol.iterator]();
    for (const record of records.rows) {
      const at: readonly (number | readonly number[])[] = places.next().value ?? [];
      yield [...record, ...sides.flatMap(({ columns }, side) => carriedCells(columns, at[side]))];
    }
  }
  return {
    columns: [...records.columns, ...names],
    dataColumns: names.length,
    kinds: [
      ...records.kinds,
      ...sides.flatMap(({ columns, isList }) =>
        columns.kinds.map((kind) => (isList ? (`list of ${kind}` as const) : kind)),
      ),
    ],
    rows: rows(),
  };
}

/** Returns the cells of a row; of a list of rows, a list for each column. */
function carriedCells({ names, cellsOf }: CarriedColumns, at: number | readonly number[]): readonly RecordCell[] {
  if (typeof at === "number") return cellsOf(at);
  const cells = at.map((row) => cellsOf(row));
  return names.map((_, k) => cells.map((some) => some[k]));
}
