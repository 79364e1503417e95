import { UsageError } from "../../core/errors.js";
import { rowsByName } from "../../core/relevance.js";
import type { VectorSet } from "../../core/vectors.js";
import { readJudgements } from "../../reading/read-judgements.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { openInput, readInput } from "../../shell/inputs.js";
import { expectSameSize } from "../../similarity/compute.js";
import { everyRow, type RowPairs } from "../../similarity/pair-scores.js";
import { type PairValues, readRowPairs } from "../shared/pair-values.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { expectKnown } from "../shared/relevant-sets.js";
import type { TaskInput } from "./tasks.js";

/** Pairs of rows with a number for each: a gold score or a label. */
export interface PairedRows extends RowPairs, PairValues {
  readonly a: VectorSet;
  readonly b: VectorSet;
}

/**
 * Reads pairs of rows with their values: row i of both files with a column or file of values, or the pairs of ids of `--pairs`.
 *
 * @param option the option that names the values. @param text its value. @throws {UsageError} without values, or with two sources.
 */
export async function readPairedRows(
  { context, paths: [first, second], options: { pairs, ...options }, read }: TaskInput,
  option: "--scores" | "--labels",
  text: string | undefined,
): Promise<PairedRows> {
  if ((text === undefined) === (pairs === undefined)) {
    const found = text === undefined ? "neither" : "both";
    const fields = option === "--labels" ? "0 or 1" : "a gold score";
    throw new UsageError(
      `expected ${option} or --pairs, found ${found}`,
      `${option} names a column or a file with one value per row; the lines of --pairs hold two ids and ${fields}`,
    );
  }
  if (pairs !== undefined) return pairsById(context, first, second, read, pairs);
  if (second === undefined) {
    throw new UsageError(
      "expected two files, or --pairs with pairs of ids, found one file",
      "row i of both files is a pair",
    );
  }
  expectAllRows(context, options);
  const found = await readRowPairs(context, [first, second], read, text as string);
  expectSameSize(found.a, found.b);
  const rows = everyRow(found.a.rows);
  return { ...found, first: rows, second: rows };
}

async function pairsById(
  context: Context,
  first: string,
  second: string | undefined,
  read: ReadVectorsOptions,
  path: string,
): Promise<PairedRows> {
  const a = await readInput(context, first, read);
  const b = second === undefined ? a : await readInput(context, second, read);
  const list = await readJudgements(openInput(context, path), a.ids);
  const [rowsOfA, rowsOfB] = [rowsByName(a), rowsByName(b)];
  const found: { i: number; j: number; value: number; pair: string }[] = [];
  let unknown = 0;
  let firstUnknown: string | null = null;
  for (const { query, document, grade } of list) {
    const [left, right] = [rowsOfA(query), rowsOfB(document)];
    if (left.length === 0 || right.length === 0) {
      unknown++;
      firstUnknown ??= left.length === 0 ? query : document;
    }
    for (const i of left) for (const j of right) found.push({ i, j, value: grade, pair: `${query} ${document}` });
  }
  expectKnown(context, path, a, b, { all: list.length, what: "lines", unknown, firstUnknown });
  return {
    a,
    b,
    first: Uint32Array.from(found, ({ i }) => i),
    second: Uint32Array.from(found, ({ j }) => j),
    values: Float64Array.from(found, ({ value }) => value),
    placeOf: (pair) => `${path}: ${found[pair].pair}`,
  };
}
