import { sharedArray, type VectorSet } from "../vectors.js";
import type { ReadOptions } from "./dialect.js";
import { openFile, type Source } from "./open.js";
import { readRows } from "./rows.js";

/**
 * Reads a file of vectors, a row each, from CSV text (plain or gzip).
 *
 * @param input a path, or an opened {@link Source}.
 * @returns n rows of d components, with ids where the file has them.
 * @throws {DataError} for a file that cannot be read, {@link MalformedError} naming file, line and field
 * for text that is not numbers, {@link UsageError} for a column that is not there.
 * @example const a = await readVectors("a.csv"); a.rows // 4
 */
export async function readVectors(input: string | Source, options: ReadOptions = {}): Promise<VectorSet> {
  const source = typeof input === "string" ? openFile(input) : input;
  let values = sharedArray(1 << 10);
  let length = 0;
  let dimensions = 0;
  let columnNames: readonly string[] | null = null;
  const ids: string[] = [];
  const labels: string[] = [];
  const lines: number[] = [];
  for await (const batch of readRows(source, options)) {
    dimensions = batch.columns;
    columnNames = batch.columnNames;
    values = withRoom(values, length, batch.values.length);
    values.set(batch.values, length);
    length += batch.values.length;
    for (const line of batch.lines) lines.push(line);
    for (const id of batch.ids ?? []) ids.push(id);
    for (const label of batch.labels ?? []) labels.push(label);
  }
  return {
    values: values.subarray(0, length),
    rows: lines.length,
    dimensions,
    ids: ids.length > 0 ? ids : null,
    columnNames,
    labels: labels.length > 0 ? labels : null,
    name: source.name,
    lines: Uint32Array.from(lines),
  };
}

/** `values` itself, or a copy twice as long, so that `more` doubles fit behind the first `length`. */
function withRoom(values: Float64Array, length: number, more: number): Float64Array {
  if (length + more <= values.length) return values;
  const larger = sharedArray(Math.max(values.length * 2, length + more));
  larger.set(values.subarray(0, length));
  return larger;
}
