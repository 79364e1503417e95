import { DataError, NoColumnError } from "../../core/errors.js";
import { parseNumber } from "../../input/number.js";
import type { ReadOptions } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import type { Cell } from "../../output/format.js";
import { readRecords } from "../../reading/read-records.js";
import type { Context } from "../../shell/context.js";
import type { NeighbourIds } from "./neighbour-ids.js";
import type { NeighbourFile } from "./read-neighbours.js";

/** The columns of records: the query, the neighbour, its rank, and its score. */
const COLUMNS = ["query", "id", "row", "rank", "score", "distance"];

/** Bytes of a neighbour while records are read, and in the result. */
const RECORD_BYTES = 64;

/**
 * Reads one record for each neighbour, as `topk` writes them: `query` and `id` or `row`, with `rank` and `score` or `distance` if there
 * are such columns. Without ranks, the neighbours of a query are in the order of the records.
 *
 * @param isRequired whether another table is an error.
 * @returns null for another table.
 * @throws {NoColumnError} for a table without a neighbour of each query.
 */
export async function readNeighbourRecords(
  context: Context,
  source: Source,
  ids: NeighbourIds,
  read: ReadOptions,
  isRequired: boolean,
): Promise<NeighbourFile | null> {
  const { name: path } = source;
  const found = new Records();
  let first = 0;
  try {
    for await (const { rows, lines, cells } of readRecords(source, COLUMNS, read)) {
      const [queries, named, numbered, ranks, scores, distances] = cells;
      const neighbours = named ?? numbered;
      if (!queries || !neighbours) {
        if (!isRequired) return null;
        const others = COLUMNS.filter((_, i) => cells[i]).join(", ");
        throw new NoColumnError(path, queries ? "id" : "query", others);
      }
      const placeOf = (i: number) => (lines ? `${path}:${lines[i]}` : `${path}: record ${first + i}`);
      context.memory.take(rows * RECORD_BYTES);
      for (let i = 0; i < rows; i++) {
        const [query, neighbour] = [queries[i], neighbours[i]];
        if (query === null || query === "" || neighbour === null || neighbour === "") {
          throw new DataError(`${placeOf(i)}: expected a query and a neighbour, found an empty cell`);
        }
        const rank = ranks ? numberOf(ranks[i], "rank", placeOf, i) : null;
        const score = scores ?? distances;
        found.add(String(query), ids.numberOf(neighbour), rank, score && numberOf(score[i], "score", placeOf, i));
      }
      first += rows;
    }
  } catch (error) {
    if (error instanceof NoColumnError && !isRequired) return null;
    throw error;
  }
  context.progress.clear();
  return { ...found.lists(path), nameOf: (neighbour) => ids.textOf(neighbour) };
}

function numberOf(cell: Cell, column: string, placeOf: (i: number) => string, i: number): number {
  const value = typeof cell === "string" ? parseNumber(cell) : (cell ?? Number.NaN);
  if (Number.isFinite(value) || (column === "score" && isNoNumber(cell))) return value;
  throw new DataError(`${placeOf(i)}: expected a number in the column ${column}, found "${cell ?? ""}"`);
}

/** Whether a cell says that a score is not a number: nan in text, null in JSON, nothing in CSV. */
const isNoNumber = (cell: Cell) => cell === null || /^(?:|nan)$/i.test(String(cell));

/** The records of all queries. */
class Records {
  private readonly rowOf = new Map<string, number>();
  private readonly queries: number[] = [];
  private readonly neighbours: number[] = [];
  private readonly ranks: number[] = [];
  private readonly scores: number[] = [];

  add(query: string, neighbour: number, rank: number | null, score: number | null): void {
    const { rowOf, queries, neighbours, ranks, scores } = this;
    const row = rowOf.get(query) ?? rowOf.size;
    if (row === rowOf.size) rowOf.set(query, row);
    queries.push(row);
    neighbours.push(neighbour);
    if (rank !== null) ranks.push(rank);
    if (score !== null) scores.push(score);
  }

  /** Returns a list for each query, in the order of the first record of each. */
  lists(name: string): NeighbourFile {
    const { rowOf, queries, neighbours, ranks, scores } = this;
    const counts = new Uint32Array(rowOf.size);
    for (const row of queries) counts[row]++;
    const width = counts.reduce((largest, count) => Math.max(largest, count), 0);
    const order = Uint32Array.from(queries.keys());
    const last = new Float64Array(rowOf.size).fill(Number.NEGATIVE_INFINITY);
    const isSorted = ranks.every((rank, i) => {
      const isNext = rank >= last[queries[i]];
      last[queries[i]] = rank;
      return isNext;
    });
    if (!isSorted) order.sort((i, j) => ranks[i] - ranks[j] || i - j);
    const values = new Float64Array(rowOf.size * width).fill(Number.NaN);
    const distances = scores.length === queries.length ? values.slice() : null;
    counts.fill(0);
    for (const i of order) {
      const at = queries[i] * width + counts[queries[i]]++;
      values[at] = neighbours[i];
      if (distances) distances[at] = scores[i];
    }
    return {
      name,
      queries: rowOf.size,
      width,
      neighbours: values,
      distances,
      queryIds: [...rowOf.keys()],
      hasIds: true,
    };
  }
}
