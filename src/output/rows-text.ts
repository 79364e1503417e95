import type { Tile } from "../core/matrix.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import { loadKernels } from "../kernels/wasm.js";
import { type RowText, textBytes, type WriteParams } from "../kernels/write.js";

/** Number of cells in a work item, and number of items per thread in a batch of text. */
const ITEM_CELLS = 1 << 15;
const ITEMS_PER_THREAD = 4;

/**
 * Formats the rows of a tile as text, with the shortest text of each number that reads back to the same double. The
 * kernels format on all threads, the next batch while the previous one is written. Yields parts of the text; each is
 * valid until the next is requested.
 */
export async function* rowsText(
  tile: Tile,
  text: RowText,
  { pool }: Runtime = defaultRuntime(),
): AsyncGenerator<Uint8Array> {
  const { rows, columns, values } = tile;
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
  let next: ReturnType<typeof begin> | null = begin(0);
  try {
    for (let batch = 1; next; batch++) {
      const { out, job } = next;
      const lengths = await job.finish();
      next = batch * batchRows < rows ? begin(batch) : null;
      for (const [item, length] of lengths.entries()) yield kernels.bytes(out + item * itemBytes, length);
    }
  } finally {
    await next?.job.finish().catch(() => {});
    for (const out of outs) kernels.release(out);
    if (inPlace === null) kernels.release(copied);
  }
}
