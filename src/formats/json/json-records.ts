import { DataError } from "../../core/errors.js";
import type { Source } from "../../input/source.js";
import type { Cell } from "../../output/format.js";
import { noRecordColumn, RECORDS_AT_ONCE, type RecordBatch } from "../records.js";
import { BYTE, END, JsonText } from "./json-text.js";

/**
 * Reads members of the objects of JSON Lines, or of a list of objects (see `records.ts`). `a.b` is the member b of the object a. A
 * missing member is null; `true`, `false`, lists and objects are JSON text.
 */
export async function* readJsonRecords(source: Source, columns: readonly string[]): AsyncGenerator<RecordBatch> {
  const text = new JsonText(source);
  const table = new JsonTable(source.name, text, columns);
  try {
    const isList = (await text.peek()) === BYTE.open;
    if (isList) text.take();
    if (isList && (await text.peek()) === BYTE.close) text.take();
    else if (isList) {
      do yield* table.record(1);
      while (await text.nextMember(BYTE.close));
    } else while ((await text.peek()) !== END) yield* table.record(0);
    yield* table.finish();
  } finally {
    await text.release();
  }
}

const SCALARS: ReadonlySet<string> = new Set(["true", "false", "null", "NaN", "Infinity", "-Infinity"]);
const NO_VALUE: ReadonlySet<string> = new Set(["null", "NaN", "Infinity", "-Infinity"]);

class JsonTable {
  private lines: number[] = [];
  private cells: Cell[][];
  private readonly found = new Set<string>();
  private firstNames: readonly string[] | null = null;

  constructor(
    private readonly name: string,
    private readonly text: JsonText,
    private readonly columns: readonly string[],
  ) {
    this.cells = columns.map(() => []);
  }

  /** Reads the object at the position. */
  async *record(depth: number): AsyncGenerator<RecordBatch> {
    const { text, columns, cells } = this;
    const { line } = text;
    if ((await text.peek()) !== BYTE.begin) {
      throw new DataError(
        `${this.name}:${line}: expected an object with named values, found another value`,
        "records are JSON Lines, or a list of objects",
      );
    }
    const row = columns.map((): Cell => null);
    const names: string[] = [];
    await this.members(row, names, "", depth);
    this.firstNames ??= names;
    this.lines.push(line);
    for (const [k, cell] of row.entries()) cells[k].push(cell);
    if (this.lines.length === RECORDS_AT_ONCE) yield this.take();
  }

  private async members(row: Cell[], names: string[], path: string, depth: number): Promise<void> {
    const { text, columns } = this;
    text.enter(depth);
    if ((await text.peek()) === BYTE.end) return text.take();
    do {
      const key = path + (await text.key());
      if (path === "") names.push(key);
      const at = columns.indexOf(key);
      if (at >= 0) {
        this.found.add(key);
        row[at] = await this.cell(depth + 1);
      } else if (columns.some((column) => column.startsWith(`${key}.`)) && (await text.peek()) === BYTE.begin) {
        await this.members(row, names, `${key}.`, depth + 1);
      } else await text.skip(depth + 1);
    } while (await text.nextMember(BYTE.end));
  }

  /** Reads a value of any type. */
  private async cell(depth: number): Promise<Cell> {
    const { text } = this;
    const byte = await text.peek();
    if (byte === BYTE.quote) return text.string();
    if (byte === BYTE.open || byte === BYTE.begin) return JSON.stringify(await this.value(depth));
    const word = await text.word(SCALARS);
    if (NO_VALUE.has(word)) return null;
    if (SCALARS.has(word)) return word;
    const number = Number(word);
    // The digits of an integer that no double represents are kept as text.
    return Number.isFinite(number) && (Number.isSafeInteger(number) || !/^-?\d+$/.test(word)) ? number : word;
  }

  private async value(depth: number): Promise<unknown> {
    const { text } = this;
    const byte = await text.peek();
    if (byte === BYTE.open) {
      const list: unknown[] = [];
      text.enter(depth);
      if ((await text.peek()) === BYTE.close) text.take();
      else
        do list.push(await this.value(depth + 1));
        while (await text.nextMember(BYTE.close));
      return list;
    }
    if (byte === BYTE.begin) {
      const members: [string, unknown][] = [];
      text.enter(depth);
      if ((await text.peek()) === BYTE.end) text.take();
      else
        do members.push([await text.key(), await this.value(depth + 1)]);
        while (await text.nextMember(BYTE.end));
      return Object.fromEntries(members);
    }
    const cell = await this.cell(depth);
    return byte !== BYTE.quote && (cell === "true" || cell === "false") ? cell === "true" : cell;
  }

  private take(): RecordBatch {
    const { lines, cells } = this;
    this.lines = [];
    this.cells = this.columns.map(() => []);
    const found = cells.map((list, k) => (this.found.has(this.columns[k]) ? list : null));
    return { rows: lines.length, lines, cells: found };
  }

  *finish(): Generator<RecordBatch> {
    if (this.found.size === 0) {
      throw noRecordColumn(this.name, this.columns[0], this.firstNames ?? [], "no object with named values");
    }
    if (this.lines.length > 0) yield this.take();
  }
}
