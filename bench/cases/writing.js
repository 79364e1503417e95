import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { vectorFiles } from "../lib/vector-files.js";

/** Every cell as text that reads back to the same double, into /dev/null, so that no disk is measured. */
export const writing = ({ peers }) => ({
  title: "Two files to CSV",
  cases: [
    comparison({
      title: "2000×2000 cells to CSV, of 2000×768",
      files: () => vectorFiles(2000, 768),
      args: (files) => ["cosine", ...files, "-f", "csv"],
      peers: [{ peer: peers.numpy, args: (files) => [...files, "csv"], bar: atMost(0.15) }],
    }),
  ],
});
