import { sharedArray, type VectorSet } from "../vectors.js";
import type { ReadOptions } from "./dialect.js";
import { openFile, readFrom, type Source } from "./open.js";
import { scanFile } from "./plain-file.js";
import type { RowBatch } from "./row-reader.js";
import { readAnyRows, readRows } from "./rows.js";

/** How to read vectors, and on how many threads. */
export interface ReadVectorsOptions extends ReadOptions {
  /** All cores, unless told otherwise. */
  readonly threads?: number;
}

/**
 * Reads a file of vectors, a row each, from CSV text (plain or gzip).
 *
 * @param input a path, or an opened {@link Source}.
 * @returns n rows of d components, with ids where the file has them.
 * @throws {DataError} for a file that cannot be read, {@link MalformedError} naming file, line and field
 * for text that is not numbers, {@link UsageError} for a column that is not there.
 * @example const a = await readVectors("a.csv"); a.rows // 4
 */
export async function readVectors(input: string | Source, options: ReadVectorsOptions = {}): Promise<VectorSet> {
  const source = typeof input === "string" ? openFile(input) : input;
  const gathered = new Gatherer();
  const scanned = source.file ? await scanFile(source.file, options, source.name) : null;
  if (!scanned) {
    for await (const batch of readRows(source, options)) gathered.add(batch);
    return gathered.result(source.name);
  }
  gathered.addAll(scanned);
  if (scanned.after && source.file) {
    const rest = readFrom(source.file.path, scanned.after.offset);
    for await (const batch of readAnyRows(source.name, rest, options, scanned.after)) gathered.add(batch);
  }
  return gathered.result(source.name);
}

/** Puts batches of rows together. */
class Gatherer {
  private values: Float64Array = new Float64Array(0);
  private lines: Uint32Array = new Uint32Array(0);
  private rows = 0;
  private dimensions = 0;
  private columnNames: readonly string[] | null = null;
  private ids: string[] = [];
  private labels: string[] = [];

  add({ rows, columns, columnNames, values, ids, labels, lines }: RowBatch): void {
    this.dimensions = columns;
    this.columnNames = columnNames;
    this.values = withRoom(this.values, this.rows * columns, rows * columns, sharedArray);
    this.values.set(values, this.rows * columns);
    this.lines = withRoom(this.lines, this.rows, rows, (length) => new Uint32Array(length));
    this.lines.set(lines, this.rows);
    this.rows += rows;
    for (const id of ids ?? []) this.ids.push(id);
    for (const label of labels ?? []) this.labels.push(label);
  }

  /** The first rows, whose values are taken over rather than copied. */
  addAll(batch: RowBatch): void {
    this.values = batch.values;
    this.add({ ...batch, values: batch.values.subarray(0, 0) });
  }

  result(name: string): VectorSet {
    const { values, rows, dimensions, columnNames, ids, labels, lines } = this;
    return {
      values: values.subarray(0, rows * dimensions),
      rows,
      dimensions,
      ids: ids.length > 0 ? ids : null,
      columnNames,
      labels: labels.length > 0 ? labels : null,
      name,
      lines: lines.subarray(0, rows),
    };
  }
}

/** `array` itself, or a copy at least twice as long, so that `more` numbers fit behind the first `length`. */
function withRoom<T extends Float64Array | Uint32Array>(
  array: T,
  length: number,
  more: number,
  create: (length: number) => T,
): T {
  if (length + more <= array.length) return array;
  const larger = create(Math.max(1024, array.length * 2, length + more));
  larger.set(array.subarray(0, length));
  return larger;
}
