import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { labelFile, npyFile } from "../lib/vector-files.js";

const dimensions = 384;

/**
 * The tasks of `eval` on float32 .npy files, whole processes that write CSV. Peers compute fewer measures, in float32. The
 * files are independent of each other, so that no row stands out: the hardest case of bitext retrieval.
 */
export const evaluation = ({ peers, quick }) => {
  const rows = quick ? 5000 : 20000;
  const [a, b, c] = ["a", "b", "c"].map((name, i) => () => npyFile(name, rows, dimensions, { seed: i + 1 }));
  const task = (name, files, peer, options = () => []) =>
    comparison({
      title: `eval --task ${name} of ${rows}×${dimensions}`,
      files: () => files.map((file) => file()),
      args: (paths) => [
        "eval",
        ...paths.slice(0, name === "triplets" ? 3 : 2),
        "--task",
        name,
        "-f",
        "csv",
        ...options(paths),
      ],
      peers: [{ peer, args: (paths) => paths, bar: atMost(1) }],
    });
  const scores = () => npyFile("scores", rows, 1, { seed: 4 });
  return {
    title: "Evaluations of float32 .npy",
    cases: [
      task("sts", [a, b, scores], peers.scipySts, (paths) => ["--scores", paths[2]]),
      task("pairs", [a, b, () => labelFile(rows)], peers.sklearnPairs, (paths) => ["--labels", paths[2]]),
      task("triplets", [a, b, c], peers.numpyTriplets),
      task("bitext", [a, b], peers.numpyBitext),
    ],
  };
};
