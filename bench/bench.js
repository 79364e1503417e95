// Times simcli beside a peer, run in turn, and prints medians and their ratio: npm run bench [runs]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const runs = Number(process.argv[2] ?? 7);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const simcli = path("../bin/simcli.js");
const notebook = ["v2.csv", "v1.csv"].map((name) => path(`../fixtures/notebook/${name}`));
const folder = mkdtempSync(join(tmpdir(), "simcli-bench-"));
const node = process.execPath;

/** A file of `rows` vectors in shortest round-trip decimals; the numbers are uniform, which costs the same to read. */
function vectorFile(name, rows, dimensions) {
  const file = join(folder, name);
  const line = () => Array.from({ length: dimensions }, () => Math.random() * 2 - 1).join(",");
  writeFileSync(file, `${Array.from({ length: rows }, line).join("\n")}\n`);
  return file;
}

function seconds([command, ...args]) {
  const before = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  if (error || status !== 0) return null;
  return (performance.now() - before) / 1000;
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];

/** Runs both commands in turn after one warm-up of each; null when the peer is not installed. */
function compare(ours, peer) {
  if (seconds(peer) === null || seconds(ours) === null) return null;
  const times = Array.from({ length: runs }, () => [seconds(ours), seconds(peer)]);
  return [0, 1].map((who) => median(times.map((pair) => pair[who])));
}

const large = [vectorFile("a.csv", 1000, 128), vectorFile("b.csv", 1000, 128)];
const python = process.env.PYTHON ?? "python3";
const rows = [
  ["simcli --version / node -e 0", [node, simcli, "--version"], [node, "-e", "0"]],
  [
    "cosine of the notebook, table / node -e 0",
    [node, simcli, "cosine", ...notebook, "-f", "table"],
    [node, "-e", "0"],
  ],
  [
    "cosine 1000×128, table / pandas + scikit-learn",
    [node, simcli, "cosine", ...large, "-f", "table"],
    [python, path("peers/sklearn_cosine.py"), ...large],
  ],
];
console.log(`medians of ${runs} runs, in turn, on Node ${process.version}, ${process.platform} ${process.arch}`);
try {
  for (const [title, ours, peer] of rows) {
    const times = compare(ours, peer);
    if (times === null) console.log(`${title}: the peer does not run here (PYTHON names another python)`);
    else
      console.log(
        `${title}: ${times.map((time) => `${time.toFixed(3)} s`).join(" / ")} = ${(times[0] / times[1]).toFixed(2)}`,
      );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
