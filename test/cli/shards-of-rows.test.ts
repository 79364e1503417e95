import { readFileSync } from "node:fs";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { randomRows } from "../reference.js";
import { workplace } from "./run.js";

const numbers = (rows: number, d: number, seed: number) => Float64Array.from(randomRows(rows, d, seed).flat());

describe("simcli --shard of commands other than topk", () => {
  const place = workplace();
  before(() => {
    place.write("q.npy", npyBytes(numbers(203, 16, 1), [203, 16]));
    place.write("c.npy", npyBytes(numbers(203, 16, 2), [203, 16]));
    // Large enough for a BLAS, whose bits depend on the place of a cell in the product.
    place.write("large.npy", npyBytes(numbers(701, 450, 3), [701, 450]));
    place.write("wide.npy", npyBytes(numbers(903, 450, 4), [903, 450]));
    place.write("labels.txt", Array.from({ length: 203 }, (_, k) => `l${k % 7}\n`).join(""));
  });

  /** Runs a command whole and in shards, and merges them; returns the notes of both. */
  function both(command: string, shards: number, extension: string): { one: string; merged: string } {
    const one = place.bash(`simcli ${command} -o one.${extension}`);
    const all = `for i in $(seq ${shards}); do simcli ${command} --shard $i/${shards} -o parts -q || exit 1; done`;
    expect(place.bash(`rm -rf parts; ${all}`), command).to.deep.equal({ code: 0, stdout: "", stderr: "" });
    const merged = place.bash(`simcli merge parts -o merged.${extension}`);
    expect([one.code, merged.code], merged.stderr).to.deep.equal([0, 0]);
    const [a, b] = ["one", "merged"].map((name) => readFileSync(place.path(`${name}.${extension}`)));
    expect(Buffer.compare(a!, b!), command).to.equal(0);
    return { one: one.stderr, merged: merged.stderr };
  }

  for (const [command, extension] of [
    ["mine q.npy c.npy --relative-margin 0.05 --as tuples --negatives 3", "csv"],
    ["cosine large.npy wide.npy", "npy"],
    ["hamming q.npy --quantize binary", "json"],
    ["cosine q.npy c.npy --dtype f32", "png"],
    ["eval q.npy c.npy", "json"],
    ["eval large.npy large.npy --metric dot", "json"],
    ["loss q.npy c.npy --margin 0.1,0.25", "json"],
    ["loss large.npy large.npy --kind infonce", "csv"],
  ] as const) {
    it(`gives the bytes and the notes of one run: ${command}`, function () {
      this.timeout(60_000);
      const { one, merged } = both(command, 5, extension);
      expect(merged).to.equal(one);
    });
  }

  it("shows the tables of one run", function () {
    this.timeout(60_000);
    for (const command of ["mine q.npy c.npy", "euclidean q.npy c.npy --no-check", "eval q.npy --labels labels.txt"]) {
      both(command, 3, "csv");
      const [one, merged] = [`simcli ${command} -f table -q`, "simcli merge parts -f table -q"].map(
        (line) => place.bash(line).stdout,
      );
      expect(merged).to.equal(one);
    }
  });

  it("lists likely false negatives of all anchors", () => {
    both("mine q.npy c.npy --labels labels.txt --max-score 0.1", 4, "csv");
    const listed = (line: string) => place.bash(line).stderr.match(/^simcli: {3}\d+ \d+: .*$/gm);
    const one = listed("simcli mine q.npy c.npy --labels labels.txt --max-score 0.1 --verbose -o one.csv");
    expect(one).to.have.length.above(5);
    expect(listed("simcli merge parts --verbose -o merged.csv")).to.deep.equal(one);
  });

  it("says what cannot be computed in shards", () => {
    for (const [line, message] of [
      ["mine q.npy c.npy --mutual", "--mutual: expected no --shard with it"],
      ["mine q.npy c.npy --by csls", "--by csls: expected no --shard with it"],
      ["mine q.npy c.npy --kind random", "--shard: expected --seed with random samples"],
      ["cosine q.npy --check", "--check: expected no --shard with it"],
      ["cosine q.npy --transpose --quantize int8", "expected --calibration with --shard and --transpose"],
      ["eval q.npy c.npy --task bitext", "expected --task retrieval of vectors of one size, found --task bitext"],
      ["eval q.npy c.npy --dimensions 4,8", "expected --task retrieval of vectors of one size, found several sizes"],
      ["eval q.npy c.npy --per-query --carry x", "--carry: expected no --shard with it"],
      ["loss q.npy c.npy --anchors both", "--anchors both: expected rows with --shard"],
      ["loss q.npy c.npy --gradient g.npy", "--gradient: expected no --shard with it"],
      ["loss q.npy c.npy --kind cosent --scores labels.txt", "--kind cosent: expected no --shard with it"],
      ["loss q.npy", "expected two files of vectors, or one with --labels, found the matrix q.npy"],
    ] as const) {
      const { code, stderr } = place.bash(`simcli ${line} --shard 1/4 -o e`);
      expect(stderr, line).to.contain(message).and.to.contain("hint: ");
      expect(stderr, line).not.to.match(/internal error|\n {4}at /);
      expect(code, line).to.equal(2);
    }
  });

  it("merges only parts of the same backend", () => {
    const line = (backend: string, shard: string) =>
      `simcli cosine q.npy c.npy --backend ${backend} --shard ${shard}/2 -o ${backend}`;
    expect(
      place.bash(`${line("js", "1")} && ${line("wasm", "2")} && mkdir mixed && mv js/* wasm/* mixed`).code,
    ).to.equal(0);
    const { code, stderr } = place.bash("simcli merge mixed");
    expect(stderr).to.contain('found other options: backend is "wasm" and "js"');
    expect(code).to.equal(1);
  });

  it("pairs rows of files of the same size only", () => {
    both("cosine q.npy c.npy --paired", 3, "csv");
    const { code, stderr } = place.bash("simcli cosine q.npy large.npy --columns 1-16 --paired --shard 1/3 -o paired");
    expect(stderr).to.contain(
      "q.npy (203×16) and large.npy (701×16): expected the same batch size, found 203 and 701 rows",
    );
    expect(code).to.equal(1);
  });

  it("writes parts of rows that are read alone", () => {
    const { stderr } = place.bash("simcli mine q.npy c.npy --shard 2/7 -o own --verbose");
    expect(stderr).to.contain("read q.npy: 29×16").and.to.contain("read c.npy: 203×16");
  });
});
