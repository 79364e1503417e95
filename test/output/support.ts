import fc from "fast-check";
import type { Tile } from "#dist/core/matrix.js";
import type { MatrixFormatter, MatrixHead } from "#dist/output/format.js";

export const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

export const bitsOf = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0];

/** A matrix, and the heights of its tiles, repeated. */
export interface Cut {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly sizes: readonly number[];
}

export function cuts(value: fc.Arbitrary<number>, most = 6): fc.Arbitrary<Cut> {
  const side = fc.integer({ min: 1, max: most });
  return fc.tuple(side, side).chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc
        .array(value, { minLength: rows * columns, maxLength: rows * columns })
        .map((cells) => Float64Array.from(cells)),
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    }),
  );
}

export function* tilesOf({ rows, columns, values, sizes }: Cut): Generator<Tile> {
  let firstRow = 0;
  for (let k = 0; firstRow < rows; k++) {
    const size = Math.min(sizes[k % sizes.length], rows - firstRow);
    const cells = values.slice(firstRow * columns, (firstRow + size) * columns);
    yield { firstRow, rows: size, columns, values: cells };
    firstRow += size;
  }
}

export function headOf(cut: Cut, more: Partial<MatrixHead> = {}): MatrixHead {
  return { rows: cut.rows, columns: cut.columns, rowIds: null, columnIds: null, flat: false, members: {}, ...more };
}

/** Returns everything that a formatter writes of a matrix. */
export function written(formatter: MatrixFormatter, cut: Cut, end: { readonly [name: string]: unknown } = {}): string {
  let text = String(formatter.begin());
  for (const tile of tilesOf(cut)) text += String(formatter.tile(tile));
  return text + String(formatter.end(end));
}

/** Ids of any text, often with characters that are special in a format. */
export const anyId = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', ",", "\t", "|", "<", ">", "&", "\n", "\r", "# ", "\\", "*", "_", "`", "[", "日本", "😀"),
      fc.constantFrom("\u202e", "\u2066", "\u200f", "\ufeff", "\x1b", "\x9b", "\u2028", "\u200b", " "),
      fc.string({ unit: "grapheme", maxLength: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join("").replaceAll("\0", ""));

export const idsOf = (count: number) => fc.array(anyId, { minLength: count, maxLength: count });
