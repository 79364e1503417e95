import fc from "fast-check";
import type { ScoredMatrix } from "#dist/core/matrix.js";

export const SLACK = 1e-9;

/** Rows of scores with many ties and near ties, and some NaN. */
export const scoreRows = (min = 1) =>
  fc
    .record({ rows: fc.integer({ min, max: 6 }), columns: fc.integer({ min, max: 40 }) })
    .chain(({ rows, columns }) =>
      fc.array(
        fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }).map((x) => x / 4) },
            { weight: 3, arbitrary: fc.constantFrom(0.25 + 1e-12, 0.25 - 1e-12, 0.5 + 1e-10, -0) },
            { weight: 3, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
            { weight: 1, arbitrary: fc.constant(Number.NaN) },
          ),
          { minLength: columns, maxLength: columns },
        ),
        { minLength: rows, maxLength: rows },
      ),
    );

/**
 * Returns a matrix of these exact scores whose tiles, of `height` rows, have errors up to the slack, different in each
 * cell. A consumer that trusts the cells orders near scores wrongly.
 */
export function scored(
  exact: readonly (readonly number[])[],
  nearer: ScoredMatrix["nearer"] = "greater",
  height = 2,
): ScoredMatrix {
  const [rows, columns] = [exact.length, exact[0]!.length];
  const off = (i: number, j: number) => SLACK * Math.sin(7 * i + 13 * j);
  return {
    rows,
    columns,
    nearer,
    exact: (i, j) => exact[i]![j]!,
    slack: () => SLACK,
    async *tiles() {
      for (let firstRow = 0; firstRow < rows; firstRow += height) {
        const count = Math.min(height, rows - firstRow);
        const values = Float64Array.from({ length: count * columns }, (_, at) => {
          const [i, j] = [firstRow + Math.floor(at / columns), at % columns];
          return exact[i]![j]! + off(i, j);
        });
        yield { firstRow, rows: count, columns, values };
      }
    },
  };
}

/** Returns the columns of a row in order by definition: nearest score first, then the earlier column. */
export function inOrder(
  row: readonly number[],
  nearer: ScoredMatrix["nearer"],
  excluded: readonly number[] = [],
): number[] {
  const sign = nearer === "greater" ? 1 : -1;
  return row
    .map((_, column) => column)
    .filter((column) => !excluded.includes(column) && !Number.isNaN(row[column]))
    .sort((one, other) => sign * (row[other]! - row[one]!) || one - other);
}

export const eitherWay = fc.constantFrom<ScoredMatrix["nearer"]>("greater", "less");
