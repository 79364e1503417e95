import { DataError } from "../core/errors.js";
import type { Numbers } from "../core/vectors.js";
import type { ReadOptions, RowBatch } from "../input/reader.js";

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
      throw new DataError(
        `${file?.name ?? name}: expected ${dimensions} or more components in a row for --dimensions, found ${columns}`,
        `--dimensions ${columns} or less`,
      );
    }
    if (isUnit === null) {
      isUnit = keepUnitLength && isUnitLength(batch.values, 0, columns);
      if (isUnit) note?.(`${name}: rows of length 1 have length 1 again after --dimensions ${dimensions}`);
    }
    yield {
      ...batch,
      columns: dimensions,
      columnNames: columnNames?.slice(0, dimensions) ?? null,
      values: shortened(batch, dimensions, isUnit),
    };
  }
}

/**
 * Moves the first components of each row together. Values that are the memory of a sink stay there; others go to new memory,
 * as doubles if they are divided.
 */
function shortened({ values, rows, columns, isPlaced }: RowBatch, d: number, isUnit: boolean): Numbers {
  const to = isPlaced ? values : newNumbers(rows * d, values, isUnit);
  for (let i = 0; i < rows; i++) {
    const length = isUnit && isUnitLength(values, i * columns, columns) ? lengthOf(values, i * columns, d) : 1;
    // Of a row without a direction, nothing can be scaled.
    const divisor = length === 0 ? 1 : length;
    for (let k = 0; k < d; k++) to[i * d + k] = values[i * columns + k] / divisor;
  }
  return to;
}

function newNumbers(length: number, like: Numbers, isUnit: boolean): Numbers {
  return like instanceof Float32Array && !isUnit ? new Float32Array(length) : new Float64Array(length);
}

function lengthOf(values: Numbers, start: number, d: number): number {
  let sum = 0;
  for (let k = start; k < start + d; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}

const isUnitLength = (values: Numbers, start: number, d: number): boolean =>
  Math.abs(lengthOf(values, start, d) - 1) <= UNIT_TOLERANCE;
