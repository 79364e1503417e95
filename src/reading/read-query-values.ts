import { DataError } from "../core/errors.js";
import type { QueryValues } from "../core/query-values.js";
import type { ReadOptions } from "../input/reader.js";
import type { Input } from "../input/source-list.js";
import { readBatches } from "./read-batches.js";

/** The column of the queries, and that of the number of relevant rows. */
const [QUERY, RELEVANT] = ["query", "relevant"];

/**
 * Reads the values of each query that `simcli eval --per-query` wrote, in any format: a column `query`, and a column of numbers
 * for each measure.
 *
 * @param names the measures; default: all columns without missing values, except the number of relevant rows.
 * @throws {NoColumnError} for a table without queries; {@link DataError} for a measure that the file does not have.
 */
export async function readQueryValues(
  input: Input,
  names: readonly string[] | null,
  options: ReadOptions = {},
): Promise<QueryValues> {
  const queries: string[] = [];
  const columns = new Map<string, number[]>();
  // Missing values are NaN: a query whose relevant rows have no rank has no first_rank.
  const reading = { ...options, idColumn: QUERY, header: "yes", nonFinite: "keep" } as const;
  for await (const { rows, columns: width, values, ids, columnNames } of readBatches(input, reading)) {
    for (let row = 0; row < rows; row++) queries.push(ids?.[row] ?? "");
    for (let j = 0; j < width; j++) {
      const written = columnNames?.[j] ?? String(j);
      const name = FORMER_NAMES.get(written) ?? written;
      const list = columns.get(name) ?? [];
      for (let row = 0; row < rows; row++) list.push(values[row * width + j]);
      columns.set(name, list);
    }
  }
  const found = [...columns.keys()].filter((name) => name !== RELEVANT);
  const absent = names?.find((name) => !columns.has(name));
  if (absent !== undefined) {
    throw new DataError(
      `${input.name}: expected a column ${absent}, found ${found.join(", ")}`,
      "simcli eval --per-query writes the values of each query",
    );
  }
  const whole = found.filter((name) => columns.get(name)?.every(Number.isFinite));
  const measures = (names ?? whole).map((name) => [name, Float64Array.from(columns.get(name) ?? [])] as const);
  return { name: input.name, queries, relevant: columns.get(RELEVANT) ?? null, measures: new Map(measures) };
}

/** Names of columns in JSON before records had the same names in every format. */
const FORMER_NAMES = new Map([
  ["firstRank", "first_rank"],
  ["reciprocalRank", "reciprocal_rank"],
  ["averagePrecision", "average_precision"],
]);
