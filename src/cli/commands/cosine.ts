import type { Tile } from "../../matrix.js";
import type { Chunk, MatrixHead } from "../../output/format.js";
import { type TableOptions, windowOf } from "../../output/table/grid.js";
import { agreementLine, cosineTable } from "../../output/table/matrix-table.js";
import { createPaint } from "../../output/table/paint.js";
import type { Agreement } from "../../results.js";
import { AgreementCheck, type Tolerance } from "../../similarity/agreement.js";
import { type CosineTiles, cosineTiles } from "../../similarity/cosine-similarity.js";
import { StatisticsGatherer } from "../../similarity/statistics.js";
import type { VectorSet } from "../../vectors.js";
import { type Context, expectOneStdin, readOptionsOf } from "../context.js";
import { expectRoomForTable } from "../memory.js";
import type { CommonOptions, EngineOptions, InputOptions } from "../options.js";
import { EXIT } from "../report.js";
import { matrixFormatter, writeAll, writeTile } from "../writers.js";
import { shownIds } from "./shown-ids.js";

export interface CosineOptions extends CommonOptions, InputOptions, EngineOptions, Tolerance {
  readonly check?: boolean;
  readonly transpose?: true;
  readonly paired?: true;
}

/** Up to this many products, the loop is cheap enough to run beside the matrix unasked. */
const CHEAP_PRODUCTS = 2e7;

/** `simcli cosine <a> [b]` */
export async function runCosine(
  context: Context,
  a: string,
  b: string | undefined,
  options: CosineOptions,
): Promise<number> {
  expectOneStdin([a, b]);
  await context.prepare();
  const read = readOptionsOf(options);
  const first = await context.readVectors(a, read);
  const second = b === undefined ? first : await context.readVectors(b, read);
  const [rows, columns] = options.transpose ? [second, first] : [first, second];

  const { mode, backend, zeroVectors, paired = false } = options;
  const products = rows.rows * (paired ? 1 : columns.rows) * rows.dimensions;
  const check = options.check ?? (context.format === "table" && products <= CHEAP_PRODUCTS);
  const how = { backend, zeroVectors, paired, ...context.engineOptions };
  const matrix = await cosineTiles(rows, columns, { ...how, mode, inPlace: !check });
  const other = mode === "loop" ? "matrix" : "loop";
  const agreement = check
    ? new AgreementCheck(await cosineTiles(rows, columns, { ...how, mode: other }), mode === "matrix", options)
    : null;

  const before = performance.now();
  const result = await consume(context, matrix, [rows, columns], agreement, options);
  context.detail(`computed and wrote ${matrix.rows}×${matrix.columns} cells in ${mode} mode${by(matrix)}`, before);
  await context.commit();
  return result && !result.agree ? EXIT.fault : EXIT.done;
}

/** Who computed, as `--verbose` says it. */
function by({ backend, kernels, threads }: CosineTiles): string {
  if (!backend) return "";
  const who = kernels ? `${backend} (${kernels})` : backend;
  return `, backend ${who}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}

/** Sends every tile to whoever wants it, and writes the result. */
async function consume(
  context: Context,
  matrix: CosineTiles,
  [rows, columns]: readonly [VectorSet, VectorSet],
  check: AgreementCheck | null,
  options: CosineOptions,
): Promise<Agreement | null> {
  const paired = options.paired === true;
  const shown = shownIds(context);
  const head: MatrixHead = {
    rows: matrix.rows,
    columns: matrix.columns,
    rowIds: shown(rows.ids),
    columnIds: paired ? ["cosine"] : shown(columns.ids),
    flat: paired,
    members: {
      metric: "cosine",
      mode: matrix.mode,
      backend: matrix.backend,
      shape: paired ? [matrix.rows] : [matrix.rows, matrix.columns],
      rows: rows.ids,
      columns: columns.ids,
    },
  };
  const view = await viewOf(context, head, rows, columns, options);
  await context.write(view.begin());
  for await (const tile of context.progress.computing(matrix).tiles()) {
    await check?.add(tile);
    await view.tile(tile);
  }
  const agreement = check && onDiagonal(check.result(), paired);
  await writeAll(context, view.end(agreement));
  if (agreement) await tell(context, agreement, options);
  return agreement;
}

/** The cell of a pair is on the diagonal of the matrix that was not computed. */
const onDiagonal = (agreement: Agreement, paired: boolean): Agreement =>
  paired ? { ...agreement, at: [agreement.at[0], agreement.at[0]] } : agreement;

/** Says on stderr what the view does not show: the agreement, and why it failed. */
async function tell(context: Context, agreement: Agreement, { equalNan }: Tolerance): Promise<void> {
  const line = agreementLine(agreement, await createPaint(0));
  const seen = context.format === "table" && (agreement.agree || context.options.output === undefined);
  if (!seen) agreement.agree ? context.note(line) : context.warn(line);
  if (Number.isNaN(agreement.maxDifference) && !equalNan) context.note("--equal-nan counts NaN as equal to NaN");
}

interface View {
  begin(): Chunk;
  tile(tile: Tile): Promise<void>;
  end(agreement: Agreement | null): readonly Chunk[];
}

async function viewOf(
  context: Context,
  head: MatrixHead,
  rows: VectorSet,
  columns: VectorSet,
  options: CosineOptions,
): Promise<View> {
  const { format } = context;
  if (format === "table")
    return tableView(head, rows, columns, await context.tableOptions([head.rowIds, head.columnIds]));
  const formatter = await matrixFormatter(format, head, options.precision ?? null, options.header === "yes");
  return {
    begin: () => formatter.begin(),
    tile: (tile) => writeTile(context, formatter, tile),
    end: (agreement) => [formatter.end({ agreement })],
  };
}

function tableView(head: MatrixHead, rows: VectorSet, columns: VectorSet, options: TableOptions): View {
  if (options.full) {
    expectRoomForTable(head.rows, head.columns, "leave --full out, or stream the cells: -f csv -o result.csv");
  }
  const window = windowOf(head, options);
  const statistics = new StatisticsGatherer(!head.flat && head.rows === head.columns);
  return {
    begin: () => "",
    async tile(tile) {
      window.add(tile);
      statistics.add(tile);
    },
    end: (agreement) =>
      cosineTable(head, [rows, columns], window, statistics.result(), agreement, options).map((line) => `${line}\n`),
  };
}
