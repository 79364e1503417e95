import { UsageError } from "../../core/errors.js";
import { doublesOf, type VectorSet } from "../../core/vectors.js";
import { wordVectors } from "../../formats/word-vectors/write-word-vectors.js";
import { loadWriter, type PlainFormat } from "../../formats/writers.js";
import type { Chunk, MatrixFormatter, MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { StoredType } from "../../output/stored-numbers.js";
import type { Context } from "../../shell/context.js";
import type { CommonOptions } from "../../shell/options.js";
import { shownIds, writeLines, writeRows } from "../../shell/writers.js";
import { windowOf } from "../../tables/grid.js";
import { vectorsTable } from "../similarity/matrix-table.js";

/** How to write a set of vectors, in addition to the common options. */
export interface VectorsView {
  /** The title of a table. */
  readonly title: string;
  /** Members of the JSON object before the shape. */
  readonly members: { readonly [name: string]: unknown };
  /** Whether to write ids and column names, in formats where they are optional. */
  readonly header: boolean;
  /** The type of the numbers, in formats of several types. */
  readonly store?: StoredType;
  /** Overrides the formatter of the format. */
  readonly formatter?: (head: MatrixHead) => MatrixFormatter<Chunk>;
}

/** Returns whether the output file is one of word vectors, and the options of a context for it: only sets of vectors have this format. */
export function wordsOptions<O extends CommonOptions>(options: O): { readonly asWords: boolean; readonly common: O } {
  const asWords = !options.format && !options.json && /\.vec$/i.test(options.output ?? "");
  return { asWords, common: asWords ? { ...options, format: "csv" } : options };
}

/** Returns the formatter of word vectors, if they are written. */
export function wordsView({ precision }: CommonOptions, asWords: boolean): Pick<VectorsView, "formatter"> {
  return asWords ? { formatter: (head) => wordVectors(head, numberFormat(precision ?? null, "nan")) } : {};
}

/**
 * @throws {UsageError} if the output format would be a table only because of the file name: a table omits rows and
 * columns.
 */
export function expectWholeVectors({ format, options }: Context): void {
  const { output, format: asked, full, heatmap } = options;
  if (format !== "table" || output === undefined || output === "-" || asked || full || heatmap) return;
  throw new UsageError(
    `${output}: expected a format that keeps all numbers, found a table`,
    "-f csv writes CSV to any name; -f table writes the table",
  );
}

/**
 * Returns the properties of a set of vectors that formatters need.
 *
 * @param members of the JSON object before the shape.
 * @param shown converts ids for output.
 */
export function vectorsHead(
  { rows, dimensions, ids, columnNames }: VectorSet,
  members: VectorsView["members"],
  shown: (ids: readonly string[] | null) => readonly string[] | null = (texts) => texts,
): MatrixHead {
  return {
    rows,
    columns: dimensions,
    rowIds: shown(ids),
    columnIds: shown(columnNames),
    flat: false,
    members: { ...members, shape: [rows, dimensions], ids, columns: columnNames },
  };
}

/** Writes a set of vectors as a matrix. A table may omit rows and columns; other formats are complete. */
export async function writeVectors(context: Context, set: VectorSet, view: VectorsView): Promise<void> {
  const { rows, dimensions } = set;
  const { format, options } = context;
  const head = vectorsHead(set, view.members, shownIds(context));
  const values = doublesOf(set.values);
  const special = view.formatter?.(head);
  if (format === "table" && !special) {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    const window = windowOf(head, table);
    window.add({ firstRow: 0, rows, columns: dimensions, values });
    return writeLines(context, vectorsTable(head, view.title, window, table));
  }
  const formatter =
    special ??
    (await loadWriter(format as PlainFormat)).matrix(head, {
      precision: options.precision ?? null,
      header: view.header,
      ...(view.store && { store: view.store }),
      note: (text) => context.note(text),
    });
  await context.write(formatter.begin());
  await writeRows(context, formatter, values, dimensions);
  await context.write(formatter.end({}));
}
