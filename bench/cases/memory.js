import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { peak } from "../lib/figures.js";
import { npyFile, vectorFiles } from "../lib/vector-files.js";

const dimensions = 256;

/** The loss needs every cell of a matrix of gigabytes once, and must never hold it. */
export const memory = ({ quick }) => {
  const rows = quick ? 5000 : 20000;
  const corpusRows = quick ? 100_000 : 200_000;
  const inputs = (2 * rows * dimensions * 8) / 1e6;
  return {
    title: `Memory: the matrix would be ${((rows * rows * 8) / 1e9).toFixed(1)} GB, the inputs are ${Math.round(inputs)} MB`,
    cases: [
      comparison({
        title: `peak memory of the loss of 2 × ${rows}×${dimensions}`,
        files: () => vectorFiles(rows, dimensions),
        args: (files) => ["loss", ...files, "--total"],
        figure: peak,
        bars: [atMost(inputs + 512, "MB")],
      }),
      ...["cosine", "euclidean"].map((metric) =>
        comparison({
          title: `peak memory of a search of ${corpusRows}×384 float32, ${metric}, --max-memory 300MB`,
          files: () => [npyFile("queries", 2000, 384), npyFile("corpus", corpusRows, 384)],
          args: (files) => ["topk", ...files, "--metric", metric, "--max-memory", "300MB"],
          figure: peak,
          bars: [atMost(300, "MB")],
        }),
      ),
    ],
  };
};
