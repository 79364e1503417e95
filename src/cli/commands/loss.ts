import { stat } from "node:fs/promises";
import { DataError, UsageError } from "../../errors.js";
import type { ColumnReference, ReadOptions } from "../../input/dialect.js";
import { openFile } from "../../input/open.js";
import { hardNegativeLoss, type LossOptions } from "../../loss/hard-negative-loss.js";
import { type TiledMatrix, tiled } from "../../matrix.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Side } from "../../output/table/matrix-table.js";
import type { MatrixWindow } from "../../output/table/window.js";
import type { HardNegativeLoss } from "../../results.js";
import { rowPlace, shapeOf, type VectorSet } from "../../vectors.js";
import { type Context, expectOneStdin, readOptionsOf } from "../context.js";
import { expectRoomForTable } from "../memory.js";
import type { CommonOptions, EngineOptions, InputOptions } from "../options.js";
import { EXIT } from "../report.js";
import { labelsFor } from "./labels.js";

export interface LossCommandOptions
  extends CommonOptions,
    InputOptions,
    EngineOptions,
    Pick<LossOptions, "negatives" | "reduction" | "anchors" | "fallback" | "tieTolerance"> {
  readonly margin: readonly number[];
  readonly labels?: string;
  readonly total?: true;
}

/** What the losses are computed of, and what its rows and columns are called. */
interface Batch {
  readonly similarity: TiledMatrix;
  readonly rowIds: () => readonly string[] | null;
  readonly columnIds: readonly string[] | null;
  readonly labels: readonly string[] | null;
  readonly sides: readonly [Side, Side] | null;
}

/** `simcli loss`, `simcli loss <matrix>`, `simcli loss <a> <b>` */
export async function runLoss(
  context: Context,
  first: string,
  second: string | undefined,
  options: LossCommandOptions,
): Promise<number> {
  expectOneStdin([first, second]);
  if (options.total && options.reduction === "none") {
    throw new UsageError("--total: expected a reduction to one number, found --reduction none");
  }
  await context.prepare();
  const labels = await labelsFrom(options.labels);
  const batch =
    second === undefined
      ? await matrixBatch(context, first, options, labels)
      : await vectorsBatch(context, first, second, options, labels);
  const before = performance.now();
  const { similarity } = batch;
  const view = context.format === "table" && !options.total ? await tableView(context, batch) : null;
  const losses = await hardNegativeLoss(
    context.progress.computing(similarity),
    { ...options, margins: options.margin, labels: batch.labels },
    (tile) => view?.window.add(tile),
  );
  context.detail(`losses of ${similarity.rows} anchors`, before);
  if (view) await context.write(await view.text(losses));
  else {
    const ids = options.anchors === "columns" ? batch.columnIds : batch.rowIds();
    await writeLosses(context, losses, labelsFor(context)(ids), options);
  }
  await context.commit();
  return EXIT.done;
}

/** Labels that were read from a file of their own, or the column that holds them. */
type Labels = { readonly list: readonly string[] | null; readonly column?: ColumnReference };

/** A whole number is a column, an existing file is a file, any other text is a column's name. */
async function labelsFrom(text: string | undefined): Promise<Labels> {
  if (text === undefined) return { list: null };
  const { reference } = await import("../../input/columns.js");
  const column = reference(text);
  const isFile =
    typeof column === "string" &&
    (await stat(text).then(
      () => true,
      () => false,
    ));
  if (!isFile) return { list: null, column };
  const { readLabels } = await import("../../input/read-labels.js");
  return { list: await readLabels(openFile(text)) };
}

async function vectorsBatch(
  context: Context,
  first: string,
  second: string,
  options: LossCommandOptions,
  { list, column }: Labels,
): Promise<Batch> {
  const read = withLabels(readOptionsOf(options), column);
  const a = await context.readVectors(first, read);
  const b = await context.readVectors(second, read);
  const { cosineTiles, expectSameSize } = await import("../../similarity/cosine-similarity.js");
  const { mode, backend, zeroVectors } = options;
  const similarity = await cosineTiles(a, b, { mode, backend, zeroVectors });
  expectSameSize(a, b);
  if (a.rows === 1) {
    throw new DataError(
      `${shapeOf(a)} and ${shapeOf(b)}: expected a batch of at least 2 rows, found 1`,
      "every other row of the batch is a negative; one row has none",
    );
  }
  if (column !== undefined) expectSameLabels(a, b);
  return { similarity, rowIds: () => a.ids, columnIds: b.ids, labels: list ?? a.labels, sides: [a, b] };
}

