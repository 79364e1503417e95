import { DataError } from "../../core/errors.js";
import type { MatrixFormatter, MatrixHead } from "../../output/format.js";
import type { NumberFormat } from "../../output/number.js";

/**
 * Formats a matrix as word2vec text: a line with the number of words and of dimensions, then a word and its numbers per
 * line. The words are the row ids, or the row indices.
 *
 * @throws {DataError} for an id with blanks.
 */
export function wordVectors({ rows, columns, rowIds }: MatrixHead, number: NumberFormat): MatrixFormatter {
  return {
    begin: () => `${rows} ${columns}\n`,
    tile({ firstRow, rows: count, values }) {
      let text = "";
      for (let i = 0; i < count; i++) {
        text += rowIds ? word(rowIds[firstRow + i]) : String(firstRow + i);
        for (let j = 0; j < columns; j++) text += ` ${number(values[i * columns + j])}`;
        text += "\n";
      }
      return text;
    },
    end: () => "",
  };
}

/** Readers separate words from numbers at blanks, some at any kind of blank. */
function word(id: string): string {
  if (id !== "" && !/\s/.test(id)) return id;
  throw new DataError(`expected words without blanks, found the id "${id}"`, "another format keeps it: -o FILE.json");
}
