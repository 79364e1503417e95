import { UsageError } from "../../core/errors.js";
import { tiled } from "../../core/matrix.js";
import { now } from "../../core/phases.js";
import { jsonText } from "../../formats/json/write-json.js";
import { type Format, isBinary, isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { type LossEvaluation, type SimilarityLossOptions, similarityLoss } from "../../loss/similarity-loss.js";
import type { SimilarityLoss } from "../../loss/types.js";
import type { MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin } from "../../shell/inputs.js";
import { expectRoomForTable } from "../../shell/memory.js";
import type { CommonOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import type { ShardOptions } from "../../shell/shards.js";
import { writeAll, writeFigure, writeLines, writeRecords } from "../../shell/writers.js";
import { cosineGradients } from "../../similarity/cosine-gradients.js";
import { windowOf } from "../../tables/grid.js";
import type { MatrixWindow } from "../../tables/window.js";
import { vectorsHead } from "../shared/write-vectors.js";
import { expectKindOptions, lossOptionsOf } from "./kind-options.js";
import { type Batch, type BatchOptions, readBatch } from "./loss-batch.js";
import { GRADIENT_FLAGS, GradientFiles, type GradientOptions, gradientsAsked } from "./loss-gradient.js";
import type { LossKindOptions } from "./loss-options.js";
import { lossObject, lossRecords } from "./loss-records.js";
import { lossTable } from "./loss-table.js";

export interface LossCommandOptions
  extends CommonOptions,
    BatchOptions,
    LossKindOptions,
    GradientOptions,
    ShardOptions {
  readonly total?: true;
}

/** Runs `simcli loss`, `simcli loss <matrix>`, `simcli loss <a> <b>` or `simcli loss <a> --labels <column>`. */
export async function runLoss(
  context: Context,
  first: string,
  second: string | undefined,
  options: LossCommandOptions,
): Promise<number> {
  expectOneStdin([first, second, options.labels, options.scores]);
  expectLossOptions(options);
  expectVectors(second, options);
  const format = options.total ? recordFormat(context.format) : recordOrPictureFormat(context.format);
  if (options.total) expectText(format);
  await context.prepare();
  const gradients = await GradientFiles.open(options, context, options.header === "yes");
  try {
    const batch = await readBatch(context, first, second, options);
    const lossOptions = lossOptionsOf(options, batch);
    await writeResults(context, batch, lossOptions, gradients, options);
  } catch (error) {
    await gradients.abandon();
    throw error;
  }
  await context.commit();
  return EXIT.done;
}

/** @throws {UsageError} for a format that is no text, which a total needs. */
export function expectText(format: Format): void {
  if (isBinary(format)) throw new UsageError(`--total: expected a text format, found ${format}`, "-f csv");
}

/** @throws {UsageError} for options that contradict each other. */
export function expectLossOptions(options: LossCommandOptions): void {
  expectKindOptions(options);
  expectOneNumber(options);
}

/** @throws {UsageError} for a total or a gradient of losses that are not reduced to one number. */
function expectOneNumber({ total, reduction, margin, ...options }: LossCommandOptions): void {
  const [gradient] = gradientsAsked(options).map((name) => GRADIENT_FLAGS[name]);
  const flag = total ? "--total" : gradient;
  if (flag && reduction === "none") {
    throw new UsageError(
      `${flag}: expected a reduction to one number, found --reduction none`,
      `leave ${flag} out, or reduce the losses: --reduction sum`,
    );
  }
  if (gradient && margin && margin.length > 1) {
    throw new UsageError(
      `${gradient}: expected one margin, found --margin ${margin.join(",")}`,
      `give one margin: --margin ${margin[0]}`,
    );
  }
}

/** @throws {UsageError} for a gradient with respect to vectors that are not read. */
function expectVectors(second: string | undefined, { gradientA, gradientB, labels }: LossCommandOptions): void {
  if (second !== undefined) return;
  if (gradientB !== undefined) {
    throw new UsageError(
      "--gradient-b: expected two files of vectors, found one file",
      labels === undefined ? "a and b: simcli loss a.npy b.npy" : "--gradient-a writes the gradient of one file",
    );
  }
  if (gradientA !== undefined && labels === undefined) throw new UsageError(NO_VECTORS, VECTORS_HINT);
}

const NO_VECTORS = "--gradient-a: expected files of vectors, found a matrix";
const VECTORS_HINT = "--gradient writes the gradient with respect to a matrix";

async function writeResults(
  context: Context,
  batch: Batch,
  lossOptions: SimilarityLossOptions,
  gradients: GradientFiles,
  options: LossCommandOptions,
): Promise<void> {
  const { format } = context;
  if (isPicture(format)) {
    const { drawLosses } = await import("./loss-picture.js");
    const { evaluation, figure } = await drawLosses(context, batch, headOf(batch), lossOptions, options);
    await writeGradients(context, batch, evaluation, gradients, options);
    return writeFigure(context, format, figure);
  }
  const similarity = context.computing(batch.similarity);
  const window = context.format === "table" && !options.total ? await windowFor(context, batch) : null;
  const evaluation = await similarityLoss(similarity, lossOptions, (tile) => window?.add(tile));
  const { losses } = evaluation;
  await writeGradients(context, batch, evaluation, gradients, options);
  if (window) {
    const head = headOf(batch);
    const tableOptions = await context.tableOptions([head.rowIds, head.columnIds]);
    return writeLines(context, lossTable(losses, head, batch.sets, window, tableOptions));
  }
  const ids = options.anchors === "columns" ? batch.columnIds : batch.rowIds();
  await writeLosses(context, losses, ids, options.total);
}

/** Writes the gradients that were asked for, and reports how the matrix was computed. */
async function writeGradients(
  context: Context,
  batch: Batch,
  evaluation: LossEvaluation,
  gradients: GradientFiles,
  options: LossCommandOptions,
): Promise<void> {
  if (batch.computed) context.detailProduct(batch.computed);
  const ofCells = gradients.get("gradient");
  if (ofCells) {
    const before = now();
    await ofCells.write(evaluation.gradient(), { ...headOf(batch), members: gradientMembers(batch, options) });
    context.detail(`gradient of ${batch.similarity.rows}×${batch.similarity.columns} cells`, before);
  }
  const [ofA, ofB] = [gradients.get("gradientA"), gradients.get("gradientB")];
  if (!ofA && !ofB) return;
  if (!batch.sets) throw new UsageError(NO_VECTORS, VECTORS_HINT);
  const before = now();
  const [a, b] = batch.sets;
  const { backend, zeroVectors, kind } = options;
  // Unit rows and sums, as doubles.
  context.memory.take(16 * (a.values.length + b.values.length));
  const only = ofB ? (ofA ? undefined : "b") : "a";
  const found = await cosineGradients(evaluation.gradient(), a, b, {
    ...context.engineOptions,
    backend,
    zeroVectors,
    only,
  });
  context.detail(`gradient of ${a.rows}×${a.dimensions} and ${b.rows}×${b.dimensions} vectors`, before);
  const members = { gradient: kind };
  if (found.a) await ofA?.write(tiled(found.a), vectorsHead(a, members));
  if (found.b) await ofB?.write(tiled(found.b), vectorsHead(b, members));
}

/** Writes the losses in any format but a table; with `total` also in a table. */
export async function writeLosses(
  context: Context,
  losses: readonly SimilarityLoss[],
  ids: readonly string[] | null,
  total: boolean | undefined,
): Promise<void> {
  const format = recordFormat(context.format);
  const precision = context.options.precision ?? null;
  const several = losses.length > 1;
  if (total) {
    const digits = format === "table" ? (precision ?? 4) : precision;
    const texts = losses.map(({ loss }) => numberFormat(digits, "nan")(loss ?? Number.NaN));
    return context.write(format === "json" && several ? `[${texts.join(",")}]\n` : `${texts.join("\n")}\n`);
  }
  if (format === "json") {
    const objects = losses.map((loss) => jsonText(lossObject(loss, ids), numberFormat(precision, "null")));
    return writeAll(context, [several ? `[${objects.join(",")}]\n` : `${objects[0]}\n`]);
  }
  if (format !== "table") return writeRecords(context, format, lossRecords(losses, ids));
}

/** Returns the shape and ids of the matrix; ids of rows are known once all rows have been read. */
function headOf({ similarity: { rows, columns }, rowIds, columnIds }: Batch): MatrixHead {
  return { rows, columns, rowIds: rowIds(), columnIds, flat: false, members: {} };
}

function gradientMembers({ similarity, rowIds, columnIds }: Batch, { kind, anchors }: LossCommandOptions) {
  return { gradient: kind, anchors, shape: [similarity.rows, similarity.columns], rows: rowIds(), columns: columnIds };
}

/** Returns a window that keeps the cells shown in the table. */
async function windowFor(context: Context, batch: Batch): Promise<MatrixWindow> {
  if (context.options.full) {
    const { rows, columns } = batch.similarity;
    expectRoomForTable(rows, columns, "leave --full out, or write the losses of each anchor: -f csv");
  }
  return windowOf(headOf(batch), await context.tableOptions([]));
}
