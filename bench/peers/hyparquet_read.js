// Peer: MB/s at which hyparquet reads a Parquet file of lists to one Float64Array, in-process and warm: hyparquet_read.js FILE | --version
import { readFileSync, statSync } from "node:fs";
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const [path] = process.argv.slice(2);

async function seconds() {
  const before = performance.now();
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let values = new Float64Array(0);
  const onChunk = ({ columnName, columnData, rowStart }) => {
    if (columnName === "id") return;
    const width = columnData[0].length;
    if (values.length === 0) values = new Float64Array(Number(metadata.num_rows) * width);
    columnData.forEach((row, i) => {
      values.set(row, (rowStart + i) * width);
    });
  };
  await parquetRead({ file, metadata, compressors, onChunk });
  return (performance.now() - before) / 1000;
}

if (path === "--version") {
  const manifest = new URL("../node_modules/hyparquet/package.json", import.meta.url);
  console.log(`hyparquet ${JSON.parse(readFileSync(manifest, "utf8")).version}`);
} else {
  await seconds();
  const times = [await seconds(), await seconds(), await seconds()].sort((x, y) => x - y);
  console.log(statSync(path).size / 1e6 / times[1]);
}
