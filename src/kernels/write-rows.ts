import type { Pool } from "./pool.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** The layout of a matrix as text. */
export interface RowText {
  /** Between cells; one ASCII character, as the others are. */
  readonly separator: string;
  /** Around the cells of a row; may be empty. */
  readonly rowStart: string;
  readonly rowEnd: string;
  /** After each row. */
  readonly lineEnd: string;
  /** The text of NaN, at most eight characters. */
  readonly nan: string;
}

/** Cells in an item of work, and items in a batch of text. */
const ITEM_CELLS = 1 << 15;
const ITEMS_PER_THREAD = 4;

/**
 * Writes rows as text, on all threads: every number is the shortest text that reads back to the same double. The next parts
 * are computed while the caller writes one.
 *
 * @returns parts whose concatenation is the text; each is valid until the next one is asked for.
 */
export async function* rowsText(
  { rows, columns, values }: Cells,
  text: RowText,
  pool: Pool,
): AsyncGenerator<Uint8Array> {
  const kernels = loadKernels();
  const rowsAtOnce = Math.max(1, Math.floor(ITEM_CELLS / columns));
  const items = Math.min(Math.ceil(rows / rowsAtOnce), ITEMS_PER_THREAD * pool.threads);
  const batchRows = items * rowsAtOnce;
  const itemBytes = textBytes(rowsAtOnce, columns);
  const inPlace = kernels.addressOf(values);
  const copied = inPlace === null ? kernels.allocate(values.byteLength) : 0;
  if (inPlace === null) kernels.doubles(copied, values.length).set(values);
  const outs = [0, batchRows].filter((first) => first < rows).map(() => kernels.allocate(items * itemBytes));

  const begin = (batch: number) => {
    const first = batch * batchRows;
    const count = Math.min(batchRows, rows - first);
    const cells = (inPlace ?? copied) + 8 * first * columns;
    const out = outs[batch % outs.length];
    const params: WriteParams = { kind: "write", cells, out, rows: count, columns, rowsAtOnce, text };
    return { out, job: pool.start<number>(params, Math.ceil(count / rowsAtOnce)) };
  };
  let coming: ReturnType<typeof begin> | null = begin(0);
  try {
    for (let batch = 1; coming; batch++) {
      const { out, job } = coming;
      const lengths = await job.finish();
      coming = batch * batchRows < rows ? begin(batch) : null;
      for (const [item, length] of lengths.entries()) yield kernels.bytes(out + item * itemBytes, length);
    }
  } finally {
    await coming?.job.finish().catch(() => {});
    for (const out of outs) kernels.release(out);
    if (inPlace === null) kernels.release(copied);
  }
}

/** Some rows of a matrix. */
interface Cells {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly values: Float64Array;
}

/** A job that writes rows of cells as text; an item is a few rows. */
export interface WriteParams {
  readonly kind: "write";
  /** Addresses of the cells and of the text. */
  readonly cells: number;
  readonly out: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowsAtOnce: number;
  readonly text: RowText;
}

/** Returns the bytes that the text of these rows may take. */
export const textBytes = (rows: number, columns: number) => 28 * rows * columns + 8 * rows + 64;

/** The result of an item is the length of its text, which begins at `out + item × textBytes(rowsAtOnce, columns)`. */
export function createWrite(params: WriteParams, kernels: Kernels, _thread: number): (item: number) => number {
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
    // WebAssembly returns addresses as signed integers.
    return (end >>> 0) - start;
  };
}
