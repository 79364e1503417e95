import { escapeMarkdown } from "../../output/escape.js";
import {
  isList,
  type MatrixFormatter,
  type MatrixHead,
  type RecordCell,
  type Records,
  type Writer,
} from "../../output/format.js";
import { columnFormats, listText, type NumberFormat, numberFormat } from "../../output/number.js";

export const markdownWriter: Writer = {
  matrix: (head, { precision }) => markdownMatrix(head, numberFormat(precision, "nan")),
  records: (records, { precision }) => markdownRecords(records, numberFormat(precision, "nan")),
};

/** Formats a matrix as a Markdown table; rows and columns are labelled with their ids, or their indices. */
export function markdownMatrix(head: MatrixHead, number: NumberFormat): MatrixFormatter {
  const { columns, rowIds, columnIds } = head;
  return {
    begin() {
      const names = Array.from({ length: columns }, (_, j) => escapeMarkdown(columnIds?.[j] ?? String(j)));
      return `${line(["", ...names])}${line(["---", ...names.map(() => "---:")])}`;
    },
    tile({ firstRow, rows, values }) {
      let text = "";
      for (let i = 0; i < rows; i++) {
        const label = escapeMarkdown(rowIds?.[firstRow + i] ?? String(firstRow + i));
        const cells = Array.from(values.subarray(i * columns, (i + 1) * columns), number);
        text += line([label, ...cells]);
      }
      return text;
    },
    end: () => "",
  };
}

/** Records as a Markdown table; columns that begin with a text are aligned left, those of numbers right. */
export function* markdownRecords(records: Records, number: NumberFormat): Generator<string> {
  const { columns, rows } = records;
  yield line(columns.map(escapeMarkdown));
  const numbers = columnFormats(records, number);
  let isFirst = true;
  for (const row of rows) {
    if (isFirst) yield ruleFor(row);
    isFirst = false;
    const cells = row.map((cell, i) => {
      if (isList(cell)) return escapeMarkdown(listText(cell, numbers[i]));
      return typeof cell === "number" ? numbers[i](cell) : escapeMarkdown(cell ?? "");
    });
    yield line(cells);
  }
  if (isFirst) yield ruleFor(columns);
}

const ruleFor = (cells: readonly RecordCell[]) =>
  line(cells.map((cell) => (typeof cell === "string" || isList(cell) ? "---" : "---:")));

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
