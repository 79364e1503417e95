import { fileURLToPath } from "node:url";
import { atLeast } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { printed, readRate } from "../lib/figures.js";
import { bytesPeak, shareOfRate } from "../lib/peak.js";
import { jsonFile, parquetFile, vectorFile } from "../lib/vector-files.js";

const readWarm = fileURLToPath(new URL("../read-warm.js", import.meta.url));

/** Plain numeric CSV to doubles. In a command, the other file is one row, so that there is next to nothing to do but read. */
export const reading = ({ peers, peak, quick }) => {
  const readCold = (title, rows, dimensions) =>
    comparison({
      title: `${title}, a command`,
      files: () => [vectorFile("a", rows, dimensions), vectorFile("one", 1, dimensions)],
      args: (files) => ["cosine", ...files, "-f", "table", "--no-check", "--verbose"],
      figure: readRate,
      share: shareOfRate(bytesPeak(peak), 1e6),
      bars: [atLeast(1000, "MB/s")],
    });
  const read = (title, rows, dimensions) =>
    comparison({
      title: `${title}, in-process`,
      files: () => [vectorFile("a", rows, dimensions)],
      script: readWarm,
      args: (files) => files,
      figure: printed("MB/s"),
      share: shareOfRate(bytesPeak(peak), 1e6),
      peers: [{ peer: peers.polars, args: (files) => files, bar: atLeast(2) }],
    });
  const readAs = (title, file, peer) =>
    comparison({
      title,
      files: () => [file(), vectorFile("one", 1, 768)],
      args: (files) => ["cosine", ...files, "-f", "table", "--no-check", "--verbose"],
      figure: readRate,
      share: shareOfRate(bytesPeak(peak), 1e6),
      peers: [{ peer, args: ([path]) => [path], figure: printed("MB/s"), bar: atLeast(2) }],
    });
  return {
    title: "Reading",
    cases: [
      readCold("reading 30 MB of CSV, 2000×768", 2000, 768),
      read("reading 30 MB of CSV, 2000×768", 2000, 768),
      readAs("reading JSON, 2000×768", () => jsonFile(2000, 768), peers.json),
      readAs("reading Parquet, lists, snappy, 2000×768", () => parquetFile(2000, 768), peers.hyparquet),
      ...(quick
        ? []
        : [
            readCold("reading 75 MB of CSV, 10000×384", 10000, 384),
            read("reading 75 MB of CSV, 10000×384", 10000, 384),
            readAs("reading JSON, 5000×768", () => jsonFile(5000, 768), peers.json),
            readAs("reading Parquet, lists, snappy, 10000×768", () => parquetFile(10000, 768), peers.hyparquet),
          ]),
    ],
  };
};
