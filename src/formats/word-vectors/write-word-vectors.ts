import { DataError } from "../../core/errors.js";
import type { MatrixFormatter, MatrixHead } from "../../output/format.js";
import type { NumberFormat } from "../../output/number.js";

/**
 * A matrix as word2vec text: a line that counts words and numbers, then a word and its numbers a line; words are the
 * ids of the rows, or their indices.
 *
 * @throws {DataError} for an id that no line can hold.
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

/** Readers part words from numbers by blanks, some of them by any. */
function word(id: string): string {
  if (id !== "" && !/\s/.test(id)) return id;
  throw new DataError(`expected words without blanks, found the id "${id}"`, "another format keeps it: -o FILE.json");
}
