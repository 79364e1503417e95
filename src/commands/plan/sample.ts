import { promises } from "node:fs";
import { npyMatrix } from "../../formats/npy/write-npy.js";
import type { ReadOptions } from "../../input/reader.js";
import { inputSize, openVectors } from "../../reading/input-files.js";
import { readBatches } from "../../reading/read-batches.js";

/** The first rows of a file, and how large the file is. */
export interface Sample {
  readonly rows: number;
  readonly dimensions: number;
  readonly isFloat: boolean;
  /** The number of rows of the file, estimated from its size where its format does not tell. */
  readonly fileRows: number;
  readonly isEstimate: boolean;
  readonly fileBytes: number;
}

/** Writes the first rows of a file of vectors as `.npy` to `target`, at most `mostRows` and `mostBytes` of them. */
export async function writeSample(
  path: string,
  target: string,
  options: ReadOptions,
  { mostRows, mostBytes }: { readonly mostRows: number; readonly mostBytes: number },
): Promise<Sample> {
  let bytes = 0;
  const source = openVectors(path, options, (more) => {
    bytes += more;
  });
  const parts: Float64Array[] = [];
  let [rows, dimensions, isFloat] = [0, 0, true];
  let told: number | undefined;
  let isWhole = true;
  for await (const batch of readBatches(source, options)) {
    const { columns, values, totalRows } = batch;
    const most = Math.max(1, Math.min(mostRows, Math.floor(mostBytes / (8 * columns))));
    const taken = Math.min(batch.rows, most - rows);
    parts.push(Float64Array.from(values.subarray(0, taken * columns)));
    told ??= totalRows;
    dimensions = columns;
    isFloat &&= values instanceof Float32Array;
    rows += taken;
    if (taken < batch.rows || rows === most) {
      isWhole = false;
      break;
    }
  }
  const file = await promises.open(target, "w");
  try {
    const head = { rows, columns: dimensions, rowIds: null, columnIds: null, flat: false, members: {} };
    const npy = npyMatrix(head, { store: isFloat ? "f32" : "f64" });
    await file.appendFile(npy.begin());
    let firstRow = 0;
    for (const values of parts) {
      const tile = { firstRow, rows: values.length / dimensions, columns: dimensions, values };
      await file.appendFile(npy.tile(tile));
      firstRow += tile.rows;
    }
  } finally {
    await file.close();
  }
  const fileBytes = inputSize(path) ?? bytes;
  const estimate = isWhole ? rows : Math.round((fileBytes / Math.max(1, bytes)) * rows);
  const isEstimate = told === undefined && !isWhole;
  return { rows, dimensions, isFloat, fileRows: told ?? estimate, isEstimate, fileBytes };
}
