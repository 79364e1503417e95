import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "#dist/cli/run.js";
import { fakeStreams } from "../shell/fake-streams.js";
import type { Draw } from "./draw.js";
import { Finding, type Target } from "./target.js";

const FILES: { readonly [name: string]: string } = {
  "a.csv": "id,x,y,label\na,1,2,p\nb,3,-1,q\nc,0.5,0.25,p\n",
  "b.csv": "1,2\n3,-1\n0.5,0.25\n",
  "m.csv": "1,0.5,0\n0.5,1,0.1\n0,0.1,1\n",
  "bad.csv": "1,2\n3,x\n0,0\n",
  "j.jsonl": '{"id":"a","embedding":[1,2]}\n{"id":"b","embedding":[0,1]}\n',
  "q.txt": "a b 1\nb c 1\n",
  "labels.txt": "p\nq\np\n",
  "r.run": "a Q0 b 1 9 t\nb Q0 c 1 8 t\n",
};

const COMMANDS = [
  ...[
    "cosine",
    "dot",
    "euclidean",
    "manhattan",
    "chebyshev",
    "hamming",
    "jaccard",
    "pearson",
    "spearman",
    "loss",
    "topk",
    "pairs",
    "mine",
  ],
  ...[
    "eval",
    "compare",
    "overlap",
    "recall",
    "describe",
    "convert",
    "dedupe",
    "noise",
    "plan",
    "merge",
    "completion",
    "help",
    "--help",
    "--version",
  ],
];

const OPTIONS = [
  ...[
    "--mode",
    "loop",
    "matrix",
    "--check",
    "--no-check",
    "--backend",
    "js",
    "wasm",
    "auto",
    "blas",
    "--transpose",
    "--paired",
    "--zero-vectors",
  ],
  ...[
    "nan",
    "zero",
    "error",
    "-f",
    "table",
    "csv",
    "tsv",
    "json",
    "ndjson",
    "markdown",
    "npy",
    "parquet",
    "arrow",
    "--json",
    "-o",
    "--precision",
  ],
  ...[
    "-d",
    ",",
    "\t",
    "--header",
    "yes",
    "no",
    "--id-column",
    "id",
    "label",
    "1",
    "--columns",
    "1-2",
    "!1",
    "x,y",
    "--full",
    "--heatmap",
    "--verbose",
  ],
  ...[
    "-q",
    "--quiet",
    "--missing",
    "skip-row",
    "mean",
    "--labels",
    "--qrels",
    "-k",
    "2",
    "0",
    "-1",
    "1e3",
    "--min-score",
    "0.5",
    "--seed",
    "7",
  ],
  ...[
    "--kind",
    "triplet",
    "infonce",
    "contrastive",
    "--margin",
    "--negatives",
    "--temperature",
    "--reduction",
    "none",
    "--total",
    "--task",
    "sts",
  ],
  ...[
    "--metric",
    "cosine",
    "--dtype",
    "f32",
    "f64",
    "--max-memory",
    "1GB",
    "1",
    "--shard",
    "1/2",
    "--strict",
    "--per-query",
    "--sd",
    "--keep",
  ],
  ...[
    "--threshold",
    "--min-distance",
    "--summary",
    "--groups",
    "--decimal",
    "--input-format",
    "npz",
    "--vector-column",
    "--dimensions",
    "--all",
  ],
  ...[
    "--carry",
    "--records",
    "--scores",
    "--exclude-self",
    "--no-exclude-self",
    "--symmetric",
    "--bogus",
    "--",
    "-",
    "",
    "--help",
    "--color",
    "never",
  ],
];

let folder = "";

/** Creates the files once; the folder is removed when the process ends. */
function prepared(): string {
  if (folder) return folder;
  folder = mkdtempSync(join(tmpdir(), "simcli-fuzz-"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "out"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const FILE = /^@(.*)$/;

/** Command lines, as a JSON list of words; `@NAME` is a file of the folder. */
export const commandLineTarget: Target = {
  name: "command-line",
  make(draw: Draw) {
    const word = () => {
      if (draw.once(3)) return `@${draw.pick(Object.keys(FILES))}`;
      const option = draw.pick(OPTIONS);
      return draw.once(12) && option.length > 1 ? option.slice(0, draw.below(option.length)) : option;
    };
    const args = [draw.pick(COMMANDS), ...draw.list(draw.once(2) ? 1 : 2, () => `@${draw.pick(Object.keys(FILES))}`)];
    for (let left = draw.below(6); left > 0; left--) args.push(word());
    if (draw.once(10)) args.shift();
    // What follows -o is a file in a folder of its own.
    const safe = args.map((arg, i) =>
      args[i - 1] === "-o" ? `@out/${draw.pick(["r.csv", "r.json", "r.npy", "r.parquet", "r"])}` : arg,
    );
    return { name: "args.json", bytes: Buffer.from(JSON.stringify(safe)), expected: null };
  },
  async check({ bytes }) {
    const place = prepared();
    const args = (JSON.parse(Buffer.from(bytes).toString()) as string[]).map((arg) =>
      arg.replace(FILE, (_, name) => join(place, name)),
    );
    const streams = fakeStreams({ isTTY: false });
    const code = await runCommandLine(args, streams);
    const { stdout, stderr } = streams.said;
    const fail = (what: string) => {
      throw new Finding(`${what}: simcli ${args.join(" ")}\nexit code ${code}\n${stderr.slice(0, 2000)}`);
    };
    if (![0, 1, 2].includes(code)) fail("an exit code that is not documented");
    if (/internal error/.test(stderr)) fail("an internal error");
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(stderr)) fail("control characters");
    if (/\bundefined\b|\[object /.test(stderr.replace(/"[^"]*"/g, ""))) fail("a message with a value that is none");
    if (code === 2 && stdout !== "") fail("output of a command line that is refused");
    if (code !== 0 && stderr === "") fail("a failure without a message");
    const left = readdirSync(join(place, "out"));
    if (left.some((name) => name.endsWith(".tmp"))) fail(`temporary files: ${left}`);
    if (code === 2 && left.length > 0) fail(`a file of a command line that is refused: ${left}`);
    for (const name of left) rmSync(join(place, "out", name), { recursive: true });
  },
};
