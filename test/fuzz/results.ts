import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as flechette from "@uwdata/flechette";
import { runCommandLine } from "#dist/cli/run.js";
import { npyBytes } from "../npy-bytes.js";
import { fakeStreams } from "../shell/fake-streams.js";
import type { Draw } from "./draw.js";
import { independentRows, type Rows } from "./oracles.js";
import { Finding, type Target } from "./target.js";

let folder = "";
const at = (name: string) => join(folder, name);

function prepare(): void {
  if (folder) return;
  folder = mkdtempSync(join(tmpdir(), "simcli-fuzz-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}

/** Runs a command line, whose files are in the folder, and returns what it wrote to stdout. */
async function run(line: string): Promise<string> {
  const streams = fakeStreams({ isTTY: false });
  const code = await runCommandLine(
    line.split(" ").map((word) => (/^\w+\.\w+$/.test(word) && !/^\d/.test(word) ? at(word) : word)),
    streams,
  );
  if (code !== 0) throw new Finding(`${line}: exit code ${code}, ${streams.said.stderr}`);
  return streams.said.stdout;
}

const float32 = (draw: Draw) => Math.fround((draw.below(2 ** 24) - 2 ** 23) * 2 ** draw.between(-40, 20));
const matrix = (draw: Draw, n: number, d: number, each: () => number) => draw.list(n, () => draw.list(d, each));
const asBytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const save = (name: string, rows: Rows) =>
  writeFileSync(at(name), npyBytes(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]));

interface Written {
  readonly line: string;
  readonly rows: Rows;
}

/** Matrices that are written in any format, and read by the independent readers. */
export const writerTarget: Target = {
  name: "writers",
  make(draw) {
    const extension = draw.pick(["csv", "json", "jsonl", "npy", "safetensors", "fbin", "parquet", "arrow"]);
    const rows = matrix(draw, draw.between(1, draw.once(10) ? 300 : 5), draw.between(2, 6), () => float32(draw));
    const written: Written = { line: `convert a.npy -o out.${extension}`, rows };
    return { name: "rows.json", bytes: asBytes(written), expected: null };
  },
  async check({ bytes }) {
    prepare();
    const { line, rows } = JSON.parse(Buffer.from(bytes).toString()) as Written;
    save("a.npy", rows);
    const name = line.slice(line.indexOf("-o ") + 3);
    rmSync(at(name), { force: true });
    await run(line);
    if (!existsSync(at(name))) throw new Finding(`${line}: no file`);
    const found = await rowsOf(name, readFileSync(at(name)));
    if (JSON.stringify(found) !== JSON.stringify(rows))
      throw new Finding(`${line}: expected ${rows.slice(0, 3)}, found ${found?.slice(0, 3)}`);
  },
};

/** Returns the rows of a file that simcli wrote. */
async function rowsOf(name: string, bytes: Buffer): Promise<Rows | null> {
  const text = bytes.toString("utf8");
  if (name.endsWith(".json")) return JSON.parse(text).values;
  if (name.endsWith(".arrow")) {
    const vectors = flechette.tableFromIPC(bytes).getChild("vector");
    return Array.from(vectors, (row) => Array.from(row as ArrayLike<number>));
  }
  if (!name.endsWith(".jsonl")) return independentRows(name, bytes);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).values);
}

interface Asked {
  readonly metric: keyof typeof FORMULAS;
  readonly backend: string;
  readonly k: number;
  readonly a: Rows;
  readonly b: Rows;
}

type Row = readonly number[];
const sum = (a: Row, b: Row, each: (x: number, y: number) => number) =>
  a.reduce((total, x, i) => total + each(x, b[i]!), 0);
const dot = (a: Row, b: Row) => sum(a, b, (x, y) => x * y);
const FORMULAS = {
  cosine: (a: Row, b: Row) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  dot,
  euclidean: (a: Row, b: Row) => Math.sqrt(sum(a, b, (x, y) => (x - y) ** 2)),
  manhattan: (a: Row, b: Row) => sum(a, b, (x, y) => Math.abs(x - y)),
  chebyshev: (a: Row, b: Row) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!))),
};
const TOLERANCE = 1e-9;

/** Matrices and nearest neighbours of random rows, in comparison with their formulas. */
export const resultTarget: Target = {
  name: "results",
  make(draw) {
    const d = draw.between(2, draw.once(4) ? 70 : 6);
    const rows = () =>
      matrix(draw, draw.between(1, draw.once(6) ? 70 : 6), d, () => draw.between(-999, 1000) / 64 + 2 ** -20);
    const asked: Asked = {
      ...{
        metric: draw.pick(Object.keys(FORMULAS) as (keyof typeof FORMULAS)[]),
        backend: draw.pick(["js", "wasm", "wasm", "auto"]),
      },
      ...{ k: draw.between(1, 4), a: rows(), b: rows() },
    };
    return { name: "rows.json", bytes: asBytes(asked), expected: null };
  },
  async check({ bytes }) {
    prepare();
    const { metric, backend, k, a, b } = JSON.parse(Buffer.from(bytes).toString()) as Asked;
    save("a.npy", a);
    save("b.npy", b);
    const truth = a.map((row) => b.map((other) => FORMULAS[metric](row, other)));
    const near = (found: number, expected: number) =>
      Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
    const line = `${metric} a.npy b.npy --backend ${backend} -f csv`;
    const found = (await run(line))
      .trimEnd()
      .split("\n")
      .map((text) => text.split(",").map(Number));
    truth.forEach((row, i) => {
      row.forEach((value, j) => {
        if (!near(found[i]?.[j] ?? Number.NaN, value))
          throw new Finding(`${line}: expected ${value} at ${i}, ${j}, found ${found[i]?.[j]}`);
      });
    });
    const search = `topk a.npy b.npy --metric ${metric} -k ${k} --backend ${backend} --no-exclude-self -f json`;
    const records = JSON.parse(await run(search)) as { query: number; id: number; score: number }[];
    const isDistance = !["cosine", "dot"].includes(metric);
    const best = truth.flatMap((row) => [...row].sort((x, y) => (isDistance ? x - y : y - x)).slice(0, k));
    if (records.length !== best.length)
      throw new Finding(`${search}: expected ${best.length} records, found ${records.length}`);
    records.forEach((record, i) => {
      const own = truth[record.query]?.[record.id] ?? Number.NaN;
      if (!near(record.score, best[i]!) || !near(record.score, own))
        throw new Finding(`${search}: expected ${best[i]}, found ${JSON.stringify(record)}`);
    });
  },
};
