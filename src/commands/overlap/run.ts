import { UsageError } from "../../core/errors.js";
import { now } from "../../core/phases.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { neighbourOverlap } from "../../neighbours/overlap.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readInput, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeLines, writeRecordList, writeRecords } from "../../shell/writers.js";
import { linearCka } from "../../similarity/linear-cka.js";
import { nearestWithin, usualNeighbours } from "../shared/nearest-within.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { type OverlapReport, overlapJson, overlapTable, rowRecords, summaryRecords } from "./overlap-records.js";
import { sameRows } from "./same-rows.js";

export interface OverlapOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly k?: number;
  readonly persistence: number;
  readonly changed: number;
  readonly perRow?: true;
}

/** Runs `simcli overlap <a> <b>`. */
export async function runOverlap(
  context: Context,
  first: string,
  second: string,
  options: OverlapOptions,
): Promise<number> {
  expectOneStdin([first, second]);
  const format = options.perRow ? recordFormat(context.format) : recordOrPictureFormat(context.format);
  await context.prepare();
  const { metric, persistence, changed, backend, dtype, precision = null } = options;
  const read = { ...readOptionsOf(options), dtype: storedPrecision(dtype) };
  const one = await readInput(context, first, read);
  const other = await readInput(context, second, read);
  // Rows with ids are matched by them, whatever rows were left out.
  if (!one.ids || !other.ids) expectAllRows(context, options);
  const [a, b] = sameRows(context, one, other);
  const k = options.k ?? usualNeighbours(a.rows);
  if (k >= a.rows) {
    throw new UsageError(
      `-k: expected less than the ${a.rows} rows, found ${k}`,
      `every other row is a neighbour; for example: -k ${Math.max(1, Math.min(10, Math.floor(a.rows / 2)))}`,
    );
  }
  const ofA = await nearestWithin(context, a, k, options);
  const ofB = await nearestWithin(context, b, k, options);
  const neighbours = [ofA.neighbours, ofB.neighbours] as const;
  // Side by side, with the mean of both dimensions.
  const dimensions = (a.dimensions + b.dimensions) / 2;
  context.detailProduct({ ...ofA.scores, columns: 2 * a.rows, dimensions });
  const began = now();
  context.memory.take(8 * (a.dimensions + b.dimensions) ** 2);
  const cka = await linearCka(a, b, { backend, ...context.engineOptions });
  context.detail("linear CKA", began);
  const overlap = neighbourOverlap(...neighbours, persistence);
  const ids = a.ids ?? b.ids;
  const report: OverlapReport = { sides: [a, b], metric, k, persistence, ids, neighbours, overlap, cka, changed };
  if (options.perRow) {
    await writeRecordList(context, rowRecords(report), `neighbours of ${a.name} and ${b.name} in common`);
  } else if (isPicture(format)) {
    const { overlapFigure } = await import("./overlap-figure.js");
    await writeFigure(context, format, overlapFigure(report, precision));
  } else if (format === "json") {
    await context.write(`${overlapJson(report, numberFormat(precision, "null"))}\n`);
  } else if (format === "table") {
    await writeLines(context, overlapTable(report, await context.tableOptions([ids])));
  } else {
    await writeRecords(context, format, summaryRecords(report, precision));
  }
  await context.commit();
  return EXIT.done;
}
