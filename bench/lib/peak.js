import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { runProcess } from "./process.js";

const script = fileURLToPath(new URL("peak-probe.js", import.meta.url));
const cores = availableParallelism();

/**
 * What this machine reaches at most, by kind of work and number of threads, in operations or bytes a second: products of
 * large squares by the BLAS that simcli finds, 128-bit products in WebAssembly, and copying. Null where the probe fails.
 */
export async function measurePeak() {
  const { status, stdout } = await runProcess([process.execPath, script], { keepOutput: true });
  return status === 0 ? JSON.parse(stdout) : null;
}

/** FMA operations a second of all cores: by the BLAS, or by WebAssembly where there is none; null if it is not known. */
export const operationsPeak = (peak, precision) => peak?.[`blas ${precision}`]?.[cores] ?? wasmPeak(peak, precision);

/** The same in 128-bit vectors of WebAssembly, which bounds simcli's own kernels. */
export const wasmPeak = (peak, precision) => peak?.[`wasm ${precision}`]?.[cores] ?? null;

/** Bytes a second that all cores read and write together. */
export const bytesPeak = (peak) => peak?.copy?.[cores] ?? null;

/** The share of a peak of a rate in `unit` a second, for `comparison`; none if the peak is not known. */
export const shareOfRate = (peak, unit) => (rate) => (peak === null ? null : (rate * unit) / peak);

/** The share of a peak of a time in which `amount` is done. */
export const shareOfTime = (peak, amount) => (seconds) => (peak === null ? null : amount / seconds / peak);

/** A line for the machine. */
export function peakLine(peak) {
  if (peak === null) return "not measured";
  const threads = Object.keys(peak.copy);
  const rates = (kind) =>
    threads.map((count) => (peak[kind][count] === null ? "none" : (peak[kind][count] / 1e9).toFixed(0)));
  const kinds = Object.keys(peak).map(
    (kind) => `${kind} ${rates(kind).join(" / ")} ${kind === "copy" ? "GB/s" : "GFLOP/s"}`,
  );
  return `${kinds.join("; ")} (${threads.map((count) => `${count} thread${count === "1" ? "" : "s"}`).join(" / ")})`;
}
