import type { Numbers } from "../../core/vectors.js";
import { numbersLike } from "../../input/reader.js";
import type { Batch, Dictionary } from "./batch.js";
import { type Column, columnsOf } from "./schema.js";

/** Returns the identifiers of the dictionaries of some columns, with the columns of their values. */
export function dictionaryColumns(columns: readonly Column[]): Map<number, Column> {
  const found = new Map<number, Column>();
  for (const { field } of columns) {
    if (!field.dictionary) continue;
    const [values] = columnsOf({ isBigEndian: false, fields: [{ ...field, dictionary: null }] }).columns;
    found.set(field.dictionary.id, values);
  }
  return found;
}

/** Reads the values of a dictionary, after those of `before` if they are additional ones. */
export async function readDictionary(batch: Batch, column: Column, before: Dictionary | null): Promise<Dictionary> {
  const texts = await batch.texts(column, 0, batch.rows);
  const numbers = column.isNumeric ? await batch.numbers(column, 0, batch.rows) : null;
  if (!before) return { texts, numbers };
  return {
    texts: [...(before.texts ?? []), ...texts],
    numbers: numbers && before.numbers ? joined(before.numbers, numbers) : numbers,
  };
}

function joined(first: Numbers, second: Numbers): Numbers {
  const all = numbersLike(first.length + second.length, first);
  all.set(first);
  all.set(second, first.length);
  return all;
}
