import { UsageError } from "../../errors.js";
import { hardNegativeLoss, type LossOptions } from "../../loss/hard-negative-loss.js";
import type { MatrixHead } from "../../output/format.js";
import { jsonText } from "../../output/json.js";
import { lossObject, lossRecords } from "../../output/loss-records.js";
import { numberFormat } from "../../output/number.js";
import { windowOf } from "../../output/table/grid.js";
import { lossTable } from "../../output/table/loss-table.js";
import type { MatrixWindow } from "../../output/table/window.js";
import type { HardNegativeLoss } from "../../results.js";
import { type Context, expectOneStdin } from "../context.js";
import { expectRoomForTable } from "../memory.js";
import type { CommonOptions } from "../options.js";
import { EXIT } from "../report.js";
import { recordFormat, writeAll, writeLines, writeRecords } from "../writers.js";
import { type Batch, type BatchOptions, readBatch } from "./loss-batch.js";
import { shownIds } from "./shown-ids.js";

export interface LossCommandOptions
  extends CommonOptions,
    BatchOptions,
    Pick<LossOptions, "negatives" | "reduction" | "fallback" | "tieTolerance"> {
  readonly margin: readonly number[];
  readonly total?: true;
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
  if (recordFormat(context.format) === "parquet" && options.total) {
    throw new UsageError("--total: expected a format of text, found parquet");
  }
  await context.prepare();
  const batch = await readBatch(context, first, second, options);
  const before = performance.now();
  const { similarity } = batch;
  const view = context.format === "table" && !options.total ? await tableView(context, batch) : null;
  const losses = await hardNegativeLoss(
    context.progress.computing(similarity),
    { ...options, margins: options.margin, labels: batch.labels },
    (tile) => view?.window.add(tile),
  );
  context.detail(`losses of ${similarity.rows} anchors`, before);
  if (view) await writeLines(context, await view.lines(losses));
  else {
    const ids = options.anchors === "columns" ? batch.columnIds : batch.rowIds();
    await writeLosses(context, losses, shownIds(context)(ids), options);
  }
  await context.commit();
  return EXIT.done;
}

async function writeLosses(
  context: Context,
  losses: readonly HardNegativeLoss[],
  ids: readonly string[] | null,
  { total, ...options }: LossCommandOptions,
): Promise<void> {
  const format = recordFormat(context.format);
  const precision = options.precision ?? null;
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

/** Keeps what a person sees of the matrix while it goes by. */
async function tableView(
  context: Context,
  { similarity: { rows, columns }, rowIds, columnIds, sides }: Batch,
): Promise<{ window: MatrixWindow; lines: (losses: readonly HardNegativeLoss[]) => Promise<string[]> }> {
  if (context.options.full) {
    expectRoomForTable(rows, columns, "leave --full out, or write the losses of each anchor: -f csv");
  }
  const headNow = (): MatrixHead => ({ rows, columns, rowIds: rowIds(), columnIds, flat: false, members: {} });
  const window = windowOf(headNow(), await context.tableOptions([]));
  return {
    window,
    lines: async (losses) => {
      const head = headNow();
      const options = await context.tableOptions([head.rowIds, head.columnIds]);
      return lossTable(losses, head, sides, window, options);
    },
  };
}
