import { fileURLToPath } from "node:url";
import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";

const notebook = ["v2.csv", "v1.csv"].map((name) =>
  fileURLToPath(new URL(`../../fixtures/notebook/${name}`, import.meta.url)),
);

/** What a command costs before it has anything to do: the price of every small job. */
export const start = ({ peers }) => ({
  title: "Start-up",
  cases: [
    comparison({
      title: "simcli --version",
      args: () => ["--version"],
      peers: [{ peer: peers.node, args: () => [], bar: atMost(1.3) }],
    }),
    comparison({
      title: "cosine of the notebook's 4×3 files, table",
      files: () => notebook,
      args: (files) => ["cosine", ...files, "-f", "table"],
      peers: [
        { peer: peers.node, args: () => [], bar: atMost(1.4) },
        { peer: peers.numpy, args: (files) => files, bar: atMost(1) },
      ],
    }),
  ],
});
