import { atLeast } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { printed, readRate } from "../lib/figures.js";
import { vectorFile } from "../lib/vector-files.js";

/** Plain numeric CSV to doubles. The other file is one row, so that there is next to nothing to do but read. */
export const reading = ({ peers, quick }) => {
  const read = (title, rows, dimensions) =>
    comparison({
      title,
      files: () => [vectorFile("a", rows, dimensions), vectorFile("one", 1, dimensions)],
      args: (files) => ["cosine", ...files, "-f", "table", "--no-check", "--verbose"],
      figure: readRate,
      bars: [atLeast(1000, "MB/s")],
      peers: [{ peer: peers.polars, args: ([file]) => [file], figure: printed("MB/s"), bar: atLeast(2) }],
    });
  return {
    title: "Reading",
    cases: [
      read("reading 30 MB of CSV, 2000×768", 2000, 768),
      ...(quick ? [] : [read("reading 75 MB of CSV, 10000×384", 10000, 384)]),
    ],
  };
};
