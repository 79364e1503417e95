import type { Numbers } from "../../core/vectors.js";
import type { BatchFile } from "../../input/reader.js";
import { type Duplicates, HashList } from "../../neighbours/duplicates.js";
import { NumberList } from "./number-list.js";

/** Consecutive rows of a set of vectors; components may be NaN or infinite. */
export interface DescribedRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Numbers;
  readonly ids: readonly string[] | null;
  readonly lines: ArrayLike<number> | null;
  readonly file?: BatchFile;
}

/** The location of a component: row and component from 0, and the line of the row if the file has lines. */
export interface ComponentPlace {
  readonly row: number;
  readonly component: number;
  readonly line: number | null;
  /** Where several files are described, the file of the row. */
  readonly file?: BatchFile;
}

/**
 * The properties of a set of vectors. Norms cover the rows whose components are all finite; range and mean cover the
 * finite components.
 */
export interface Description {
  readonly rows: number;
  readonly dimensions: number;
  readonly dtype: "float32" | "float64";
  readonly hasIds: boolean;
  readonly firstIds: readonly string[];
  readonly duplicateIds: number;
  /** Null if no row has a norm. */
  readonly norms: { readonly min: number; readonly median: number; readonly max: number } | null;
  /** The numbers of norms in equal parts of their range; null if all are equal or one is infinite. */
  readonly normCounts: readonly number[] | null;
  /** Whether every row has a norm within {@link UNIT_TOLERANCE} of 1. */
  readonly hasUnitRows: boolean;
  readonly zeroRows: number;
  readonly firstZeroRow: number | null;
  readonly duplicateRows: Duplicates;
  /** Null if there are no finite components; the mean is null too if it overflows. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nan: number;
  readonly infinite: number;
  readonly firstNonFinite: ComponentPlace | null;
}

/** Maximum deviation from 1 of the norm of a unit vector. */
export const UNIT_TOLERANCE = 1e-3;
const IDS_SHOWN = 3;
const NORM_BINS = 24;

/**
 * Computes the description of a set of vectors from its rows. Keeps 16 bytes per row and 8 per id, less for consecutive
 * equal ones.
 */
export class Describer {
  private rows = 0;
  private dimensions = 0;
  private isFloat32 = true;
  private hasIds = false;
  private readonly firstIds: string[] = [];
  private readonly idHashes = new HashList();
  private readonly rowHashes = new HashList();
  private readonly norms = new NumberList();
  private zeroRows = 0;
  private firstZeroRow: number | null = null;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private readonly sum = new CompensatedSum();
  private nan = 0;
  private infinite = 0;
  private firstNonFinite: ComponentPlace | null = null;

  add({ rows, columns, values, ids, lines, file }: DescribedRows): void {
    this.dimensions = columns;
    this.isFloat32 &&= values instanceof Float32Array;
    for (const id of ids ?? []) {
      this.hasIds = true;
      if (this.firstIds.length < IDS_SHOWN) this.firstIds.push(id);
      this.idHashes.addText(id);
    }
    for (let i = 0; i < rows; i++) {
      this.addRow(values.subarray(i * columns, (i + 1) * columns), lines?.[i] ?? null, file);
    }
  }

  result(): Description {
    const { rows, dimensions, hasIds, firstIds, zeroRows, firstZeroRow, nan, infinite, firstNonFinite } = this;
    const norms = this.norms.range();
    const isUnit = norms !== null && norms.min >= 1 - UNIT_TOLERANCE && norms.max <= 1 + UNIT_TOLERANCE;
    const finite = rows * dimensions - nan - infinite;
    const mean = this.sum.value / finite;
    return {
      rows,
      dimensions,
      dtype: this.isFloat32 ? "float32" : "float64",
      hasIds,
      firstIds,
      duplicateIds: this.idHashes.result().count,
      norms,
      normCounts: this.norms.counts(NORM_BINS),
      hasUnitRows: isUnit && this.norms.length === rows,
      zeroRows,
      firstZeroRow,
      duplicateRows: this.rowHashes.result(),
      min: finite > 0 ? this.min : null,
      max: finite > 0 ? this.max : null,
      mean: Number.isFinite(mean) ? mean : null,
      nan,
      infinite,
      firstNonFinite,
    };
  }

  private addRow(row: Numbers, line: number | null, file: BatchFile | undefined): void {
    this.rowHashes.addNumbers(row);
    let finite = 0;
    for (let j = 0; j < row.length; j++) {
      const value = row[j];
      if (!Number.isFinite(value)) {
        if (Number.isNaN(value)) this.nan++;
        else this.infinite++;
        this.firstNonFinite ??= { row: this.rows, component: j, line, ...(file && { file }) };
        continue;
      }
      finite++;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
      this.sum.add(value);
    }
    if (finite === row.length) this.addNorm(norm(row));
    this.rows++;
  }

  private addNorm(value: number): void {
    this.norms.add(value);
    if (value > 0) return;
    this.zeroRows++;
    this.firstZeroRow ??= this.rows;
  }
}

/** Returns the norm of a vector of finite numbers, without intermediate overflow or underflow. */
export function norm(row: Numbers): number {
  let squares = 0;
  for (let j = 0; j < row.length; j++) squares += row[j] * row[j];
  if (squares > 1e-280 && squares < Number.POSITIVE_INFINITY) return Math.sqrt(squares);
  let largest = 0;
  for (let j = 0; j < row.length; j++) largest = Math.max(largest, Math.abs(row[j]));
  if (largest === 0) return 0;
  squares = 0;
  for (let j = 0; j < row.length; j++) squares += (row[j] / largest) ** 2;
  return largest * Math.sqrt(squares);
}

/**
 * A compensated sum.
 *
 * @see A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974
 */
class CompensatedSum {
  private sum = 0;
  private lost = 0;

  get value(): number {
    return this.sum + this.lost;
  }

  add(value: number): void {
    const sum = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - sum + value : value - sum + this.sum;
    this.sum = sum;
  }
}
