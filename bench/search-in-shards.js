// Searches in shards, one after another, and merges them: search-in-shards.js SHARDS QUERIES CORPUS
// Prints the seconds of all, in which each shard starts, reads the whole corpus and scales its rows.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const simcli = fileURLToPath(new URL("../bin/simcli.js", import.meta.url));
const [shards, queries, corpus] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "simcli-shards-"));

function run(...args) {
  const { status, stderr } = spawnSync(process.execPath, [simcli, ...args], { cwd: folder, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(stderr);
  process.exit(1);
}

const seconds = (work) => {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
};

try {
  const all = seconds(() => {
    for (let i = 1; i <= Number(shards); i++) run("topk", queries, corpus, "--shard", `${i}/${shards}`, "-o", "parts/");
    run("merge", "parts/", "-o", "merged.csv");
  });
  console.log(all.toFixed(3));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
