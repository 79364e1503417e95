import type { Tile } from "../../core/matrix.js";
import type { Runtime } from "../../kernels/runtime.js";
import { rowsText } from "../../kernels/write-rows.js";
import { jsonString } from "../../output/escape.js";
import type { MatrixFormatter, MatrixHead, Records, Writer } from "../../output/format.js";
import {
  cellText,
  columnFormats,
  isShortest,
  type NumberFormat,
  numberFormat,
  numberFormatFor,
} from "../../output/number.js";

export const jsonWriter: Writer = {
  matrix: (head, { precision }) => jsonMatrix(head, numberFormat(precision, "null")),
  records: (records, { precision }) => jsonRecords(records, numberFormat(precision, "null")),
};

export const ndjsonWriter: Writer = {
  matrix: (head, { precision }) => ndjsonMatrix(head, numberFormat(precision, "null")),
  records: (records, { precision }) => ndjsonRecords(records, numberFormat(precision, "null")),
};

/**
 * Formats a matrix as one JSON object: the members of the head, `values` (rows of numbers), then the members of the
 * end.
 */
export function jsonMatrix(head: MatrixHead, number: NumberFormat): MatrixFormatter {
  let separator = "";
  const [rowStart, rowEnd] = head.flat ? ["", ""] : ["[", "]"];
  const text = { separator: ",", rowStart, rowEnd, lineEnd: ",", nan: number(Number.NaN) };
  /** Writes the comma at the end of each part before the next part instead. */
  async function* parts(tile: Tile, { pool }: Runtime): AsyncGenerator<Uint8Array> {
    for await (const part of rowsText(tile, text, pool)) {
      if (separator !== "") yield Buffer.from(separator);
      yield part.subarray(0, -1);
      separator = ",";
    }
  }
  return {
    ...(isShortest(number) && { parts }),
    begin() {
      const members = jsonText(head.members, String).slice(1, -1);
      return `{${members}${members && ","}"values":[`;
    },
    tile(tile) {
      const rows = rowTexts(tile, head.flat, number);
      const text = separator + rows.join(",");
      separator = ",";
      return text;
    },
    end(members) {
      const text = jsonText(members, number).slice(1, -1);
      return `]${text && ","}${text}}\n`;
    },
  };
}

/** Formats a matrix as JSON Lines, one object per row. */
export function ndjsonMatrix(head: MatrixHead, number: NumberFormat): MatrixFormatter {
  const key = head.flat ? "value" : "values";
  return {
    begin: () => "",
    tile(tile) {
      const rows = rowTexts(tile, head.flat, number).map((text, i) => {
        const index = tile.firstRow + i;
        return `{"index":${index},"id":${jsonText(head.rowIds?.[index] ?? null, String)},"${key}":${text}}\n`;
      });
      return rows.join("");
    },
    end: () => "",
  };
}

/** Formats records as a JSON array of objects, one per line. */
export function* jsonRecords(records: Records, number: NumberFormat): Generator<string> {
  let separator = "[\n";
  for (const line of ndjsonRecords(records, number)) {
    yield separator + line.slice(0, -1);
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

/** Formats records as JSON Lines; the keys are the names of the columns, as in CSV and Parquet. */
export function* ndjsonRecords(records: Records, number: NumberFormat): Generator<string> {
  const keys = records.columns.map((name) => jsonString(name));
  const numbers = columnFormats(records, number);
  for (const row of records.rows) {
    const members = row.map((cell, i) => `${keys[i]}:${cellText(cell, numbers[i])}`);
    yield `{${members.join(",")}}\n`;
  }
}

/**
 * Formats any value as JSON; numbers use the given number format.
 *
 * @example jsonText({ margin: 0.25, l1: 1 / 3 }, numberFormat(2, "null")) // '{"margin":0.25,"l1":0.33}'
 */
export function jsonText(value: unknown, number: NumberFormat): string {
  if (typeof value === "number") return number(value);
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, number)).join(",")}]`;
  if (value === null || typeof value !== "object") return jsonString(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${jsonString(name)}:${jsonText(member, numberFormatFor(name, number))}`,
  );
  return `{${members.join(",")}}`;
}

function rowTexts({ rows, columns, values }: Tile, flat: boolean, number: NumberFormat): string[] {
  const texts: string[] = [];
  for (let i = 0; i < rows; i++) {
    let text = flat ? "" : "[";
    for (let j = 0; j < columns; j++) text += (j > 0 ? "," : "") + number(values[i * columns + j]);
    texts.push(flat ? text : `${text}]`);
  }
  return texts;
}
