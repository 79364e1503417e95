import { DataError, UsageError } from "../../core/errors.js";
import { namesColumn, selectColumns } from "../../input/columns.js";
import { textBytes } from "../../input/encoding.js";
import { FaultList, noRows } from "../../input/faults.js";
import { lineBlocks } from "../../input/line-blocks.js";
import { parseAnyNumber, parseNumber } from "../../input/number.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";

/** Larger indices would make rows of more than 80 MB. */
const MAX_INDEX = 1e7;
const LABEL = "label";
const LINE = /^\s*[^\s:#]+(?:\s+qid:\d+)?(?:\s+\d+:\S+)*\s*(?:#.*)?$/;

/** Rows as lists of their components that are not zero. */
interface SparseRows {
  readonly indices: number[];
  readonly values: number[];
  /** The end of each row in the lists. */
  readonly ends: number[];
  readonly labels: string[];
  readonly lines: number[];
  hasIndexZero: boolean;
  maxIndex: number;
}

/**
 * Reads sparse rows of LibSVM and SVMlight: `label index:value index:value …`, with `# comments`. Indices count from 1, or from 0
 * if one of them is 0, as scikit-learn decides. The number of components is the largest index, or that of `options.columns`.
 *
 * The file is held in memory in its sparse form, because the largest index may be on the last line.
 *
 * @throws {MalformedError} for lines of another form; {@link DataError} for a file without rows.
 * @see T. Joachims, "SVMlight", https://www.cs.cornell.edu/people/tj/svm_light/
 */
export async function* readSvmlight(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { name } = source;
  const { idColumn, labelColumn, columns } = options;
  if (idColumn !== undefined || (labelColumn !== undefined && labelColumn !== LABEL && labelColumn !== 1)) {
    throw new UsageError(`${name}: expected no column but "label" in sparse rows of numbers`, "--labels label");
  }
  const rows = await sparseRows(source, options);
  if (labelColumn === undefined) options.note?.(`${name}: left out the labels of the rows; --labels label uses them`);
  const base = rows.hasIndexZero ? 0 : 1;
  const width = rows.maxIndex + 1 - base;
  const fields = columns === undefined ? null : selectedFields(columns, width, name);
  yield* denseRows(rows, base, width, fields, labelColumn !== undefined);
}

async function sparseRows({ name, bytes }: Source, options: ReadOptions): Promise<SparseRows> {
  const rows: SparseRows = {
    indices: [],
    values: [],
    ends: [],
    labels: [],
    lines: [],
    hasIndexZero: false,
    maxIndex: 0,
  };
  const faults = new FaultList(name);
  let line = 0;
  for await (const block of lineBlocks(name, textBytes(name, bytes))) {
    const texts = block.toString("utf8").split("\n");
    texts.pop();
    for (const text of texts) {
      line++;
      const row = text.replace(/\r$/, "").replace(line === 1 ? /^\uFEFF/ : "", "");
      if (!/^\s*(?:#|$)/.test(row)) addRow(row, line, rows, faults, options);
    }
  }
  if (!faults.isEmpty) throw faults.error();
  if (rows.ends.length === 0) throw noRows(name, "found none");
  if (rows.maxIndex === 0 && !rows.hasIndexZero)
    throw new DataError(`${name}: expected index:value, found only labels`);
  return rows;
}

const FORM_HINT = { guess: "a line is: label index:value index:value" };

function addRow(text: string, line: number, rows: SparseRows, faults: FaultList, { nonFinite }: ReadOptions): void {
  if (!LINE.test(text)) {
    faults.add("expected label index:value …, found another form", FORM_HINT, line);
    return;
  }
  const [label, ...pairs] = text.replace(/#.*/, "").trim().split(/\s+/);
  let last = -1;
  for (const [k, pair] of pairs.entries()) {
    if (pair.startsWith("qid:")) continue;
    const [digits, cell] = pair.split(":", 2);
    const index = Number(digits);
    const value = nonFinite === "keep" ? (parseAnyNumber(cell) ?? Number.NEGATIVE_INFINITY) : parseNumber(cell);
    if (index > MAX_INDEX) faults.add(`expected an index up to ${MAX_INDEX}, found ${digits}`, {}, line, k + 2);
    else if (index <= last)
      faults.add(`expected an index above ${last}, found ${digits}`, ORDER_HINT, line, k + 2, "order");
    else if (!Number.isFinite(value) && !(nonFinite === "keep" && parseAnyNumber(cell) !== null)) {
      faults.add(`expected a finite number, found "${cell}"`, {}, line, k + 2);
    }
    last = index;
    if (index === 0) rows.hasIndexZero = true;
    rows.maxIndex = Math.max(rows.maxIndex, Math.min(index, MAX_INDEX));
    if (faults.isEmpty) {
      rows.indices.push(index);
      rows.values.push(value);
    }
  }
  rows.ends.push(rows.indices.length);
  rows.labels.push(label);
  rows.lines.push(line);
}

const ORDER_HINT = { guess: "the indices of a line are in ascending order" };

/** Returns the selected fields; a column beyond the largest index is all zero. */
function selectedFields(columns: string, width: number, name: string): number[] {
  const hint = "--columns 1-100 sets 100 components";
  if (namesColumn(columns)) throw new UsageError(`${name}: expected columns by number, found "${columns}"`, hint);
  const named = Math.max(width, ...(columns.match(/\d+/g) ?? []).map(Number));
  if (named > MAX_INDEX) throw new UsageError(`${name}: expected columns up to ${MAX_INDEX}, found "${columns}"`, hint);
  return selectColumns(columns, null, named, name);
}

function* denseRows(
  { indices, values, ends, labels, lines }: SparseRows,
  base: number,
  width: number,
  fields: readonly number[] | null,
  withLabels: boolean,
): Generator<RowBatch> {
  const columns = fields?.length ?? width;
  const places = new Map<number, number[]>();
  fields?.forEach((field, j) => {
    places.set(field, [...(places.get(field) ?? []), j]);
  });
  const atOnce = Math.max(1, Math.floor(BATCH_BYTES / (8 * columns)));
  for (let first = 0; first < ends.length; first += atOnce) {
    const rows = Math.min(atOnce, ends.length - first);
    const dense = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      for (let k = row === 0 ? 0 : ends[row - 1]; k < ends[row]; k++) {
        const field = indices[k] - base;
        for (const j of fields ? (places.get(field) ?? []) : [field]) dense[i * columns + j] = values[k];
      }
    }
    yield {
      rows,
      columns,
      values: dense,
      ids: null,
      labels: withLabels ? labels.slice(first, first + rows) : null,
      lines: lines.slice(first, first + rows),
      columnNames: null,
      totalRows: ends.length,
    };
  }
}
