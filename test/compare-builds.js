// Compares the output of two builds of simcli, byte by byte, over the fixtures and the options.
// Usage: node test/compare-builds.js OLD [NEW]   (folders that hold bin/simcli.js; NEW is this repository by default)
// Machine formats and exit codes have to be equal; tables and messages may have been reworded and are only counted.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [oldBuild, newBuild = root] = process.argv.slice(2).map((folder) => resolve(folder));
if (!oldBuild || !existsSync(join(oldBuild, "bin/simcli.js"))) {
  process.stderr.write("usage: node test/compare-builds.js OLD [NEW]\n");
  process.exit(2);
}

const TEXT_FORMATS = ["csv", "tsv", "json", "ndjson", "markdown"];
const BINARY_FORMATS = ["npy", "parquet", "arrow", "safetensors", "fbin", "svg", "png"];
const FORMATS = [...TEXT_FORMATS, ...BINARY_FORMATS];
const METRICS = ["cosine", "dot", "euclidean", "sqeuclidean", "manhattan", "chebyshev", "correlation"];
const BACKENDS = ["auto", "blas", "wasm", "js", "mathjs"];
const A = "fixtures/digits/a.csv";
const B = "fixtures/digits/b.csv";
const V1 = "fixtures/notebook/v1.csv";
const V2 = "fixtures/notebook/v2.csv";
const UNEVEN = "fixtures/losses/uneven.csv";

