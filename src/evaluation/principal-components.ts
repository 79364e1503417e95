import { anyBlocks } from "../core/matrix.js";
import { sharedArray, type VectorSet } from "../core/vectors.js";
import { computeTiles } from "../similarity/compute.js";
import type { ComputeOptions } from "../similarity/options.js";
import { largestEigenpairs } from "./largest-eigenpairs.js";

/** The directions in which the rows of a set vary most. */
export interface PrincipalComponents {
  /** The mean of each of the d components. */
  readonly mean: Float64Array;
  /** The variance along each direction, in descending order: at most the requested number, none of them 0. */
  readonly variances: Float64Array;
  /** The sum of the variances of the d components; like each variance, the sum of squares divided by n − 1. */
  readonly total: number;
  /** One direction of d numbers per variance: orthonormal, the largest absolute number of each is positive. */
  readonly components: Float64Array;
}

export interface PrincipalOptions extends Omit<ComputeOptions, "mode" | "paired" | "upper" | "inPlace"> {
  /** Maximum number of components. */
  readonly count: number;
}

/** Maximum numbers in a block of centred rows: 32 MB. */
const BLOCK = 1 << 22;

/**
 * Returns the principal components of the rows of a set: the eigenvectors of their covariance. A variance is 0, and left out, if
 * it is below the rounding error of the largest one. One row, or equal rows, have no components, and a total of 0.
 *
 * This takes n·d·min(n, d) operations for the covariance, or for the products of all rows if n < d, and memory for min(n, d)²
 * numbers.
 *
 * @param set n rows of finite components; the caller leaves out rows with NaN or infinite ones.
 */
export async function principalComponents(
  set: VectorSet,
  { count, ...options }: PrincipalOptions,
): Promise<PrincipalComponents> {
  const { rows: n, dimensions: d } = set;
  const centring = centringOf(set);
  const smaller = Math.min(n, d);
  const isOfRows = n < d;
  const sums = await (isOfRows ? productsOfRows : productsOfColumns)(set, centring, options);
  let trace = 0;
  for (let i = 0; i < smaller; i++) trace += sums[i * smaller + i];
  const { values, vectors } = largestEigenpairs(sums, smaller, count);
  const least = Number.EPSILON * Math.max(n, d) * (values[0] ?? 0);
  const kept = values.filter((value) => value > least);
  const divisor = Math.max(1, n - 1);
  const unit = centring.size * centring.scale;
  const unscaled = (sum: number) => (sum / divisor) * unit * unit;
  const components = isOfRows ? combinedRows(set, centring, vectors, kept.length) : vectors.slice(0, kept.length * d);
  for (let i = 0; i < kept.length; i++) turn(components.subarray(i * d, (i + 1) * d));
  const mean = centring.centre.map((value) => value * centring.size);
  return { mean, variances: kept.map(unscaled), total: unscaled(trace), components };
}

/**
 * Returns the coordinates of rows along principal components: n×`columns` numbers, row-major. Columns beyond the number of
 * components are 0.
 *
 * @param set n rows; the coordinates of a row with NaN or infinite components are not finite.
 */
export function projected(
  { values, rows: n, dimensions: d }: VectorSet,
  { mean, components, variances }: PrincipalComponents,
  columns = variances.length,
): Float64Array {
  const coordinates = new Float64Array(n * columns);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < d; k++) row[k] = values[i * d + k] - mean[k];
    for (let j = 0; j < Math.min(columns, variances.length); j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += row[k] * components[j * d + k];
      coordinates[i * columns + j] = sum;
    }
  }
  return coordinates;
}

/** How rows are centred: x becomes (x / size − centre) / scale. Both divisors are powers of two, against overflow and underflow. */
interface Centring {
  readonly size: number;
  readonly centre: Float64Array;
  readonly scale: number;
}

