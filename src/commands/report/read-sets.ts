import { DataError } from "../../core/errors.js";
import { relevanceByLabel, relevanceByRow } from "../../core/relevance.js";
import type { VectorSet } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import { readInput, readOptionsOf } from "../../shell/inputs.js";
import { readLabelledSets } from "../shared/labels.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { readRelevantSets } from "../shared/relevant-sets.js";
import type { ComparedSets } from "./comparison.js";
import type { ReportOptions } from "./run.js";

/** Reads one or two files, and what says which rows are relevant. */
export async function readSets(
  context: Context,
  a: string,
  b: string | undefined,
  options: ReportOptions,
): Promise<ComparedSets> {
  const read = { ...readOptionsOf(options), dtype: options.dtype };
  const { labels, qrels } = options;
  if (qrels !== undefined) {
    const judgements = { option: "--qrels", path: qrels };
    return readRelevantSets(context, a, b, read, { labels, judgements });
  }
  if (labels === undefined && b !== undefined) expectAllRows(context, options);
  const [queries, corpus] = await readLabelledSets(context, a, b, read, labels);
  const isSelf = b === undefined;
  const sets = { queries, corpus, isSelf };
  if (queries.labels && corpus.labels) {
    return { ...sets, relevance: relevanceByLabel(queries.labels, corpus.labels, isSelf) };
  }
  return { ...sets, relevance: isSelf || queries.rows !== corpus.rows ? null : relevanceByRow() };
}

/** Reads the vectors of the same rows by another model. */
export async function readOther(
  context: Context,
  first: ComparedSets,
  a: string,
  b: string | undefined,
  options: ReportOptions,
): Promise<ComparedSets> {
  const read = { ...readOptionsOf(options), dtype: options.dtype };
  const like = async (path: string, set: VectorSet): Promise<VectorSet> => {
    const other = await readInput(context, path, read);
    if (other.rows !== set.rows) {
      throw new DataError(
        `${other.name}: expected the ${set.rows} rows of ${set.name}, found ${other.rows} rows`,
        "both models need the same rows in the same order",
      );
    }
    return { ...other, ids: set.ids, labels: set.labels };
  };
  const queries = await like(a, first.queries);
  const corpus = b === undefined ? queries : await like(b, first.corpus);
  return { ...first, queries, corpus };
}
