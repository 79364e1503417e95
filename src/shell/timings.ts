import type { Phases } from "../core/phases.js";
import type { MetricTiles } from "../similarity/compute.js";

/** Formats a duration: `0.042 s`. */
export const duration = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(3)} s`;

/** Formats a rate: `925 MB/s`. */
export const rate = (bytes: number, milliseconds: number): string => `${(bytes / 1e3 / milliseconds).toFixed(0)} MB/s`;

/** What is told about a matrix that was computed. */
export type ComputedMatrix = Pick<
  MetricTiles,
  "rows" | "columns" | "dimensions" | "mode" | "backend" | "kernels" | "threads" | "cardUse" | "isOfBits"
>;

/** Returns the timings of a matrix, one line per phase, with the backend; phases may overlap. */
export function productLines(matrix: ComputedMatrix, phases: Phases): string[] {
  const { rows, columns, dimensions: d, mode, backend, kernels, threads, cardUse, isOfBits } = matrix;
  const name = kernels ? `${backend} (${kernels})` : backend;
  const source = backend ? `, backend ${name}, ${threads} ${threads === 1 ? "thread" : "threads"}` : "";
  const spent = phases.of("multiply");
  const multiplied = rows * columns - phases.skippedCells;
  const [operations, unit] = isOfBits ? [multiplied * d, "Gbit/s"] : [2 * multiplied * d, "GFLOP/s"];
  const speed = `${(operations / 1e6 / spent).toFixed(spent < 1 ? 0 : 1)} ${unit}`;
  const some = multiplied < rows * columns ? `${Math.round((100 * multiplied) / (rows * columns))} % of ` : "";
  const did = isOfBits ? "compared" : "multiplied";
  const verb = mode === "loop" ? "computed by loop" : `${did} ${some}`.trimEnd();
  return [
    ...(phases.of("scale") > 0 ? [`scaled rows to length 1, ${duration(phases.of("scale"))}`] : []),
    `${verb} ${rows}×${columns}×${d}, ${duration(spent)}${spent > 0 && !cardUse ? `, ${speed}` : ""}${source}`,
    ...(cardUse ? [cardLine(cardUse)] : []),
    `${consumed(rows * columns, phases)}, ${duration(phases.of("reduce"))}`,
  ];
}

/** Returns what a graphics card has done, which the main thread need not have waited for. */
function cardLine({ products, multiplyMs, bytes, copyMs }: NonNullable<ComputedMatrix["cardUse"]>): string {
  const operations = `${((2 * products) / 1e12).toPrecision(3)} TFLOP`;
  const speed = multiplyMs
    ? ` in ${duration(multiplyMs)}, ${((2 * products) / 1e9 / multiplyMs).toPrecision(3)} TFLOP/s`
    : "";
  const copied = `${(bytes / 1e9).toPrecision(3)} GB in ${duration(copyMs)}, ${(bytes / 1e6 / copyMs).toPrecision(3)} GB/s`;
  return `the card computed ${operations}${speed}; copied ${copied}`;
}

function consumed(cells: number, { exactScores }: Phases): string {
  return exactScores > 0 ? `searched ${cells} cells, computed ${exactScores} exact scores` : `reduced ${cells} cells`;
}
