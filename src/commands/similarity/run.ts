import { anyBlocks, type Block, type CellsWanted, type Summary, type Tile } from "../../core/matrix.js";
import type { Agreement } from "../../core/results.js";
import type { VectorSet } from "../../core/vectors.js";
import { loadWriter } from "../../formats/writers.js";
import type { Chunk, MatrixHead } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf } from "../../shell/inputs.js";
import { expectRoomForTable } from "../../shell/memory.js";
import type { CommonOptions, EngineOptions, InputOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { shownIds, writeAll, writeTile } from "../../shell/writers.js";
import { AgreementCheck, DEFAULT_TOLERANCE, type Tolerance } from "../../similarity/agreement.js";
import { computeTiles, type MetricTiles } from "../../similarity/compute.js";
import type { MetricFacts } from "../../similarity/metrics/metric.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";
import { StatisticsGatherer } from "../../similarity/statistics.js";
import { type TableOptions, windowOf } from "../../tables/grid.js";
import { createPaint } from "../../tables/paint.js";
import { PART_GAP } from "../../tables/wrap.js";
import { namesOf, readLabelledSets } from "../shared/labels.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { quantizedPrecision, quantizedSets } from "../shared/quantization.js";
import { agreementParts, metricTable } from "./matrix-table.js";

export interface SimilarityCommandOptions
  extends CommonOptions,
    InputOptions,
    EngineOptions,
    QuantizationOptions,
    Omit<Tolerance, "atol"> {
  readonly atol?: number;
  readonly check?: boolean;
  readonly labels?: string;
  readonly transpose?: true;
  readonly paired?: true;
}

/** Absolute tolerance with `--dtype f32`: rounding of the components near 0. */
const FLOAT_ATOL = 1e-6;

function toleranceOf({ atol, dtype, check, zeroVectors, ...rest }: SimilarityCommandOptions): Tolerance {
  // The check that runs by default accepts the NaN cells of `--zero-vectors nan`.
  const equalNan = rest.equalNan || (check === undefined && zeroVectors === "nan");
  return { ...rest, equalNan, atol: atol ?? (dtype === "f32" ? FLOAT_ATOL : DEFAULT_TOLERANCE.atol) };
}

/** The agreement check runs by default up to this number of multiplications. */
const CHEAP_PRODUCTS = 2e7;

/** Runs `simcli cosine <a> [b]`, or the command of another metric. */
export async function runSimilarity(
  context: Context,
  name: MetricName,
  a: string,
  b: string | undefined,
  options: SimilarityCommandOptions,
): Promise<number> {
  expectOneStdin([a, b, options.labels]);
  if (options.paired && b !== undefined && b !== a) expectAllRows(context, options);
  await context.prepare();
  const read = { ...readOptionsOf({ ...options, metric: name }), dtype: quantizedPrecision(options.dtype, options) };
  prefetchBlas(context, { ...options, metric: name }, a, b);
  const sets = await readLabelledSets(context, a, b, read, options.labels);
  const [first, second] = await quantizedSets(context, sets, options, read);
  const [rows, columns] = options.transpose ? [second, first] : [first, second];

  const { mode, backend, zeroVectors, paired = false } = options;
  const products = rows.rows * (paired ? 1 : columns.rows) * rows.dimensions;
  const check = options.check ?? (context.format === "table" && products <= CHEAP_PRODUCTS);
  const computeOptions = { backend, zeroVectors, paired, ...context.engineOptions };
  const matrix = await computeTiles(name, rows, columns, {
    ...computeOptions,
    mode,
    ...(!check && { inPlace: true }),
  });
  const other = mode === "loop" ? "matrix" : "loop";
  const agreement = check
    ? new AgreementCheck(
        await computeTiles(name, rows, columns, { ...computeOptions, mode: other }),
        mode === "matrix",
        toleranceOf(options),
      )
    : null;

  const result = await consume(context, METRICS[name], matrix, [rows, columns], agreement, options);
  context.detailProduct(matrix);
  await context.commit();
  return result && !result.agree ? EXIT.fault : EXIT.done;
}

/** Passes every tile to the check and the view, and writes the result. */
async function consume(
  context: Context,
  metric: MetricFacts,
  matrix: MetricTiles,
  [rows, columns]: readonly [VectorSet, VectorSet],
  check: AgreementCheck | null,
  options: SimilarityCommandOptions,
): Promise<Agreement | null> {
  const paired = options.paired === true;
  const shown = shownIds(context);
  const head: MatrixHead = {
    rows: matrix.rows,
    columns: matrix.columns,
    rowIds: shown(namesOf(rows)),
    columnIds: paired ? [metric.name] : shown(namesOf(columns)),
    flat: paired,
    members: {
      metric: metric.name,
      mode: matrix.mode,
      backend: matrix.backend,
      shape: paired ? [matrix.rows] : [matrix.rows, matrix.columns],
      rows: namesOf(rows),
      columns: namesOf(columns),
    },
    picture: {
      title: paired ? `${metric.title} of pairs` : metric.title,
      range: metric.range,
      sides: [rows.name, paired ? metric.name : columns.name],
    },
  };
  const view = await viewOf(context, metric, head, rows, columns, options);
  await context.write(view.begin());
  const computing = context.computing(matrix);
  if (view.summary && computing.summaries && !check) {
    for await (const summary of computing.summaries(view.summary.wanted)) view.summary.add(summary);
  } else if (view.block && !check) {
    for await (const block of anyBlocks(computing)) view.block(block);
  } else {
    for await (const tile of computing.tiles()) {
      await check?.add(tile);
      await view.tile(tile);
    }
  }
  const agreement = check && onDiagonal(check.result(), paired);
  await writeAll(context, view.end(agreement));
  if (agreement) await tell(context, agreement, remarksOn(agreement, options));
  return agreement;
}

/** Returns the agreement with the cell of a pair as a cell of the diagonal. */
const onDiagonal = (agreement: Agreement, paired: boolean): Agreement =>
  paired ? { ...agreement, at: [agreement.at[0], agreement.at[0]] } : agreement;

/** Returns hints for an agreement that failed. */
function remarksOn({ maxDifference }: Agreement, { equalNan }: SimilarityCommandOptions): readonly string[] {
  return Number.isNaN(maxDifference) && !equalNan ? ["--equal-nan counts NaN as equal to NaN"] : [];
}

/** Writes the agreement to stderr, unless the view shows it. */
async function tell(context: Context, agreement: Agreement, remarks: readonly string[]): Promise<void> {
  const seen = context.format === "table" && (agreement.agree || context.options.output === undefined);
  if (seen) return;
  const line = agreementParts(agreement, await createPaint(0)).join(PART_GAP);
  agreement.agree ? context.note(line) : context.warn(line);
  for (const remark of remarks) context.note(remark);
}

interface View {
  begin(): Chunk;
  tile(tile: Tile): Promise<void>;
  /** Takes summaries of any part of the matrix; missing if the view needs more cells. */
  summary?: { readonly wanted: CellsWanted; add(summary: Summary): void } | undefined;
  /** Takes any part of the matrix; missing if the view needs complete rows in order. */
  block?(block: Block): void;
  end(agreement: Agreement | null): readonly Chunk[];
}

async function viewOf(
  context: Context,
  metric: MetricFacts,
  head: MatrixHead,
  rows: VectorSet,
  columns: VectorSet,
  options: SimilarityCommandOptions,
): Promise<View> {
  const { format } = context;
  if (format === "table") {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    return tableView(metric, head, [rows, columns], table, (agreement) => remarksOn(agreement, options));
  }
  const formatter = (await loadWriter(format)).matrix(head, {
    precision: options.precision ?? null,
    header: options.header === "yes",
    note: (text) => context.note(text),
  });
  return {
    begin: () => formatter.begin(),
    tile: (tile) => writeTile(context, formatter, tile),
    ...(formatter.block && { block: (block: Block) => formatter.block?.(block) }),
    end: (agreement) => [formatter.end({ agreement })],
  };
}

function tableView(
  metric: MetricFacts,
  head: MatrixHead,
  sides: readonly [VectorSet, VectorSet],
  options: TableOptions,
  remarks: (agreement: Agreement) => readonly string[],
): View {
  if (options.full) {
    expectRoomForTable(head.rows, head.columns, "leave --full out, or stream the cells: -f csv -o result.csv");
  }
  const window = windowOf(head, options);
  const isSquare = !head.flat && head.rows === head.columns;
  const statistics = new StatisticsGatherer(isSquare);
  const add = (block: Block) => {
    window.add(block);
    statistics.add(block);
  };
  const addSummary = (summary: Summary) => {
    for (const corner of summary.corners) window.add({ ...corner, mirrored: summary.mirrored });
    statistics.addSummary(summary);
  };
  return {
    begin: () => "",
    tile: async (tile) => add(tile),
    block: add,
    summary: window.wanted ? { wanted: { ...window.wanted, diagonal: isSquare }, add: addSummary } : undefined,
    end(agreement) {
      const lines = metricTable(metric, head, sides, window, statistics.result(), agreement, options);
      return [...lines, ...(agreement ? remarks(agreement) : [])].map((line) => `${line}\n`);
    },
  };
}
