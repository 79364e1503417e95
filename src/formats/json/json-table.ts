import { DataError, MalformedError } from "../../core/errors.js";
import { lineBlocks } from "../../input/line-blocks.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { RowReader } from "../csv/row-reader.js";
import { onlyList, type TableLayout } from "./json-layout.js";
import { JsonText } from "./json-text.js";

type Cells = { readonly [name: string]: unknown };

/**
 * Reads a table whose cells are members of objects, as pandas' `to_json` writes it; columns of text, ids and labels are treated as
 * in delimited text.
 *
 * @throws {DataError} naming the record and the field of a cell at fault.
 */
export async function* readJsonTable(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  layout: TableLayout,
  options: ReadOptions,
): AsyncGenerator<RowBatch> {
  const reader = new RowReader(name, { ...options, header: "yes", decimal: "." }, ",");
  let header: readonly string[] | null = null;
  let record = 0;
  try {
    for await (const rows of layout === "lines" ? linesOf(name, bytes) : [await rowsOf(name, bytes, layout)]) {
      for (const row of rows) {
        if (!header) {
          header = Object.keys(row);
          reader.add(header, 0);
        }
        record++;
        if (!isCells(row)) throw noObject(`${name}: record ${record}`);
        reader.add(cellsOf(row, header, name, record), 0);
      }
      const batch = reader.take();
      if (batch) yield withoutLines(batch);
    }
    const last = reader.finish();
    if (last) yield withoutLines(last);
  } catch (error) {
    throw error instanceof MalformedError && header ? inRecords(error, header, name) : error;
  }
}

/** The rows of a document have no lines of their own. */
const withoutLines = (batch: RowBatch): RowBatch => {
  const { delimiter: _, quoted: __, ...rest } = batch;
  return { ...rest, lines: null };
};

const isCells = (value: unknown): value is Cells =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const noObject = (place: string) =>
  new DataError(`${place}: expected an object with the fields of the first one, found another value`);

function cellsOf(row: Cells, header: readonly string[], name: string, record: number): string[] {
  const more = Object.keys(row).find((key) => !header.includes(key));
  if (more !== undefined) {
    const hint = "every record has the fields of the first one";
    throw new DataError(
      `${name}: record ${record}: expected ${header.join(", ")}, found the field "${more}" too`,
      hint,
    );
  }
  return header.map((key) => textOf(row[key]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Replaces the lines and fields of a table by records and names. */
function inRecords(error: MalformedError, header: readonly string[], name: string): DataError {
  const lines = error.faults.map(({ line, field, message, count = 1 }) => {
    const place = `${name}: record ${line - 1}${field === undefined ? "" : `, field "${header[field - 1]}"`}`;
    const expected = message.replace(/ on line (\d+)/, (_, number: string) => ` in record ${Number(number) - 1}`);
    return `${place}: ${expected}${count === 1 ? "" : ` (${count} such cells in this field)`}`;
  });
  return new DataError(lines.join("\n"), error.options ? `${error.hint}: ${error.options}` : error.hint);
}

async function* linesOf(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Cells[]> {
  let line = 1;
  let offset = 0;
  for await (const block of lineBlocks(name, bytes)) {
    const rows: Cells[] = [];
    const lines = block.toString("utf8").split("\n");
    lines.pop();
    for (const text of lines) {
      if (text.trim() !== "") rows.push(await objectOf(text.replace(/^\uFEFF/, ""), name, line, offset));
      line++;
      offset += Buffer.byteLength(text) + 1;
    }
    yield rows;
  }
}

/** Returns the object on a line that begins at a byte offset. */
async function objectOf(text: string, name: string, line: number, offset: number): Promise<Cells> {
  const value = await parsed(name, Buffer.from(text), line, offset);
  if (isCells(value)) return value;
  throw new DataError(`${name}:${line}: expected a JSON object, as on the first line, found another value`);
}

async function rowsOf(name: string, bytes: AsyncIterable<Uint8Array>, layout: TableLayout): Promise<Cells[]> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  const whole = Buffer.concat(parts);
  const value = await parsed(name, whole, 1, 0);
  if (layout === "records") return (onlyList(value as never) ?? []) as Cells[];
  const entries = Object.entries(value as { [name: string]: Cells });
  const other = entries.find(([, cells]) => !isCells(cells));
  if (other) throw noObject(`${name}: member "${other[0]}"`);
  if (layout === "index") return entries.map(([id, row]) => ({ id, ...row }));
  const ids = Object.keys(entries[0]?.[1] ?? {});
  return ids.map((id) => ({ id, ...Object.fromEntries(entries.map(([column, cells]) => [column, cells[id]])) }));
}

/**
 * Parses a JSON text that begins on a line and at a byte offset of the file.
 *
 * @throws {MalformedError} naming the line and byte offset of invalid JSON.
 */
async function parsed(name: string, bytes: Uint8Array, line: number, offset: number): Promise<unknown> {
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  try {
    return JSON.parse(text);
  } catch {
    await expectValid(name, bytes).catch((error: unknown) => {
      throw error instanceof MalformedError ? moved(error, line, offset) : error;
    });
  }
  try {
    return JSON.parse(withoutNaN(text));
  } catch {
    throw new DataError(`${name}:${line}: expected one JSON value, found more`);
  }
}

/** Replaces the numbers that Python writes and JSON does not have: NaN by null, infinities by numbers that overflow. */
const withoutNaN = (text: string) =>
  text.replace(/("(?:\\.|[^"\\])*")|NaN|Infinity/g, (word, quoted) => quoted ?? (word === "NaN" ? "null" : "1e999"));

async function expectValid(name: string, bytes: Uint8Array): Promise<void> {
  async function* once() {
    yield bytes;
  }
  const text = new JsonText({ name, bytes: once() });
  try {
    await text.skip(0);
  } finally {
    await text.release();
  }
}

/** Returns an error of a part of a file with its place in the file. */
function moved({ faults, hint }: MalformedError, line: number, offset: number): MalformedError {
  const places = faults.map((fault) => ({
    ...fault,
    line: fault.line + line - 1,
    message: fault.message.replace(/at byte offset (\d+)$/, (_, at: string) => `at byte offset ${Number(at) + offset}`),
  }));
  return new MalformedError(places, faults.length, hint);
}
