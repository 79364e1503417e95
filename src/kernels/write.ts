import type { Kernels } from "./wasm.js";

/** How a matrix is laid out as text. */
export interface RowText {
  /** Between cells; a character of ASCII, like the others. */
  readonly separator: string;
  /** Around the cells of a row; may be empty. */
  readonly rowStart: string;
  readonly rowEnd: string;
  /** Behind each row. */
  readonly lineEnd: string;
  /** What NaN is called, in at most eight characters. */
  readonly nan: string;
}

/** Writing rows of cells as text, an item some rows. */
export interface WriteParams {
  readonly kind: "write";
  /** Address of the cells; of the text of each item. */
  readonly cells: number;
  readonly out: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowsAtOnce: number;
  readonly text: RowText;
}

/** Bytes that the text of so many rows may take. */
export const textBytes = (rows: number, columns: number) => 28 * rows * columns + 8 * rows + 64;

/** Each item gives the length of its text, which begins at `out + item × textBytes(rowsAtOnce, columns)`. */
export function createWrite(params: WriteParams, kernels: Kernels, _lane: number): (item: number) => number {
  const { cells, out, rows, columns, rowsAtOnce, text } = params;
  const { separator, rowStart, rowEnd, lineEnd, nan } = text;
  const code = (character: string) => (character === "" ? 0 : character.charCodeAt(0));
  const word = Buffer.alloc(8);
  word.write(nan, "latin1");
  return (item) => {
    const first = item * rowsAtOnce;
    const start = out + item * textBytes(rowsAtOnce, columns);
    const end = kernels.call.writeRows(
      cells + 8 * first * columns,
      Math.min(rowsAtOnce, rows - first),
      columns,
      code(separator),
      code(rowStart),
      code(rowEnd),
      code(lineEnd),
      word.readBigUInt64LE(),
      nan.length,
      start,
    );
    // WebAssembly hands addresses over as signed integers.
    return (end >>> 0) - start;
  };
}
