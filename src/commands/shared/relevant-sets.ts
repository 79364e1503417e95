import { DataError, UsageError } from "../../core/errors.js";
import {
  type Judgement,
  type Relevance,
  relevanceByJudgement,
  relevanceByLabel,
  relevanceByRow,
} from "../../core/relevance.js";
import { rowsOfShard, type Shard } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import { readJudgements } from "../../reading/read-judgements.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { openInput } from "../../shell/inputs.js";
import { expectSameSize } from "../../similarity/compute.js";
import { expectLabelForEach, labelsFrom, readLabelled } from "./labels.js";
import { expectAllRows } from "./pairs-by-row.js";

/** Queries (or anchors), the corpus, and the relevant rows of each query. */
export interface RelevantSets {
  readonly queries: VectorSet;
  /** The same object as `queries` if there is no second file. */
  readonly corpus: VectorSet;
  readonly isSelf: boolean;
  /** By the numbers of the rows in the files. */
  readonly relevance: Relevance;
}

/** The source of relevance; default: row i of the corpus is relevant to query i. */
export interface RelevanceOptions {
  /** A column of each file, or a file of labels: rows of the query's class are relevant. */
  readonly labels?: string | undefined;
  /** The option for a file of judgements, the path if it was given, and the smallest grade of a relevant row. */
  readonly judgements: {
    readonly option: string;
    readonly path: string | undefined;
    readonly level?: number | undefined;
  };
}

/**
 * Reads queries, corpus and relevance. Of the queries, only the rows of `shard` are read if it is given and relevance does not depend on
 * the ids or labels of others.
 *
 * @throws {UsageError} for two sources of relevance, or for one file without a source.
 * @throws {DataError} for judgements or labels that do not match the files.
 */
export async function readRelevantSets(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: ReadVectorsOptions,
  { labels: file, judgements: { option, path, level } }: RelevanceOptions,
  shard?: Shard,
): Promise<RelevantSets> {
  if (file !== undefined && path !== undefined) {
    throw new UsageError(
      `--labels: expected no other source of relevance with it, found ${option}`,
      "leave one of them out",
    );
  }
  expectLevelOfJudgements(level, path);
  if (file === undefined && path === undefined && corpusPath !== undefined) expectAllRows(context, options);
  const labels = await labelsFrom(context, file);
  const isSelf = corpusPath === undefined;
  const hasOwnRows = shard && !isSelf && path === undefined && labels.column === undefined;
  const queries = await readLabelled(
    context,
    queriesPath,
    hasOwnRows ? { ...options, share: (rows) => rowsOfShard(shard, rows) } : options,
    labels,
  );
  const { fileRows = queries.rows } = queries;
  const corpus = isSelf ? queries : await readLabelled(context, corpusPath, options, labels);
  const sets = { queries, corpus, isSelf };
  if (path !== undefined) return { ...sets, relevance: await judgedRelevance(context, path, sets, level) };
  if (file !== undefined) {
    for (const { rows, fileRows = rows, name } of [queries, corpus]) expectLabelForEach(labels, file, fileRows, name);
    const [ofQueries, ofCorpus] = [queries, corpus].map((set) => labels.list ?? set.labels);
    return { ...sets, relevance: relevanceByLabel(ofQueries ?? [], ofCorpus ?? [], isSelf) };
  }
  if (isSelf) {
    throw new UsageError(
      "expected two files, or an option that names positives, found one file",
      `--labels names a column of classes, ${option} a file of pairs of ids; with two files, row i of both is a pair`,
    );
  }
  expectSameSize(
    { ...queries, rows: fileRows },
    corpus,
    `row i of both files is a pair, unless --labels or ${option} names the relevant rows`,
  );
  return { ...sets, relevance: relevanceByRow() };
}

/** How many of the pairs of a file match no row, and the first id that matches none. */
export interface UnknownPairs {
  readonly all: number;
  /** What the pairs are called in a message. */
  readonly what: string;
  readonly unknown: number;
  readonly firstUnknown: string | null;
}

/**
 * Reports pairs that match no row.
 *
 * @throws {DataError} if no pair matches.
 */
export function expectKnown(
  context: Context,
  path: string,
  a: VectorSet,
  b: VectorSet,
  { all, what, unknown, firstUnknown }: UnknownPairs,
): void {
  if (unknown === 0 && all > 0) return;
  const sets = [...new Set([a, b])];
  const names = [...new Set(sets.map(({ ids }) => (ids ? "ids" : "rows")))].join(" or ");
  if (unknown < all) {
    context.note(
      `${path}: ignored ${unknown} of ${all} ${what}: their ${names} are in no file, such as "${firstUnknown}"`,
    );
    return;
  }
  const namesOfRows = ({ name, ids, rows }: VectorSet) =>
    ids
      ? `the first id of ${name} is "${ids[0]}"`
      : `rows of ${name} are 0 to ${rows - 1}, or --id-column names its ids`;
  throw new DataError(
    `${path}: expected ${names} of ${[...new Set(sets.map(({ name }) => name))].join(" and ")}, found none of them${firstUnknown === null ? "" : `: the first one is "${firstUnknown}"`}`,
    sets.map(namesOfRows).join("; "),
  );
}

/** @throws {UsageError} for a smallest grade without judgements. */
export function expectLevelOfJudgements(level: number | undefined, qrels: string | undefined): void {
  if (level === undefined || qrels !== undefined) return;
  throw new UsageError("--relevance-level: expected --qrels with it, found none", "only judgements have grades");
}

/** Names the grades of relevant rows in a message. @param level the smallest one, if it was given. */
export const ofGrade = (level: number | undefined): string =>
  level === undefined ? "" : ` of the grade ${level} or above`;

/**
 * @param level the smallest grade of a relevant row, if one was given.
 * @throws {DataError} if no query of the files has a relevant row.
 */
export function expectAnswered(answered: number, name: string, level?: number): void {
  if (answered > 0) return;
  throw new DataError(
    `${name}: expected a query with a relevant row${ofGrade(level)}, found none`,
    level === undefined
      ? "--labels, --qrels, or two files (row i of both) say which rows are relevant"
      : "a smaller --relevance-level",
  );
}

/**
 * Reads a file of judgements, and reports how many of them are ignored.
 *
 * @throws {DataError} if no judgement matches rows of the files.
 */
export async function judgedRelevance(
  context: Context,
  path: string,
  { queries, corpus, isSelf }: Omit<RelevantSets, "relevance">,
  level?: number,
): Promise<Relevance> {
  const list = await readJudgements(openInput(context, path), queries.ids);
  return relevanceOf(context, path, list, { queries, corpus, isSelf }, level);
}

/** Returns the relevance from judgements of a file, and reports how many of them are ignored. Throws as {@link judgedRelevance}. */
export function relevanceOf(
  context: Context,
  path: string,
  list: readonly Judgement[],
  { queries, corpus, isSelf }: Omit<RelevantSets, "relevance">,
  level?: number,
): Relevance {
  const relevance = relevanceByJudgement(list, queries, corpus, isSelf, level);
  const { unknown, firstUnknown, ofSelf } = relevance;
  expectKnown(context, path, queries, corpus, { all: list.length, what: "lines", unknown, firstUnknown });
  if (ofSelf > 0) context.note(`${path}: ignored ${ofSelf} of ${list.length} lines that pair a row with itself`);
  return relevance;
}
