import { DataError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";

type Items = Float32Array | Int32Array | Uint8Array | Int8Array;

/** How the numbers of a format are stored. */
interface Storage {
  create(length: number): Items;
  /** What a number must be, for messages. */
  readonly expected: string;
}

const INTEGERS: Storage = { create: (length) => new Int32Array(length), expected: "a whole number within 32 bits" };

const STORAGE = {
  fbin: { create: (length) => new Float32Array(length), expected: "a number within ±3.4e38" },
  ibin: INTEGERS,
  ivecs: INTEGERS,
  u8bin: { create: (length) => new Uint8Array(length), expected: "a whole number from 0 to 255" },
  i8bin: { create: (length) => new Int8Array(length), expected: "a whole number from -128 to 127" },
} as const satisfies { readonly [name: string]: Storage };

/** A format that stores numbers of one type. */
export type ItemFormat = keyof typeof STORAGE;

/**
 * Returns the cells of a tile in the type of a format, and how many were rounded to float32.
 *
 * @throws {DataError} for a number that the type does not hold.
 */
export function storedItems(
  format: ItemFormat,
  { firstRow, columns, values }: Tile,
): { readonly items: Items; readonly rounded: number } {
  const items = STORAGE[format].create(values.length);
  items.set(values);
  let rounded = 0;
  for (let i = 0; i < values.length; i++) {
    if (items[i] === values[i] || (Number.isNaN(items[i]) && Number.isNaN(values[i]))) continue;
    if (format === "fbin" && Number.isFinite(items[i])) rounded++;
    else throw unfit(format, firstRow + Math.floor(i / columns), i % columns, values[i]);
  }
  return { items, rounded };
}

function unfit(format: ItemFormat, row: number, column: number, value: number): DataError {
  const place = `${format}: row ${row}, column ${column}`;
  const hint = format === "fbin" ? "-f npy holds float64" : "-f fbin holds float32, -f npy float64";
  return new DataError(`${place}: expected ${STORAGE[format].expected}, found ${value}`, hint);
}

/** The note about ids that a format of numbers leaves out. */
export const idsLeftOut = (format: ItemFormat): string =>
  `${format}: left out the ids, for which it has no place; .safetensors and .parquet keep them`;
