import { UsageError } from "../../core/errors.js";
import { evaluateBitext } from "../../evaluation/bitext.js";
import type { Cell, Records } from "../../output/format.js";
import { prefetchBlas, readInput } from "../../shell/inputs.js";
import { counted } from "../../shell/report.js";
import { expectSameSize, unitRowBytes } from "../../similarity/compute.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import type { TaskInput, TaskResult } from "./tasks.js";
import { transposed } from "./transposed.js";

/** Returns how often row i of one file is matched with row i of the other, by cosine and by margin scores. */
export async function evaluateBitextTask({ context, paths, options, read, isGiven }: TaskInput): Promise<TaskResult> {
  const { mode, backend, zeroVectors, k: cutoffs } = options;
  const k = isGiven("k") ? cutoffs[0] : undefined;
  if (k !== undefined && cutoffs.length > 1) {
    throw new UsageError(
      `-k: expected one number of neighbours for --task bitext, found ${cutoffs.length}`,
      "for example: -k 4",
    );
  }
  expectAllRows(context, options);
  const [firstPath, secondPath] = paths;
  prefetchBlas(context, options, firstPath, secondPath);
  const first = await readInput(context, firstPath, read);
  const second = await readInput(context, secondPath, read);
  expectSameSize(first, second);
  context.memory.take(unitRowBytes("cosine", first, second));
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const forward = await searchableTiles("cosine", first, second, similarityOptions);
  const backward = await searchableTiles("cosine", second, first, similarityOptions);
  const results = await evaluateBitext(context.computing(forward), context.computing(backward), k);
  // Both directions have the same size.
  context.detailProduct({ ...forward, columns: forward.columns + backward.columns });
  const records: Records = {
    columns: COLUMNS,
    kinds: COLUMNS.map((column) => (column === "score" ? "text" : column === "k" ? "whole" : "number")),
    rows: results.map((result): Cell[] => [
      ...[result.score, result.k, result.forwardAccuracy, result.backwardAccuracy],
      ...[result.forwardF1, result.backwardF1, result.miningF1, result.miningThreshold],
    ]),
  };
  const title = `${counted(first.rows, "pair")}: row i of ${firstPath} and of ${secondPath}`;
  return { title, records, shown: transposed(records, ["k"]) };
}

const COLUMNS = [
  ...["score", "k", "forward_accuracy", "backward_accuracy"],
  ...["forward_f1", "backward_f1", "mining_f1", "mining_threshold"],
];