const folder = mkdtempSync(join(tmpdir(), "simcli-compare-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Seeded numbers in [−1, 1], so that both builds read the same files. */
function numbers(count, seed) {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function generated(name, text) {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function vectors(name, rows, d, seed, line = (cells) => cells.join(",")) {
  const values = numbers(rows * d, seed);
  const lines = Array.from({ length: rows }, (_, i) => line(values.slice(i * d, (i + 1) * d), i));
  return generated(name, `${lines.join("\n")}\n`);
}

/** Every command line that is compared. */
function commandLines() {
  const large = vectors("large.csv", 700, 96, 1);
  const other = vectors("other.csv", 600, 96, 2);
  const wide = vectors("wide.csv", 1500, 200, 3);
  const labelled = vectors("labelled.csv", 60, 5, 4, (cells, i) => `r${i},${cells.join(",")},c${i % 7}`);
  const header = generated(
    "header.csv",
    `id,x,y,z,label\n${numbers(30, 5)
      .map((x, i) => `n${i},${x},${x * x},${1 - x},${i % 3}`)
      .join("\n")}\n`,
  );
  const counts = vectors("counts.csv", 80, 6, 6, (cells) => cells.map((x) => Math.round(x * 3)).join("\t"));
  const extreme = vectors("extreme.csv", 40, 3, 7, (cells, i) =>
    cells.map((x) => x * 10 ** ((i % 9) * 60 - 240)).join(";"),
  );
  const zeros = generated("zeros.csv", "1,2,3\n0,0,0\n-1,0.5,2\n4,4,4\n");
  const broken = [
    ["ragged.csv", "1,2\n3\n"],
    ["text.csv", "1,2\n3,abc\n"],
    ["empty.csv", ""],
    ["quoted.csv", '"1","2"\n"3","4e-3"\n'],
    ["crlf.csv", "\ufeffa,b\r\n1,2\r\n3,4\r\n\r\n"],
    ["cr.csv", "1,2\r3,4\r"],
    ["comments.csv", "# a comment\n1 2  3\n# another\n4 5 6\n"],
    ["blank-line.csv", "1,2\n\n3,4\n"],
    ["hex.csv", "1,0x10\n2,3\n"],
    ["huge.csv", "1,1e999\n2,3\n"],
    ["late-quote.csv", `${"1,2\n".repeat(9000)}"3",4\n5,6\n`],
    ["late-fault.csv", `${"1,2\n".repeat(9000)}3,x\n5,6\n7,8,9\n`],
  ].map(([name, text]) => generated(name, text));
  const judged = generated("judged.csv", "n0,n1\nn0,n2\nn1,n0\nn5,n9\n");

  const list = [];
  const add = (...args) => list.push(args);
  for (const format of FORMATS) {
    for (const command of METRICS) add(command, A, B, "-f", format);
    add("cosine", large, other, "-f", format);
    add("cosine", header, "-f", format, "--header", "yes");
    add("cosine", A, B, "-f", format, "--precision", "3");
    add("cosine", A, B, "--paired", "-f", format);
    for (const kind of ["hard-negative", "triplet", "infonce", "siglip", "supcon", "contrastive"])
      add("loss", A, B, "--kind", kind, "-f", format);
    add("topk", header, "-f", format);
    add("pairs", header, "--min-score", "0.5", "-f", format);
    add("pairs", header, "--min-score", "0.9", "--groups", "-f", format);
    add("dedupe", header, "--min-score", "0.5", "-f", format);
    add("topk", header, "-k", "2", "--carry", "label", "-f", format);
    add("mine", A, B, "-f", format);
    add("eval", A, B, "-f", format);
    add("eval", header, "--labels", "label", "--per-query", "-f", format);
    add("compare", A, B, "--with", B, A, "-f", format);
    add("overlap", A, B, "-k", "2", "-f", format);
    add("overlap", A, B, "-k", "2", "--per-row", "-f", format);
    add("describe", header, "-f", format);
    add("convert", header, "-f", format, "--header", "yes");
    add("noise", V1, "--seed", "3", "-f", format);
  }
  add("report", A, B);
  add("report", header, "--labels", "label");
  for (const metric of METRICS) {
    for (const backend of BACKENDS) {
      for (const [a, b] of [
        [A, B],
        [V2, V1],
        [counts, undefined],
        [zeros, undefined],
        [extreme, undefined],
      ]) {
        const files = b === undefined ? [a] : [a, b];
        add(metric, ...files, "--backend", backend, "--zero-vectors", "zero");
        add(metric, ...files, "--backend", backend, "--zero-vectors", "nan", "--dtype", "f32");
      }
      add(metric, large, other, "--backend", backend);
      add(metric, large, "--backend", backend, "--dtype", "f32");
    }
    for (const mode of ["loop", "matrix"]) {
      for (const options of [["--transpose"], ["--paired"], ["--check"], ["--no-check"], ["--threads", "1"]]) {
        add(metric, A, B, "--mode", mode, ...options, "--json");
      }
    }
    for (const k of [1, 7, 600]) add("topk", large, other, "--metric", metric, "-k", k);
    add("topk", wide, "--metric", metric, "--max-memory", "200MB");
    add("topk", counts, "--metric", metric, "--no-exclude-self", "--mode", "loop");
    add("pairs", large, "--metric", metric, "--max-pairs", "50");
    add("eval", labelled, "--labels", "7", "--metric", metric, "--json");
    add("mine", labelled, "--labels", "7", "--metric", metric);
  }
  for (const metric of ["hamming", "jaccard"]) {
    const bits = ["--quantize", "binary"];
    for (const options of [[], ["--mode", "loop"], ["--backend", "wasm"], ["--paired"], ["--check", "--json"]])
      add(metric, A, B, ...bits, ...options);
    for (const k of [1, 7, 600]) add("topk", large, other, "--metric", metric, "-k", k, ...bits);
    add("pairs", large, "--metric", metric, "--max-pairs", "50", ...bits);
    add("mine", labelled, "--labels", "7", "--metric", metric, ...bits);
    add("eval", labelled, "--labels", "7", "--metric", metric, ...bits, "--json");
    add("topk", A, "--metric", metric);
  }
  add("cosine", wide, "--threads", "1");
  add("cosine", wide, "--threads", "4");
  add("cosine", wide, "--max-memory", "130MB");
  for (const anchors of ["rows", "columns", "both"]) {
    for (const reduction of ["sum", "mean", "nonzero", "none"]) {
      for (const negatives of ["semi-hard", "hard"]) {
        for (const fallback of ["floor", "subtract", "easiest", "skip"]) {
          add(
            "loss",
            UNEVEN,
            "--anchors",
            anchors,
            "--reduction",
            reduction,
            "--negatives",
            negatives,
            "--fallback",
            fallback,
            "--margin",
            "0.1,0.25",
            "--json",
          );
        }
      }
    }
    for (const kind of ["triplet", "soft-margin", "infonce", "contrastive", "multi-similarity"]) {
      for (const format of ["csv", "json"]) add("loss", A, B, "--kind", kind, "--anchors", anchors, "-f", format);
      add("loss", labelled, labelled, "--labels", "7", "--kind", kind, "--anchors", anchors, "--json");
      if (kind !== "triplet")
        add("loss", A, B, "--kind", kind, "--anchors", anchors, "--total", "--gradient", "GRADIENT.csv");
    }
    for (const mining of ["batch-hard", "batch-all", "semi-hard"]) {
      add(
        "loss",
        labelled,
        labelled,
        "--labels",
        "7",
        "--kind",
        "triplet",
        "--mining",
        mining,
        "--anchors",
        anchors,
        "--margin",
        "0.1,0.5",
        "--json",
      );
    }
    add("loss", A, B, "--anchors", anchors, "--total", "--gradient", "GRADIENT.npy");
    add("loss", UNEVEN, "--labels", "fixtures/losses/uneven-labels.txt", "--anchors", anchors);
    add("loss", large, large, "--anchors", anchors, "--total", "--backend", "wasm");
  }
  for (const layout of ["triplets", "tuples", "pairs"]) add("mine", header, "--labels", "label", "--as", layout);
  for (const kind of ["hard", "semi-hard", "easy", "random"]) {
    add("mine", A, B, "--kind", kind, "--seed", "1", "--margin", "0.1");
    add(
      "mine",
      labelled,
      "--labels",
      "7",
      "--kind",
      kind,
      "--seed",
      "1",
      "--sampling",
      "random",
      "--range-min",
      "2",
      "--range-max",
      "20",
    );
  }
  add("topk", header, "--labels", "label", "-f", "parquet", "--embedding-atlas");
  add("mine", header, "--labels", "label", "--negatives", "2");
  add("mine", header, "--positives", judged);
  add("eval", header, "--qrels", judged, "--json");
  add("eval", header, "--qrels", judged, "--relevance-level", "2", "--metrics", "all", "--json");
  for (const format of TEXT_FORMATS) {
    add("eval", header, header, "--task", "sts", "--scores", "label", "-f", format);
    add("eval", A, A, A, "--task", "triplets", "--columns", "!label", "--margin", "0.1", "-f", format);
    add("eval", B, B, "--task", "bitext", "-f", format);
  }
  add("eval", large, other.replace("other", "large"), "--json");
  for (const kind of ["int8", "binary", "f16"]) {
    add("topk", header, "--columns", "!label", "--quantize", kind, "--rescore", 2);
    add("convert", header, "--columns", "!label", "--quantize", kind, "-f", "npy");
    add("convert", header, "--columns", "!label", "--dimensions", 16, "--quantize", kind);
  }
  add("eval", header, "--labels", "label", "--dimensions", "16,64", "--quantize", "none,int8,binary", "-f", "table");
  for (const file of [...broken, header, labelled, counts, extreme]) {
    add("describe", file, "--json");
    add("convert", file, "-f", "csv");
    add("cosine", file);
  }
  for (const column of ["id", "1", "2", "nope"]) add("cosine", header, "--id-column", column);
  for (const columns of ["2-3", "!1", "x,z", "4-2", "9"]) add("cosine", header, "--columns", columns);
  for (const when of ["yes", "no"]) add("cosine", header, "--header", when, "--json");
  const fixtures = readdirSync(join(root, "fixtures"), { recursive: true })
    .map((name) => `fixtures/${name.replaceAll("\\", "/")}`)
    .filter((name) => /\.(npy|npz|parquet|arrows?|feather|hdf5|h5|bin|[bfi]vecs|vec|txt|jsonl|csv|json)$/.test(name))
    .filter(
      (name) =>
        !/expected|parquet\.json|arrow\.json|hdf5\.json|numbers|noise\/|metrics\/|neighbours\/|loss-kinds\/|evaluation\//.test(
          name,
        ),
    )
    .sort();
  for (const file of fixtures) {
    add("describe", file, "--json");
    for (const format of ["csv", "json", "npy", "parquet", "arrow"]) add("convert", file, "-f", format);
    add("cosine", file, "--json");
  }
  add("demo");
  for (const shell of ["bash", "zsh", "fish"]) add("completion", shell);
  for (const format of ["table", "markdown"])
    for (const color of ["always", "never"]) add("cosine", A, B, "-f", format, "--color", color, "--heatmap");
  for (const command of ["loss", "topk", "eval", "describe", "mine", "convert"])
    add(
      command,
      ...(command === "describe" || command === "convert" ? [header] : [A, B]),
      "-f",
      "table",
      "--color",
      "always",
    );
  return list;
}

/** What people read may be reworded; all else has to be the same bytes. */
function isForPeople(args) {
  return args[0] === "completion" || args[0] === "demo" || args.includes("table");
}

async function outcome(build, args) {
  const gradient = args.find((arg) => String(arg).startsWith("GRADIENT"));
  const file =
    gradient &&
    join(
      folder,
      `${createHash("sha1")
        .update(build + args.join(" "))
        .digest("hex")}-${gradient}`,
    );
  const typed = args.map((arg) => (arg === gradient ? file : String(arg)));
  return new Promise((done) => {
    const run = {
      cwd: root,
      encoding: "buffer",
      maxBuffer: 1 << 28,
      env: { ...process.env, NO_COLOR: "", COLUMNS: "100" },
    };
    execFile(process.execPath, [join(build, "bin/simcli.js"), ...typed], run, (error, stdout, stderr) => {
      const written = file && existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      const hash = createHash("sha256").update(stdout).update(written).digest("hex");
      done({ code: error ? error.code : 0, hash, stderr: stderr.toString() });
    });
  });
}

const queue = commandLines();
const total = queue.length;
let [different, reworded, messages] = [0, 0, 0];
async function lane() {
  for (let args = queue.shift(); args; args = queue.shift()) {
    const [before, after] = [await outcome(oldBuild, args), await outcome(newBuild, args)];
    if (before.stderr !== after.stderr) messages++;
    if (before.code === after.code && before.hash === after.hash) continue;
    if (before.code === after.code && isForPeople(args)) {
      reworded++;
      continue;
    }
    different++;
    process.stdout.write(
      `differs (exit ${before.code}, ${after.code}): simcli ${args.join(" ")}\n${after.stderr.split("\n").slice(0, 2).join("\n")}\n`,
    );
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, lane));
process.stdout.write(
  `${total} command lines: ${different} differ, ${reworded} reworded for people, ${messages} with other messages\n`,
);
process.exitCode = different > 0 ? 1 : 0;
