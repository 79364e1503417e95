import { atLeast } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { printed, productRate } from "../lib/figures.js";
import { operationsPeak, shareOfRate, wasmPeak } from "../lib/peak.js";
import { vectorFiles } from "../lib/vector-files.js";

/** The product alone, as `--verbose` tells it, beside `A @ B.T` of the same shape that NumPy times in-process. */
export const product = ({ peers, peak, quick }) => {
  const [rows, dimensions] = quick ? [2000, 768] : [10000, 384];
  const multiply = (title, options, precision, rest) =>
    comparison({
      title: `product ${rows}×${dimensions}, ${title}`,
      files: () => vectorFiles(rows, dimensions),
      args: (files) => ["cosine", ...files, "-f", "table", "--no-check", "--verbose", ...options],
      figure: productRate,
      share: shareOfRate(operationsPeak(peak, precision), 1e9),
      ...rest,
    });
  const numpy = (dtype, bar) => ({
    peer: peers.numpyProduct,
    args: () => [rows, dimensions, dtype],
    figure: printed("GFLOP/s"),
    bar,
  });
  // 128-bit vectors bound the kernels
  const nearWasmPeak = (precision) => {
    const most = wasmPeak(peak, precision);
    return most === null ? [] : [atLeast((0.9 * most) / 1e9, "GFLOP/s")];
  };
  // they take minutes for the large product; their rate is the same for a small one
  const library = (peer) => ({ peer, args: () => [512, 256], figure: printed("GFLOP/s") });
  return {
    title: "Matrix product",
    cases: [
      multiply("--backend blas", ["--backend", "blas"], "float64", { peers: [numpy("float64", atLeast(0.95))] }),
      multiply("--backend blas, float32", ["--backend", "blas", "--dtype", "f32"], "float32", {
        peers: [numpy("float32", atLeast(0.95))],
      }),
      multiply("--backend wasm", ["--backend", "wasm"], "float64", {
        bars: [atLeast(30, "GFLOP/s"), ...nearWasmPeak("float64")],
        peers: [numpy("float64"), library(peers.mlMatrix), library(peers.mathjs)],
      }),
      multiply("--backend wasm, float32", ["--backend", "wasm", "--dtype", "f32"], "float32", {
        bars: [atLeast(60, "GFLOP/s"), ...nearWasmPeak("float32")],
        peers: [numpy("float32")],
      }),
    ],
  };
};
