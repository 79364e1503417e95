// Peer: MB/s at which Polars reads a plain numeric CSV file, in-process and warm: polars_read.js FILE | --version
import { statSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const polars = require("nodejs-polars");
const [file] = process.argv.slice(2);

function seconds() {
  const before = performance.now();
  const frame = polars.readCSV(file, { hasHeader: false });
  if (!frame.dtypes.every((type) => type.equals(polars.Float64))) throw new Error("not every column is Float64");
  return (performance.now() - before) / 1000;
}

if (file === "--version") console.log(`Polars (nodejs-polars ${require("nodejs-polars/package.json").version})`);
else {
  seconds(); // its threads start
  const times = [seconds(), seconds(), seconds()].sort((x, y) => x - y);
  console.log(statSync(file).size / 1e6 / times[1]);
}
