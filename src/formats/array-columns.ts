import { numbersLike, type RowBatch } from "../input/reader.js";
import { type Layout, layoutOf } from "./csv/layout.js";
import type { BatchReader } from "./registry.js";

/**
 * Adds the options `columns`, `idColumn` and `labelColumn` to a reader of arrays, with columns counted from 1. Numbers
 * in id and label columns become text.
 */
export function withColumns(read: BatchReader): BatchReader {
  return async function* readColumns(source, options, sink) {
    // The vector column is an array in the file.
    const { firstLayout: _, vectorColumn: __, ...own } = options;
    const { columns, idColumn, labelColumn } = own;
    if (columns === undefined && idColumn === undefined && labelColumn === undefined) {
      yield* read(source, options, sink);
      return;
    }
    let layout: Layout | null = null;
    for await (const batch of read(source, options)) {
      const row: string[] = Array(batch.columns).fill("0");
      layout ??= layoutOf([{ cells: row, line: 1 }], { ...own, header: "no" }, source.name);
      yield selected(batch, layout);
    }
  };
}

function selected(batch: RowBatch, { values: fields, id, label }: Layout): RowBatch {
  const { rows, columns } = batch;
  const values = numbersLike(rows * fields.length, batch.values);
  fields.forEach((field, k) => {
    for (let i = 0; i < rows; i++) values[i * fields.length + k] = batch.values[i * columns + field];
  });
  const texts = (field: number) => Array.from({ length: rows }, (_, i) => String(batch.values[i * columns + field]));
  return {
    ...batch,
    columns: fields.length,
    values,
    ids: id === null ? batch.ids : texts(id),
    labels: label === null ? batch.labels : texts(label),
  };
}