async function matrixBatch(
  context: Context,
  path: string,
  options: LossCommandOptions,
  { list, column }: Labels,
): Promise<Batch> {
  const read = withLabels(readOptionsOf(options), column);
  // Columns as anchors need the diagonal first, and a column of labels all of them: both hold the matrix.
  if (options.anchors !== "rows" || column !== undefined) {
    const set = await context.readVectors(path, read);
    const { notSquare } = await import("../../input/read-matrix.js");
    if (set.rows !== set.dimensions) throw notSquare(set.name, set.rows, set.dimensions);
    const { name, rows, dimensions: columns, values } = set;
    const similarity = { name, ...tiled({ rows, columns, values }) };
    const { ids, columnNames, labels } = set;
    return { similarity, rowIds: () => ids, columnIds: columnNames, labels: list ?? labels, sides: null };
  }
  const { readMatrix } = await import("../../input/read-matrix.js");
  const text = await readMatrix(await context.open(path), read);
  return { similarity: text, rowIds: () => text.rowIds, columnIds: text.columnIds, labels: list, sides: null };
}

const withLabels = (read: ReadOptions, column: ColumnReference | undefined): ReadOptions =>
  column === undefined ? read : { ...read, labelColumn: column };

/** Row i of both files is one pair, so it is of one class. */
function expectSameLabels(a: VectorSet, b: VectorSet): void {
  const row = a.labels?.findIndex((label, i) => label !== b.labels?.[i]) ?? -1;
  if (row < 0) return;
  throw new DataError(
    `${rowPlace(b, row)}: expected the label of ${rowPlace(a, row)}, "${a.labels?.[row]}", found "${b.labels?.[row]}"`,
    "row i of both files is one anchor and its positive",
  );
}

async function writeLosses(
  context: Context,
  losses: readonly HardNegativeLoss[],
  ids: readonly string[] | null,
  { total, ...options }: LossCommandOptions,
): Promise<void> {
  const { format } = context;
  const precision = options.precision ?? null;
  const several = losses.length > 1;
  if (total) {
    const digits = format === "table" ? (precision ?? 4) : precision;
    const texts = losses.map(({ loss }) => numberFormat(digits, "nan")(loss ?? Number.NaN));
    return context.write(format === "json" && several ? `[${texts.join(",")}]\n` : `${texts.join("\n")}\n`);
  }
  const { lossRecords, lossObject } = await import("../../output/loss-records.js");
  const { writeAll, writeRecords } = await import("../writers.js");
  if (format === "json") {
    const { jsonText } = await import("../../output/json.js");
    const objects = losses.map((loss) => jsonText(lossObject(loss, ids), numberFormat(precision, "null")));
    return writeAll(context, [several ? `[${objects.join(",")}]\n` : `${objects[0]}\n`]);
  }
  if (format !== "table") return writeRecords(context, format, lossRecords(losses, ids));
}

/** Keeps what a person sees of the matrix while it goes by. */
async function tableView(
  context: Context,
  { similarity: { rows, columns }, rowIds, columnIds, sides }: Batch,
): Promise<{ window: MatrixWindow; text: (losses: readonly HardNegativeLoss[]) => Promise<string> }> {
  if (context.options.full) {
    expectRoomForTable(rows, columns, "leave --full out, or write the losses of each anchor: -f csv");
  }
  const [{ windowOf }, { lossTable }] = await Promise.all([
    import("../../output/table/grid.js"),
    import("../../output/table/loss-table.js"),
  ]);
  const headNow = (): MatrixHead => ({ rows, columns, rowIds: rowIds(), columnIds, flat: false, members: {} });
  const window = windowOf(headNow(), await context.tableOptions([]));
  return {
    window,
    text: async (losses) => {
      const head = headNow();
      const options = await context.tableOptions([head.rowIds, head.columnIds]);
      return lossTable(losses, head, sides, window, options);
    },
  };
}
