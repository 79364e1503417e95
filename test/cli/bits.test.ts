import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { fixtureJson, randomRows } from "../reference.js";
import { cells, workplace } from "./run.js";

const text = (rows: readonly (readonly number[])[]): string => rows.map((row) => `${row.join(",")}\n`).join("");

describe("metrics of bits", () => {
  const place = workplace();
  const fixture = fixtureJson<{
    dimensions: number;
    queries: number[][];
    corpus: number[][];
    hamming: number[][];
    jaccard: number[][];
    nearest: number[][];
  }>("quantization/bits.json");
  const bitsOf = (row: readonly number[]) =>
    Array.from({ length: fixture.dimensions }, (_, k) => ((row[k >> 3]! << (k & 7)) & 128) >> 7);
  const packed = "--packed-bits ubinary --dimensions 37";

  before(() => {
    place.write("q.csv", text(fixture.queries));
    place.write("c.csv", text(fixture.corpus));
    place.write("q-minus.csv", text(fixture.queries.map((row) => row.map((byte) => byte - 128))));
    place.write("q01.csv", text(fixture.queries.map(bitsOf)));
    place.write("c01.csv", text(fixture.corpus.map(bitsOf)));
    place.write(
      "named.csv",
      `id,${bitsOf([]).map((_, k) => `x${k}`)}\n${text(fixture.corpus.map(bitsOf)).replace(/^/gm, "r,").replace(/r,$/, "")}`,
    );
    const signed = (row: readonly number[]) => bitsOf(row).map((bit, k) => (bit ? 0.1 + k : -k / 8));
    place.write("q-signs.csv", text(fixture.queries.map(signed)));
    place.write("c-signs.npy", npyBytes(Float32Array.from(fixture.corpus.flatMap(signed)), [40, 37]));
    place.write("x.csv", text(randomRows(200, 70, 8)));
    place.write("y.csv", text(randomRows(300, 70, 9)));
  });

  for (const [metric, digits] of [
    ["hamming", 0],
    ["jaccard", 1e-15],
  ] as const) {
    it(`are those of SciPy, of packed bits, bits and signs: ${metric}`, () => {
      const expected = place.bash(`simcli ${metric} q.csv c.csv ${packed}`);
      const found = cells(expected.stdout).flat();
      expect(found).to.have.length(400);
      for (const [cell, value] of found.entries()) {
        expect(value).to.be.closeTo(fixture[metric].flat()[cell]!, digits);
      }
      for (const line of [
        `q.csv c.csv ${packed} --quantize binary`,
        `q.csv c.csv ${packed} --mode loop`,
        `q.csv c.csv ${packed} --backend wasm --threads 2`,
        "q01.csv c01.csv",
        "q-signs.csv c-signs.npy --quantize binary",
      ]) {
        expect(place.bash(`simcli ${metric} ${line}`), line).to.deep.equal(expected);
      }
      expect(place.bash(`simcli ${metric} c01.csv -f table`).stdout).to.contain("loop and matrix agree: yes");
    });
  }

  it("find the neighbours of faiss in packed bits", () => {
    const { stdout } = place.bash(`simcli topk q.csv c.csv -k 5 --metric hamming ${packed} --json`);
    const records = JSON.parse(stdout) as { score: number }[];
    expect(records.map(({ score }) => score)).to.deep.equal(fixture.nearest.flat());
    const minus = `q-minus.csv --metric hamming -k 3 --dimensions 37`;
    expect(place.bash(`simcli topk ${minus} --packed-bits binary`).stdout).to.equal(
      place.bash(`simcli topk q.csv --metric hamming -k 3 ${packed}`).stdout,
    );
  });

  for (const line of [
    "topk x.csv y.csv -k 4 --metric hamming",
    "topk x.csv -k 150 --metric jaccard",
    "pairs x.csv --min-score 22 --metric hamming",
    "pairs x.csv y.csv --min-score 0.5 --metric jaccard",
    "pairs x.csv --min-score 25 --metric hamming --groups",
    "mine x.csv x.csv --negatives 3 --metric jaccard --margin 0.3",
    "eval x.csv x.csv -k 1,5 --metric hamming",
  ]) {
    it(`give the same bytes in every mode and backend, on any number of threads, in any memory: ${line}`, () => {
      const expected = place.bash(`simcli ${line} --quantize binary --backend wasm --threads 1`);
      expect(expected.code, expected.stderr).to.equal(0);
      expect(expected.stdout.split("\n")).to.have.length.above(5);
      for (const options of ["--backend wasm --threads 3", "--backend js", "--mode loop", "--max-memory 120MB"]) {
        expect(place.bash(`simcli ${line} --quantize binary ${options}`), options).to.deep.equal(expected);
      }
    });
  }

  it("search a corpus in parts", () => {
    const bytes = Array.from({ length: 70_000 }, (_, i) => [(i * 7919) % 251, (i * 104_729) % 241]);
    place.write("many.csv", text(bytes));
    place.write("few.csv", "17,200\n0,0\n255,255\n");
    for (const metric of ["hamming", "jaccard"]) {
      const of = (corpus: string, options: string) =>
        place.bash(`simcli topk few.csv ${corpus} -k 12 --packed-bits ubinary --metric ${metric} ${options}`);
      const expected = of("many.csv", "--backend wasm");
      expect(expected.stdout.split("\n")).to.have.length(38);
      expect(of("many.csv", "--backend js")).to.deep.equal(expected);
      expect(of("many.csv", "--max-memory 115MB")).to.deep.equal(expected);
      expect(of("-", "< many.csv")).to.deep.equal(expected);
    }
  });

  it("select rows of signs, which have the scores of components 1 and -1", () => {
    const signs = (seed: number, rows: number) =>
      randomRows(rows, 70, seed).map((row) => [...row].map((x) => (x > 0 ? 1 : -1)));
    place.write("x-signs.csv", text(signs(8, 200)));
    place.write("y-signs.csv", text(signs(9, 300)));
    place.write("positives.txt", Array.from({ length: 200 }, (_, i) => `${i} 0 ${i} 1\n`).join(""));
    place.bash("simcli convert x.csv --quantize binary -o x.npy; simcli convert y.csv --quantize binary -o y.npy");
    for (const line of [
      "topk X Y -k 9 --min-score 0.2",
      "topk X Y -k 9 --min-score 14 --metric dot",
      "topk X Y -k 9 --min-score 15 --metric euclidean",
      "topk X Y -k 9 --min-score 220 --metric sqeuclidean",
      "topk X Y -k 200 --metric manhattan --backend wasm",
      "topk X Y -k 9 --metric chebyshev",
      "pairs X Y --min-score 0.4",
      "pairs X --min-score 13 --metric euclidean",
      "mine X Y --negatives 3 --positives positives.txt",
      "mine X Y --negatives 90 --positives positives.txt --backend wasm",
    ]) {
      const of = (x: string, y: string, options = "") =>
        place.bash(`simcli ${line.replace("X", x).replace("Y", y)} ${options}`);
      const expected = of("x-signs.csv", "y-signs.csv");
      expect(expected.code, expected.stderr).to.equal(0);
      expect(expected.stdout.split("\n"), line).to.have.length.above(10);
      expect(of("x.csv", "y.csv", "--quantize binary"), line).to.deep.equal(expected);
      expect(of("x.npy", "y.npy", "--packed-bits ubinary --dimensions 70"), line).to.deep.equal(expected);
    }
  });

  it("order neighbours as the cosines of the signs do", () => {
    const rows = (metric: string) =>
      place
        .bash(`simcli topk x.csv y.csv -k 20 --quantize binary --metric ${metric}`)
        .stdout.split("\n")
        .map((line) => line.split(",").slice(0, 3));
    expect(rows("hamming")).to.deep.equal(rows("cosine"));
  });

  it("keep ids and labels, and write all formats", () => {
    const line = `simcli topk named.csv -k 1 --metric hamming`;
    expect(place.bash(`${line} -f csv`).stdout).to.match(/^query,rank,id,score\nr,1,r,\d+\n/);
    expect(place.bash(`${line} -f markdown`).stdout).to.match(/^\| query/);
    expect(place.bash("simcli hamming q01.csv c01.csv -o m.npy && simcli describe m.npy").stdout).to.contain("10");
  });

  it("name the option for numbers that are not bits", () => {
    expect(place.bash("simcli topk x.csv --metric hamming").stderr).to.match(
      /^simcli: x\.csv:1: component 0: expected a bit \(0 or 1\), found \S+\nhint: --quantize binary compares the signs of components, --packed-bits ubinary reads packed bits\n$/,
    );
    expect(place.bash("simcli hamming x.csv --packed-bits ubinary").stderr).to.match(
      /^simcli: x\.csv:1: component 0: expected a byte of packed bits from 0 to 255, found \S+\n/,
    );
    expect(place.bash("simcli topk x.csv --metric hamming --quantize int8").stderr).to.equal(
      "simcli: --quantize: expected binary with --metric hamming, found int8\nhint: --quantize binary compares the signs of components\n",
    );
    expect(place.bash("simcli topk x.csv --metric jaccard --quantize binary --rescore 2").stderr).to.match(
      /^simcli: --rescore: expected a metric of the vectors as they are, found --metric jaccard\n/,
    );
    expect(place.bash("simcli eval x.csv x.csv --metric hamming --quantize none,binary").stderr).to.match(
      /^simcli: --metric hamming: expected one size of vectors, found a list\n/,
    );
    expect(place.bash(`simcli hamming q.csv --packed-bits ubinary --dimensions 41`).stderr).to.match(
      /expected 41 or more components in a row for --dimensions, found 40\n/,
    );
    expect(place.bash(`simcli hamming q.csv c01.csv ${packed}`).stderr).to.match(
      /^simcli: c01\.csv: expected rows of 40 components before --dimensions, as in q\.csv, found 296\n/,
    );
    expect(place.bash("simcli eval x.csv x.csv --metric hamming --dimensions 4,8").stderr).to.contain(
      "hint: one run for each size: --quantize binary --dimensions 4\n",
    );
    for (const line of [
      "dedupe q01.csv",
      "overlap q.csv q.csv",
      "compare q.csv q.csv --with q.csv q.csv",
      "report q.csv",
    ]) {
      const { code, stderr } = place.bash(`simcli ${line} --metric hamming`);
      expect(code, line).to.equal(2);
      expect(stderr, line).to.contain("hint: bits are compared as 1 and −1, where cosine orders as hamming does");
    }
    expect(place.bash("simcli dedupe q.csv --packed-bits ubinary -o bits.npy").stderr).to.contain(
      "bits are written as components 1 and −1: simcli convert bits.npy --quantize binary packs them again\n",
    );
  });
});