function centringOf({ values, rows: n, dimensions: d }: VectorSet): Centring {
  let longest = 0;
  for (let at = 0; at < values.length; at++) longest = Math.max(longest, Math.abs(values[at]));
  const size = powerNear(longest);
  const centre = new Float64Array(d);
  const least = new Float64Array(d).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(d).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < d; k++) {
      const value = values[i * d + k] / size;
      centre[k] += value / n;
      if (value < least[k]) least[k] = value;
      if (value > most[k]) most[k] = value;
    }
  }
  let largest = 0;
  for (let k = 0; k < d; k++) {
    // The mean of equal numbers is that number, without a rounding error.
    centre[k] = Math.max(least[k], Math.min(most[k], centre[k]));
    largest = Math.max(largest, most[k] - centre[k], centre[k] - least[k]);
  }
  return { size, centre, scale: powerNear(largest) };
}

const powerNear = (value: number): number =>
  value > 0 ? 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(value)))) : 1;

type Products = (set: VectorSet, centring: Centring, options: ComputeOptions) => Promise<Float64Array>;

/** Returns the products of centred columns: d×d sums over the rows, a block of rows at a time. */
const productsOfColumns: Products = async (set, { size, centre, scale }, options) => {
  const { values, rows: n, dimensions: d } = set;
  const sums = new Float64Array(d * d);
  const together = Math.max(256, Math.floor(BLOCK / d));
  for (let first = 0; first < n; first += together) {
    const rows = Math.min(together, n - first);
    const columns = sharedArray(rows * d);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < d; k++) columns[k * rows + i] = (values[(first + i) * d + k] / size - centre[k]) / scale;
    }
    await addProducts(sums, { ...set, values: columns, rows: d, dimensions: rows }, options);
  }
  return sums;
};

/** Returns the products of centred rows: n×n. */
const productsOfRows: Products = async (set, { size, centre, scale }, options) => {
  const { values, rows: n, dimensions: d } = set;
  const rows = sharedArray(n * d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++) rows[i * d + k] = (values[i * d + k] / size - centre[k]) / scale;
  const sums = new Float64Array(n * n);
  await addProducts(sums, { ...set, values: rows }, options);
  return sums;
};

/** Adds the products of all pairs of rows to a matrix. */
async function addProducts(sums: Float64Array, set: VectorSet, options: ComputeOptions): Promise<void> {
  const n = set.rows;
  const products = await computeTiles("dot", set, set, options);
  for await (const { firstRow, rows, firstColumn = 0, columns, mirrored, values } of anyBlocks(products)) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = values[i * columns + j];
        sums[(firstRow + i) * n + firstColumn + j] += value;
        if (mirrored) sums[(firstColumn + j) * n + firstRow + i] += value;
      }
    }
  }
}

/** Returns the directions that belong to eigenvectors of the products of rows. */
function combinedRows(
  { values, rows: n, dimensions: d }: VectorSet,
  { size, centre, scale }: Centring,
  vectors: Float64Array,
  count: number,
): Float64Array {
  const components = new Float64Array(count * d);
  for (let j = 0; j < count; j++) {
    const component = components.subarray(j * d, (j + 1) * d);
    for (let i = 0; i < n; i++) {
      const factor = vectors[j * n + i];
      for (let k = 0; k < d; k++) component[k] += factor * ((values[i * d + k] / size - centre[k]) / scale);
    }
    // Two turns remove the rounding errors that the division by a small length enlarges.
    for (let pass = 0; pass < 2; pass++) {
      for (let before = 0; before < j; before++) {
        const other = components.subarray(before * d, (before + 1) * d);
        let sum = 0;
        for (let k = 0; k < d; k++) sum += other[k] * component[k];
        for (let k = 0; k < d; k++) component[k] -= sum * other[k];
      }
      let square = 0;
      for (const value of component) square += value * value;
      const length = Math.sqrt(square);
      for (let k = 0; k < d; k++) component[k] /= length;
    }
  }
  return components;
}

/** Makes the largest absolute number of a direction positive. */
function turn(component: Float64Array): void {
  let largest = 0;
  for (const value of component) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let k = 0; k < component.length; k++) component[k] = -component[k];
}
