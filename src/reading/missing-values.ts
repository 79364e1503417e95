import { DataError } from "../core/errors.js";
import { cellPlace } from "../input/finite.js";
import type { ReadOptions, RowBatch } from "../input/reader.js";

/** Reads the batches of a file from the start; missing values are NaN. */
export type ReadAll = () => AsyncGenerator<RowBatch>;

/**
 * Yields rows without missing values: rows with a missing value are left out, or the values are replaced with 0 or with the
 * mean of their column. The numbers of rows or values are reported to `options.note`.
 *
 * @param again reads the same file a second time, for the means; null for a stream, whose rows are then held in memory.
 * @throws {DataError} for an infinite value, a column without any value, and when no row is left.
 */
export async function* withoutMissing(
  name: string,
  read: ReadAll,
  again: ReadAll | null,
  options: ReadOptions,
): AsyncGenerator<RowBatch> {
  const { missing } = options;
  let batches = read();
  let means: Float64Array | null = null;
  if (missing === "mean") {
    const first = again ?? (await held(batches));
    means = await columnMeans(first());
    if (!again) batches = first();
  }
  const counter = new MissingCounter(name);
  for await (const batch of batches) {
    expectNoInfinity(batch, counter.rows, name);
    const { values, rows, columns } = batch;
    counter.start(batch);
    const kept: number[] = [];
    for (let i = 0; i < rows; i++) {
      let isWhole = true;
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        if (!Number.isNaN(values[at])) continue;
        isWhole = false;
        counter.add(j);
        if (missing !== "skip-row") values[at] = means ? replacement(means, j, batch, name) : 0;
      }
      if (!isWhole) counter.addRow(batch, i);
      if (isWhole || missing !== "skip-row") kept.push(i);
    }
    counter.rows += rows;
    counter.kept += kept.length;
    if (kept.length > 0) yield kept.length === rows ? batch : selectRows(batch, kept);
  }
  const text = counter.text(missing);
  if (text) options.note?.(text);
  if (counter.kept === 0) {
    throw new DataError(`${name}: expected rows without missing values, found none`, "zero and mean keep all rows");
  }
}

/** Keeps all rows of a stream. */
async function held(batches: AsyncGenerator<RowBatch>): Promise<ReadAll> {
  const all: RowBatch[] = [];
  for await (const batch of batches) {
    const values = batch.values.slice(0, batch.rows * batch.columns);
    all.push({ ...batch, values, lines: batch.lines && Array.from(batch.lines) });
  }
  return async function* read() {
    for (const batch of all) yield { ...batch, values: batch.values.slice() };
  };
}

/** Returns the mean of the values in each column; NaN for a column without values. */
async function columnMeans(batches: AsyncGenerator<RowBatch>): Promise<Float64Array> {
  let sums = new Float64Array(0);
  let counts = new Float64Array(0);
  for await (const { rows, columns, values } of batches) {
    if (sums.length === 0) [sums, counts] = [new Float64Array(columns), new Float64Array(columns)];
    for (let at = 0; at < rows * columns; at++) {
      if (Number.isNaN(values[at])) continue;
      sums[at % columns] += values[at];
      counts[at % columns]++;
    }
  }
  return sums.map((sum, j) => sum / counts[j]);
}

function replacement(means: Float64Array, column: number, { columnNames }: RowBatch, name: string): number {
  if (Number.isFinite(means[column])) return means[column];
  const what = columnNames?.[column] ?? `${column + 1} of the components`;
  throw new DataError(`${name}: expected values in column ${what}, found only missing ones`, "--missing zero uses 0");
}

function expectNoInfinity({ rows, columns, values, lines, file }: RowBatch, before: number, input: string): void {
  const { name, firstRow } = file ?? { name: input, firstRow: 0 };
  for (let at = 0; at < rows * columns; at++) {
    if (Math.abs(values[at]) !== Number.POSITIVE_INFINITY) continue;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const place = lines
      ? `${name}:${lines[row]}: component ${column}`
      : cellPlace(name, before - firstRow + row, column);
    throw new DataError(`${place}: expected a finite number, found ${values[at] > 0 ? "inf" : "-inf"}`);
  }
}

/** Returns the rows of a batch with these indices, moved to the start of the same memory. */
function selectRows(batch: RowBatch, kept: readonly number[]): RowBatch {
  const { values, columns, ids, labels, lines } = batch;
  kept.forEach((row, i) => {
    values.copyWithin(i * columns, row * columns, (row + 1) * columns);
  });
  return {
    ...batch,
    rows: kept.length,
    values: batch.isPlaced ? values : values.subarray(0, kept.length * columns),
    ids: ids && kept.map((row) => ids[row]),
    labels: labels && kept.map((row) => labels[row]),
    lines: lines && kept.map((row) => lines[row]),
  };
}

const COLUMNS_LISTED = 6;

/** Counts missing values by column, and the rows that have some. */
class MissingCounter {
  rows = 0;
  kept = 0;
  private values = 0;
  private missingRows = 0;
  private firstPlace: string | null = null;
  private readonly columns = new Map<number, number>();
  private names: readonly string[] | null = null;

  constructor(private readonly name: string) {}

  start({ columnNames }: RowBatch): void {
    this.names = columnNames;
  }

  add(column: number): void {
    this.values++;
    this.columns.set(column, (this.columns.get(column) ?? 0) + 1);
  }

  addRow({ lines, file }: RowBatch, row: number): void {
    if (this.missingRows++ > 0 || !lines) return;
    this.firstPlace = file ? `${file.name}:${lines[row]}` : `line ${lines[row]}`;
  }

  /** Returns the note; null when nothing was missing. */
  text(missing: ReadOptions["missing"]): string | null {
    if (this.values === 0) return null;
    const place = this.firstPlace === null ? "" : ` (first: ${this.firstPlace})`;
    const counts = [...this.columns].sort(([a], [b]) => a - b).slice(0, COLUMNS_LISTED);
    const list = counts.map(([column, count]) => `${this.names?.[column] ?? `component ${column}`} ${count}`);
    const more = this.columns.size > COLUMNS_LISTED ? ", …" : "";
    const values = `${this.values} missing value${this.values === 1 ? "" : "s"}`;
    const rows = `${this.missingRows} row${this.missingRows === 1 ? "" : "s"}`;
    const what =
      missing === "skip-row"
        ? `left out ${rows} with ${values}`
        : `replaced ${values} in ${rows} with ${missing === "zero" ? "0" : "the mean of the column"}`;
    return `${this.name}: ${what}${place}: ${list.join(", ")}${more}`;
  }
}
