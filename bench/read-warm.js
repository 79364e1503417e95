// MB/s at which simcli reads a file in-process and warm, timed as the peers are: read-warm.js FILE
import { statSync } from "node:fs";
import { readVectors } from "../dist/index.js";

const [file] = process.argv.slice(2);

async function seconds() {
  const before = performance.now();
  await readVectors(file);
  return (performance.now() - before) / 1000;
}

await seconds(); // its threads start
const times = [await seconds(), await seconds(), await seconds()].sort((x, y) => x - y);
console.log(statSync(file).size / 1e6 / times[1]);
