import { writeFileSync } from "node:fs";
import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { scratchFile } from "../lib/scratch.js";
import { npyFile } from "../lib/vector-files.js";

const dimensions = 768;

/** Losses of a batch with the gradients of its vectors, whole processes that write the gradients, in float64. */
export const losses = ({ peers, quick }) => {
  const rows = quick ? 1024 : 4096;
  const gradients = ["a", "b"].map((name) => scratchFile(`gradient-${name}.npy`));
  const vectors = () => [npyFile("a", rows, dimensions), npyFile("b", rows, dimensions, { seed: 2 })];
  const scores = () => {
    const file = scratchFile("scores.txt");
    writeFileSync(file, Array.from({ length: rows }, (_, i) => `${(i * 7919) % 11}\n`).join(""));
    return file;
  };
  const loss = (kind, files = vectors) =>
    comparison({
      title: `${kind} of ${rows}×${dimensions} with gradients`,
      files,
      args: ([a, b, gold]) => [
        ...["loss", a, b, "--kind", kind, "--total", "--gradient-a", gradients[0], "--gradient-b", gradients[1]],
        ...(gold ? ["--scores", gold] : []),
      ],
      peers: [
        {
          peer: peers.torchLoss,
          args: ([a, b, ...rest]) => [kind, a, b, ...gradients, ...rest],
          bar: atMost(kind === "cosent" ? 1 : 1.5),
        },
      ],
    });
  return {
    title: "Losses and their gradients",
    cases: [loss("infonce"), loss("siglip"), loss("cosent", () => [...vectors(), scores()])],
  };
};
