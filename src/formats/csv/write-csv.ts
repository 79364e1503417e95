import { rowsText } from "../../kernels/write-rows.js";
import { quoteField } from "../../output/escape.js";
import { isList, type MatrixFormatter, type MatrixHead, type Records, type Writer } from "../../output/format.js";
import { columnFormats, isShortest, listText, type NumberFormat, numberFormat } from "../../output/number.js";

const delimitedWriter = (delimiter: string): Writer => ({
  matrix: (head, { precision, header }) => delimitedMatrix(head, delimiter, numberFormat(precision, "nan"), header),
  records: (records, { precision }) => delimitedRecords(records, delimiter, numberFormat(precision, "nan")),
});

export const csvWriter = delimitedWriter(",");
export const tsvWriter = delimitedWriter("\t");

/**
 * Formats a matrix as CSV or TSV, one line per row.
 *
 * @param header whether ids make a first row and a first column.
 */
export function delimitedMatrix(
  head: MatrixHead,
  delimiter: string,
  number: NumberFormat,
  header: boolean,
): MatrixFormatter {
  const { columns } = head;
  const rowIds = header ? head.rowIds : null;
  const quote = (text: string) => quoteField(text, delimiter);
  const text = { separator: delimiter, rowStart: "", rowEnd: "", lineEnd: "\n", nan: number(Number.NaN) };

  return {
    ...(isShortest(number) && !rowIds && { parts: (tile, { pool }) => rowsText(tile, text, pool) }),
    begin() {
      if (!header || !(head.rowIds || head.columnIds)) return "";
      const names = head.columnIds ?? Array.from({ length: columns }, (_, j) => String(j));
      return `${[...(rowIds ? ["id"] : []), ...names].map(quote).join(delimiter)}\n`;
    },
    tile({ firstRow, rows, values }) {
      let text = "";
      for (let i = 0; i < rows; i++) {
        if (rowIds) text += quote(rowIds[firstRow + i]) + delimiter;
        for (let j = 0; j < columns; j++) {
          if (j > 0) text += delimiter;
          text += number(values[i * columns + j]);
        }
        text += "\n";
      }
      return text;
    },
    end: () => "",
  };
}

/** Formats records as CSV or TSV: a header line, then one line per record; null is empty, a list is a JSON array. */
export function* delimitedRecords(records: Records, delimiter: string, number: NumberFormat): Generator<string> {
  const { columns, rows } = records;
  yield `${columns.join(delimiter)}\n`;
  const numbers = columnFormats(records, number);
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      if (cell === null) return "";
      if (isList(cell)) return quoteField(listText(cell, numbers[i]), delimiter);
      return typeof cell === "number" ? numbers[i](cell) : quoteField(cell, delimiter);
    });
    yield `${cells.join(delimiter)}\n`;
  }
}
