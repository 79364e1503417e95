import { readFileSync } from "node:fs";
import { tableFromIPC } from "@uwdata/flechette";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { fixturePath } from "../reference.js";
import { cells, plain, workplace } from "./run.js";

const fixture = (name: string) => fixturePath(`binary/${name}`);

describe("simcli and binary files", () => {
  const place = workplace();

  it("reads the .npy that it writes, from a file and from a pipe", async () => {
    const { code } = await place.run("cosine", "a.csv", "b.csv", "-o", "s.npy", "-q");
    expect(code).to.equal(0);
    const direct = await place.run("loss", "a.csv", "b.csv", "-f", "csv");
    for (const line of ["simcli loss s.npy -f csv", "simcli cosine a.csv b.csv -f npy -q | simcli loss -f csv"]) {
      expect(place.bash(line).stdout).to.equal(direct.stdout);
    }
  });

  for (const [line, kinds] of [
    ["loss near.csv near.csv", "text number number number whole number number number"],
    ["loss a.csv b.csv --margin 0.1,0.2", "number whole number number number whole number number number"],
    ["loss a.csv b.csv --kind triplet", "whole number whole number whole number"],
    ["loss a.csv b.csv --kind infonce", "whole number whole number whole number"],
    ["topk near.csv -k 2", "text whole text number"],
    ["topk a.csv b.csv -k 2", "whole whole whole number"],
    ["pairs near.csv --min-score 0.9", "text text number"],
    ["pairs a.csv --min-score 0.1", "whole whole number"],
    ["pairs near.csv --min-score 0.9 --groups", "whole whole text"],
    ["mine a.csv b.csv --negatives 2 -q", "whole whole whole number number"],
    ["mine near.csv near.csv --negatives 2 --as tuples -q", "text text text text number number number"],
    ["mine near.csv a.csv --negatives 2 --as pairs -q --positives positives.txt", "text whole whole number"],
    ["eval near.csv near.csv -q", "text text"],
    ["eval near.csv near.csv --per-query -k 1 -q", `text whole whole${" number".repeat(8)}`],
    ["describe near.csv", "text text"],
    ["demo", "text text whole whole number"],
  ] as const) {
    it(`writes the records of ${line} as Parquet with the types ${kinds}`, async () => {
      place.write("near.csv", "a,1,0,0\nb,0,1,0.5\nc,1,0.1,0\nd,-1,0,1\n");
      place.write("positives.txt", "a 1\nb 2\nc 0\nd 1\n");
      const made = await place.run(...line.split(" "), "-o", "records.parquet");
      expect([made.code, made.stderr]).to.deep.equal([0, ""]);
      const bytes = Uint8Array.from(readFileSync(place.path("records.parquet")));
      const types = { BYTE_ARRAY: "text", DOUBLE: "number", INT64: "whole" } as { [type: string]: string };
      const { schema } = parquetMetadata(bytes.buffer);
      expect(schema.slice(1).map(({ type }) => types[type ?? ""])).to.deep.equal(kinds.split(" "));
      const file = { byteLength: bytes.length, slice: (start: number, end?: number) => bytes.buffer.slice(start, end) };
      const records = (await parquetReadObjects({ file })).map((record) => Object.values(record));
      const { stdout } = await place.run(...line.split(" "), "-f", "csv");
      const texts = parse(stdout, { from: 2 });
      expect(records.map((record) => record.map((cell) => String(cell ?? "")))).to.deep.equal(texts);
    });
  }

  it("tells how to install the package that reads HDF5", () => {
    place.write(
      "resolve.mjs",
      'const refuse = (error) => { throw Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" }); };\nexport const resolve = (name, context, next) => name.startsWith("h5wasm") ? refuse(new Error(name)) : next(name, context);\n',
    );
    place.write("hooks.mjs", 'import { register } from "node:module";\nregister("./resolve.mjs", import.meta.url);\n');
    const { code, stderr } = place.bash(`NODE_OPTIONS="--import ./hooks.mjs" simcli describe ${fixture("one.h5")}`);
    expect([code, stderr]).to.deep.equal([
      1,
      `simcli: ${fixture("one.h5")}: expected the package h5wasm, which reads HDF5, found none\n` +
        "hint: npm install h5wasm; npm install -g h5wasm if simcli was installed with -g\n",
    ]);
  });

  for (const name of ["x.arrow", "x.feather"]) {
    it(`writes vectors and records as ${name}`, async () => {
      place.write("near.csv", "a,1,0,0\nb,0,1,0.5\n");
      expect((await place.run("convert", "near.csv", "-o", name, "-q")).code).to.equal(0);
      const vectors = tableFromIPC(readFileSync(place.path(name)));
      expect(vectors.schema.fields.map((field) => field.name)).to.deep.equal(["id", "vector"]);
      const back = await place.run("convert", name, "-f", "csv", "-q");
      expect(back.stdout).to.equal("id,0,1,2\na,1,0,0\nb,0,1,0.5\n");
      expect((await place.run("topk", "near.csv", "-k", "1", "-o", name, "-q")).code).to.equal(0);
      const records = tableFromIPC(readFileSync(place.path(name))).toArray();
      const { stdout } = await place.run("topk", "near.csv", "-k", "1", "-f", "csv", "-q");
      expect(records.map((record) => Object.values(record).map(String))).to.deep.equal(parse(stdout, { from: 2 }));
    });
  }

  for (const command of ["describe", "convert", "noise"]) {
    it(`reports in a note which Parquet columns are left out: ${command}`, async () => {
      const file = fixture("duckdb-kinds.parquet");
      const note =
        `simcli: ${file}: left out the columns at (TIMESTAMP), flag (BOOLEAN), d (DATE), t (UTF8); ` +
        '--labels t or --id-column t uses "t", --columns 1 reads the same columns without this note\n';
      const args = command === "noise" ? ["--seed", "1"] : [];
      const { code, stderr } = await place.run(command, file, ...args);
      expect([code, stderr.includes(note)]).to.deep.equal([0, true], stderr);
      expect((await place.run(command, file, ...args, "--columns", "1")).stderr).not.to.include("left out");
      const strict = await place.run(command, file, ...args, "--strict");
      expect([strict.code, strict.stderr]).to.deep.equal([
        1,
        `simcli: ${note.slice(8).split("; ")[0]}: --strict refuses this guess\nhint: ${note.split("; ")[1]}`,
      ]);
    });
  }

  for (const [name, first] of [
    ["null-value", "row 1, component 0"],
    ["null-item", "row 1, component 1"],
  ] as const) {
    it(`counts missing values in Parquet: ${name}`, async () => {
      const { stdout } = await place.run("describe", fixture(`${name}.parquet`), "--json");
      const { nan, firstNonFinite } = JSON.parse(stdout);
      expect(nan).to.equal(1);
      expect(firstNonFinite).to.equal(`${fixture(`${name}.parquet`)}: ${first}`);
    });
  }

  it("keeps ids from Parquet to Parquet", async () => {
    const made = await place.run("noise", fixture("polars.parquet"), "--sd", "0", "--seed", "1", "-o", "n.parquet");
    expect(made.code).to.equal(0);
    const args = ["--sd", "0", "--seed", "1", "-f", "csv", "--header", "yes"];
    const [before, after] = [
      await place.run("noise", fixture("polars.parquet"), ...args),
      await place.run("noise", "n.parquet", ...args),
    ];
    expect(after.stdout).to.equal(before.stdout);
    expect(before.stdout).to.match(/^id,0,1,2\nrow-0é,-5,/);
  });

  it("reads the given array and format", async () => {
    const named = await place.run(
      "cosine",
      fixture("several.npz"),
      "--vector-column",
      "second",
      "--header",
      "yes",
      "-q",
    );
    expect(named.stdout.split("\n")[0]).to.equal("id,7,-8,1152921504606846976");
    place.write("raw", readFileSync(fixture("vectors.fvecs")));
    const raw = await place.run("cosine", "raw", "--input-format", "fvecs", "-q");
    expect(cells(raw.stdout)).to.have.length(3);
    const unknown = await place.run("cosine", "raw", "--input-format", "fvec");
    expect([unknown.code, unknown.stderr]).to.deep.equal([
      2,
      unknown.stderr.match(
        /^simcli: --input-format: expected auto, .*fvecs.*, found "fvec"\nhint: did you mean \w+\?\n$/,
      )?.[0],
    ]);
  });

  it("rejects output that the format or a terminal does not support", async () => {
    const list = await place.run("loss", "a.csv", "b.csv", "-f", "npy");
    expect([list.code, list.stderr]).to.deep.equal([
      2,
      "simcli: --format: expected table, csv, tsv, json, ndjson, markdown, parquet, arrow for a list of records, found npy\n" +
        "hint: npy holds one matrix of numbers\n",
    ]);
    const total = await place.run("loss", "a.csv", "b.csv", "--total", "-f", "parquet");
    expect([total.code, total.stderr]).to.deep.equal([
      2,
      "simcli: --total: expected a text format, found parquet\nhint: -f csv\n",
    ]);
    const terminal = place.terminal("simcli cosine a.csv -f npy", 80);
    expect(plain(terminal.stdout)).to.contain(
      "simcli: --format npy: expected a file or a pipe, found a terminal\nhint: -o FILE writes it to a file\n",
    );
  });
});
