import { anyBlocks } from "../../core/matrix.js";
import type { Agreement } from "../../core/results.js";
import type { VectorSet } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, EngineOptions, InputOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeAll } from "../../shell/writers.js";
import { AgreementCheck, DEFAULT_TOLERANCE, type Tolerance } from "../../similarity/agreement.js";
import { computeTiles, type MetricTiles } from "../../similarity/compute.js";
import type { MetricName } from "../../similarity/options.js";
import { createPaint } from "../../tables/paint.js";
import { PART_GAP } from "../../tables/wrap.js";
import { labelledReader, namesOf, type ReadSet } from "../shared/labels.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { quantizedPrecision, quantizedSets } from "../shared/quantization.js";
import { agreementParts } from "./matrix-table.js";
import { matrixHead, viewOf } from "./matrix-view.js";

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
  await context.prepare();
  const [rows, columns] = await readSets(context, name, [a, b], options);

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

  const result = await consume(context, name, matrix, [rows, columns], agreement, options);
  context.detailProduct(matrix);
  await context.commit();
  return result && !result.agree ? EXIT.fault : EXIT.done;
}

/**
 * Reads the sets of the rows and of the columns of a matrix.
 *
 * @param readBoth reads both files. Default: all of their rows.
 */
export async function readSets(
  context: Context,
  name: MetricName,
  [a, b]: readonly [string, string | undefined],
  options: SimilarityCommandOptions,
  readBoth: (read: ReadSet) => Promise<[VectorSet, VectorSet]> = async (read) => {
    const set = await read(a);
    return [set, b === undefined ? set : await read(b)];
  },
): Promise<readonly [rows: VectorSet, columns: VectorSet]> {
  if (options.paired && b !== undefined && b !== a) expectAllRows(context, options);
  const read = { ...readOptionsOf({ ...options, metric: name }), dtype: quantizedPrecision(options.dtype, options) };
  prefetchBlas(context, { ...options, metric: name }, a, b);
  const sets = await readBoth(await labelledReader(context, read, options.labels));
  const [first, second] = await quantizedSets(context, sets, options, read);
  return options.transpose ? [second, first] : [first, second];
}

/** Passes every tile to the check and the view, and writes the result. */
async function consume(
  context: Context,
  metric: MetricName,
  matrix: MetricTiles,
  [rows, columns]: readonly [VectorSet, VectorSet],
  check: AgreementCheck | null,
  options: SimilarityCommandOptions,
): Promise<Agreement | null> {
  const { paired = false, header } = options;
  const { mode, backend } = matrix;
  const facts = { metric, mode, backend, paired, rows, columns, header: header === "yes" };
  const head = matrixHead(context, facts, namesOf(rows), namesOf(columns));
  const view = await viewOf(context, facts, head, (agreement) => remarksOn(agreement, options));
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
