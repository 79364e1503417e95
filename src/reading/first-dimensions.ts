import { DataError } from "../core/errors.js";
import { type Numbers, sharedArray, sharedNumbers, type VectorSet } from "../core/vectors.js";
import { numbersLike, type ReadOptions, type RowBatch } from "../input/reader.js";

/** Maximum difference from 1 of the length of a row that counts as normalised: more than float16 rounding adds. */
const UNIT_TOLERANCE = 1e-3;

/**
 * Yields the first components of each row, as models trained with Matryoshka losses allow.
 *
 * With `keepUnitLength`, rows of length 1 are divided by their new length, if the first row has length 1.
 *
 * @throws {DataError} for rows with fewer components.
 * @see https://arxiv.org/abs/2205.13147
 */
export async function* firstDimensions(
  name: string,
  batches: AsyncIterable<RowBatch>,
  { dimensions, keepUnitLength = false, note }: ReadOptions,
): AsyncGenerator<RowBatch> {
  let isUnit: boolean | null = null;
  for await (const batch of batches) {
    const { columns, columnNames, file } = batch;
    if (dimensions === undefined || columns === dimensions) {
      yield batch;
      continue;
    }
    if (columns < dimensions) {
      throw tooFew(file?.name ?? name, columns, dimensions);
    }
    if (isUnit === null) {
      isUnit = keepUnitLength && isUnitLength(batch.values, 0, columns);
      if (isUnit) note?.(`${name}: rows of length 1 have length 1 again after --dimensions ${dimensions}`);
    }
    yield {
      ...batch,
      columns: dimensions,
      wholeColumns: columns,
      columnNames: columnNames?.slice(0, dimensions) ?? null,
      values: shortened(batch, dimensions, isUnit, memoryOf(batch, dimensions, isUnit)),
    };
  }
}

/** Returns the error for rows that have fewer components than are wanted. */
export function tooFew(name: string, found: number, wanted: number): DataError {
  return new DataError(
    `${name}: expected ${wanted} or more components in a row for --dimensions, found ${found}`,
    `--dimensions ${found} or less`,
  );
}

/** Returns a set in memory with the first components of each row, as {@link firstDimensions} reads them. */
export function shortenedSet(set: VectorSet, d: number, keepUnitLength: boolean): VectorSet {
  const { values, rows, dimensions: columns, columnNames } = set;
  const isUnit = keepUnitLength && isUnitSet(set);
  const to = isUnit ? sharedArray(rows * d) : sharedNumbers(rows * d, values);
  return {
    ...set,
    values: shortened({ values, rows, columns }, d, isUnit, to),
    dimensions: d,
    columnNames: columnNames?.slice(0, d) ?? null,
  };
}

/** Moves the first components of each row together. */
function shortened(
  { values, rows, columns }: Pick<RowBatch, "values" | "rows" | "columns">,
  d: number,
  isUnit: boolean,
  to: Numbers,
): Numbers {
  for (let i = 0; i < rows; i++) {
    const length = isUnit && isUnitLength(values, i * columns, columns) ? lengthOf(values, i * columns, d) : 1;
    // Of a row without a direction, nothing can be scaled.
    const divisor = length === 0 ? 1 : length;
    for (let k = 0; k < d; k++) to[i * d + k] = values[i * columns + k] / divisor;
  }
  return to;
}

/** Returns the memory of the sink of a batch, or new memory: doubles, if components are divided. */
function memoryOf({ values, rows, isPlaced }: RowBatch, d: number, isUnit: boolean): Numbers {
  if (isPlaced) return values;
  return isUnit ? new Float64Array(rows * d) : numbersLike(rows * d, values);
}

function lengthOf(values: Numbers, start: number, d: number): number {
  let sum = 0;
  for (let k = start; k < start + d; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}

/** Whether the first row of a set has length 1, so that shorter rows have it again. */
export const isUnitSet = ({ values, dimensions }: VectorSet): boolean => isUnitLength(values, 0, dimensions);

const isUnitLength = (values: Numbers, start: number, d: number): boolean =>
  Math.abs(lengthOf(values, start, d) - 1) <= UNIT_TOLERANCE;
