// Peer: MB/s at which json-ext parses a JSON file of records as it streams, in-process and warm: json_read.js FILE | --version
import { createReadStream, readFileSync, statSync } from "node:fs";
import { parseChunked } from "@discoveryjs/json-ext";

const [file] = process.argv.slice(2);

async function seconds() {
  const before = performance.now();
  const records = await parseChunked(createReadStream(file, { highWaterMark: 1 << 18 }));
  const width = records[0].embedding.length;
  const values = new Float64Array(records.length * width);
  records.forEach(({ embedding }, i) => {
    values.set(embedding, i * width);
  });
  return (performance.now() - before) / 1000;
}

if (file === "--version") {
  const manifest = new URL("../node_modules/@discoveryjs/json-ext/package.json", import.meta.url);
  console.log(`json-ext ${JSON.parse(readFileSync(manifest, "utf8")).version}`);
} else {
  await seconds();
  const times = [await seconds(), await seconds(), await seconds()].sort((x, y) => x - y);
  console.log(statSync(file).size / 1e6 / times[1]);
}
