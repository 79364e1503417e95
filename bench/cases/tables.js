import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { backendOf } from "../lib/figures.js";
import { vectorFiles } from "../lib/vector-files.js";

/** The bar of the largest case is for a BLAS; a machine without one has another. */
const byBackend = (warmUp) => atMost(backendOf(warmUp) === "blas" ? 0.4 : 1);

/** The whole command, reading included, from two files to a table: what a user waits for. */
export const tables = ({ peers, quick }) => {
  const table = ({ title, rows, dimensions, options = [], numpy, sklearn, others = true }) =>
    comparison({
      title,
      files: () => vectorFiles(rows, dimensions),
      args: (files) => ["cosine", ...files, "-f", "table", ...options],
      peers: [
        { peer: peers.numpy, args: (files) => files, bar: numpy },
        // where they have no bar they are told for orientation, which a quick run does without
        ...(others && !(quick && sklearn === undefined)
          ? [{ peer: peers.sklearn, args: (files) => files, bar: sklearn }]
          : []),
        ...(others ? [{ peer: peers.torch, args: (files) => files }] : []),
      ],
    });
  return {
    title: "Two files to a table",
    cases: [
      table({ title: "2 × 2.5 MB, 1000×128", rows: 1000, dimensions: 128, sklearn: atMost(1) }),
      table({ title: "2 × 30 MB, 2000×768", rows: 2000, dimensions: 768, numpy: atMost(0.3) }),
      table({
        title: "2 × 75 MB, 10000×384",
        rows: 10000,
        dimensions: 384,
        options: ["--verbose"],
        numpy: byBackend,
      }),
      table({
        title: "2 × 75 MB, 10000×384, --backend wasm",
        rows: 10000,
        dimensions: 384,
        options: ["--backend", "wasm"],
        numpy: atMost(1),
        others: false,
      }),
    ],
  };
};
