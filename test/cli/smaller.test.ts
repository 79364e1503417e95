import { readFileSync } from "node:fs";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { fixtureJson, fixturePath, randomRows } from "../reference.js";
import { cells, workplace } from "./run.js";

const unit = (row: readonly number[]): number[] => row.map((value) => value / Math.hypot(...row));
const text = (rows: readonly (readonly number[])[]): string => rows.map((row) => `${row.join(",")}\n`).join("");

describe("--dimensions", () => {
  const place = workplace();
  const rows = randomRows(30, 8, 5);
  before(() => {
    place.write("rows.csv", text(rows));
    place.write("rows.npy", npyBytes(Float64Array.from(rows.flat()), [30, 8]));
    place.write("unit.csv", text(rows.map(unit)));
    place.write("named.csv", `id,x,y,label\n${rows.map((row, i) => `r${i},${row[0]},${row[1]},c${i % 2}\n`).join("")}`);
  });

  for (const line of [
    "cosine rows.csv",
    "dot rows.csv rows.csv",
    "topk rows.csv -k 3",
    "topk rows.csv rows.csv -k 3 --metric euclidean",
    "pairs rows.csv --min-score 0.3",
    "mine rows.csv rows.csv --negatives 2",
    "eval rows.csv rows.csv -k 1",
    "loss rows.csv rows.csv",
    "convert rows.csv -f json",
    "noise rows.csv --seed 1",
    "manhattan rows.csv --dtype f32",
  ]) {
    it(`gives what the first columns alone give: ${line}`, () => {
      const short = place.bash(`simcli ${line} --dimensions 3`);
      expect(short).to.deep.equal(place.bash(`simcli ${line} --columns 1-3`));
      expect(short.code).to.equal(0);
    });
  }

  it("shortens binary files, streams and parts of a large corpus in the same way", () => {
    const expected = place.bash("simcli topk rows.csv rows.csv -k 2 --columns 1-5").stdout;
    for (const line of [
      "simcli topk rows.npy rows.npy -k 2 --dimensions 5",
      "simcli topk rows.npy - -k 2 --dimensions 5 < rows.npy",
      "simcli topk rows.csv - -k 2 --dimensions 5 < rows.csv",
    ]) {
      expect(place.bash(line).stdout, line).to.equal(expected);
    }
  });

  it("refuses files that had different numbers of components, unless one has only those", () => {
    place.write("wide.csv", text(rows.map((row) => [1, ...row])));
    place.write("short.csv", text(rows.map((row) => row.slice(0, 5))));
    for (const line of [
      "topk rows.csv wide.csv",
      "cosine rows.csv wide.csv",
      "eval rows.csv wide.csv --task sts --scores g",
    ]) {
      place.write("g", rows.map((_, i) => `${i}\n`).join(""));
      const { code, stdout, stderr } = place.bash(`simcli ${line} --dimensions 5`);
      expect([code, stdout], line).to.deep.equal([1, ""]);
      expect(stderr).to.contain("wide.csv: expected rows of 8 components before --dimensions, as in rows.csv, found 9");
    }
    const whole = place.bash("simcli topk short.csv short.csv -k 1 --no-exclude-self").stdout;
    expect(place.bash("simcli topk rows.csv short.csv -k 1 --dimensions 5").stdout).to.equal(whole);
  });

  it("leaves ids, labels and the names of the columns", () => {
    expect(
      place.bash(
        "simcli convert named.csv --labels label --dimensions 1 2>/dev/null; simcli convert named.csv --columns x,y --id-column id --dimensions 1 | head -2",
      ).stdout,
    ).to.equal(`id,x\nr0,${rows[0]![0]}\n`);
    expect(place.bash("simcli describe rows.csv --dimensions 3 --json").stdout).to.contain('"dimensions":3');
    expect(place.bash("simcli eval named.csv --labels label --dimensions 1 -k 1 --json").code).to.equal(0);
  });

  it("keeps the length 1 of rows where lengths matter, and says so", () => {
    const { stdout, stderr } = place.bash("simcli dot unit.csv --dimensions 3");
    const short = rows.map((row) => unit(row.slice(0, 3)));
    for (const [i, row] of cells(stdout).entries()) {
      for (const [j, value] of row.entries()) {
        expect(value).to.be.closeTo(
          short[i]!.reduce((sum, x, k) => sum + x * short[j]![k]!, 0),
          1e-12,
        );
      }
    }
    expect(stderr).to.equal("simcli: unit.csv: rows of length 1 have length 1 again after --dimensions 3\n");
    expect(place.bash("simcli cosine unit.csv --dimensions 3").stderr).to.equal("");
    const [first] = cells(place.bash("simcli convert unit.csv --dimensions 2 -q").stdout);
    expect(Math.hypot(...first!)).to.be.closeTo(1, 1e-15);
  });

  it("scales no row to length 1 in a file whose first row is longer, and no zero row", () => {
    place.write("mixed.csv", "3,4\n0.6,0.8\n");
    expect(place.bash("simcli convert mixed.csv --dimensions 1").stdout).to.equal("3\n0.6\n");
    place.write("hidden.csv", "0,1\n0.6,0.8\n5,0\n");
    expect(place.bash("simcli convert hidden.csv --dimensions 1 -q").stdout).to.equal("0\n1\n5\n");
  });

  it("accepts all components, and refuses more than a row has", () => {
    expect(place.bash("simcli convert rows.csv --dimensions 8").stdout).to.equal(text(rows));
    expect(place.bash("simcli cosine rows.npy --dimensions 9")).to.deep.equal({
      code: 1,
      stdout: "",
      stderr:
        "simcli: rows.npy: expected 9 or more components in a row for --dimensions, found 8\nhint: --dimensions 8 or less\n",
    });
    expect(place.bash("simcli cosine rows.npy --dimensions 0").code).to.equal(2);
    expect(place.bash("simcli loss rows.csv --dimensions 3").stderr).to.contain("expected a square similarity matrix");
  });
});

interface Quantized {
  readonly queries: number[][];
  readonly corpus: number[][];
  readonly calibration: number[][];
  readonly int8Decoded: number[][];
  readonly f16: number[][];
  readonly neighbours: { readonly [kind: string]: { rows: number[][]; scores: number[][]; rescored: number[][] } };
}

describe("--quantize", () => {
  const place = workplace();
  const kinds = ["int8", "binary", "f16"];
  before(() => {
    for (const precision of ["float64", "float32"]) {
      const { queries, corpus, calibration, int8Decoded, f16 } = fixtureJson<Quantized>(
        `quantization/${precision}.json`,
      );
      const signs = corpus.map((row) => row.map((value) => (value > 0 ? 1 : -1)));
      for (const [name, rows] of Object.entries({
        queries,
        corpus,
        calibration,
        int8: int8Decoded,
        f16,
        binary: signs,
      })) {
        const numbers = precision === "float32" ? Float32Array.from(rows.flat()) : Float64Array.from(rows.flat());
        place.write(`${precision}-${name}.npy`, npyBytes(numbers, [rows.length, rows[0]!.length]));
      }
    }
  });

  for (const precision of ["float64", "float32"]) {
    const { neighbours } = fixtureJson<Quantized>(`quantization/${precision}.json`);
    const search = (extra: string) =>
      cells(place.bash(`simcli topk ${precision}-queries.npy ${precision}-corpus.npy -q ${extra}`).stdout).slice(1);
    for (const kind of kinds) {
      it(`finds the neighbours of ${precision} vectors by ${kind}, and those that the vectors themselves refine`, () => {
        const { rows, scores, rescored } = neighbours[kind]!;
        const found = search(`-k 5 --quantize ${kind}`);
        expect(found.map((record) => record[2])).to.deep.equal(rows.flat());
        for (const [i, record] of found.entries()) expect(record[3]).to.be.closeTo(scores.flat()[i]!, 1e-9);
        const refined = search(`-k 5 --quantize ${kind} --rescore 3`);
        expect(refined.map((record) => record[2])).to.deep.equal(rescored.flat());
        const exact = new Map(search("-k 40").map(([query, , id, score]) => [`${query} ${id}`, score]));
        for (const [query, , id, score] of refined) expect(score).to.equal(exact.get(`${query} ${id}`));
      });
    }
  }

  for (const line of [
    "cosine CORPUS",
    "dot CORPUS --mode loop",
    "sqeuclidean CORPUS CORPUS",
    "pairs CORPUS --min-score 0.5",
    "mine CORPUS CORPUS --negatives 2",
    "topk CORPUS -k 2 --metric manhattan",
    "eval CORPUS CORPUS -k 1,3",
  ]) {
    it(`gives what the vectors that the codes stand for give: ${line}`, () => {
      for (const kind of kinds) {
        const found = place.bash(`simcli ${line.replaceAll("CORPUS", "float64-corpus.npy")} --quantize ${kind}`);
        const expected = place.bash(`simcli ${line.replaceAll("CORPUS", `float64-${kind}.npy`)}`);
        expect(found.stdout, kind).to.equal(expected.stdout);
        expect(found.code, kind).to.equal(0);
        expect(found.stderr.includes("int8: the ranges are those of 40 rows of float64-corpus.npy;"), kind).to.equal(
          kind === "int8",
        );
      }
    });
  }

  it("uses the ranges of another file for int8, also for a corpus on stdin", () => {
    const line = (corpus: string) => `simcli topk float64-queries.npy ${corpus} -k 3 --quantize int8`;
    const own = place.bash(line("float64-corpus.npy"));
    const calibrated = place.bash(`${line("float64-corpus.npy")} --calibration float64-calibration.npy`);
    expect(calibrated.stderr).to.equal("");
    expect(calibrated.stdout).not.to.equal(own.stdout);
    expect(place.bash(`${line("-")} --calibration float64-corpus.npy < float64-corpus.npy`).stdout).to.equal(
      own.stdout,
    );
    expect(place.bash(`${line("-")} --rescore 2 < float64-corpus.npy`)).to.deep.equal({
      code: 2,
      stdout: "",
      stderr:
        "simcli: --quantize int8: expected a file, which is read twice, found stdin\nhint: --calibration FILE names vectors whose ranges are used\n",
    });
  });

  it("names the pipe that would be read twice", () => {
    const line = (input: string) => `simcli ${input} | cat`;
    for (const [input, flag] of [
      ["topk float64-queries.npy <(cat float64-corpus.npy) --quantize int8", "--quantize int8"],
      ["describe <(cat float64-corpus.npy) --hubness", "--hubness"],
      [
        "eval float64-corpus.npy float64-corpus.npy --dimensions 2,4 --quantize int8 --calibration <(cat float64-corpus.npy)",
        "--calibration",
      ],
    ]) {
      const { stdout, stderr } = place.bash(line(input));
      expect(stdout, input).to.equal("");
      expect(stderr).to.match(
        new RegExp(`^simcli: ${flag}: expected a file, which is read twice, found the pipe /dev/fd/\\d+\nhint: `),
      );
    }
  });

  it("leaves out a column of labels", () => {
    place.write("labelled.csv", "x,y,class\n1,2,7\n-3,1,8\n2,-1,7\n");
    place.write("plain.csv", "1,2\n-3,1\n2,-1\n");
    const found = place.bash("simcli topk labelled.csv labelled.csv -k 2 --labels class --quantize int8");
    const expected = place.bash("simcli topk plain.csv plain.csv -k 2 --quantize int8");
    expect(cells(found.stdout).map((record) => record.slice(0, 4).join())).to.deep.equal(
      cells(expected.stdout).map((record) => record.join()),
    );
  });

  it("applies the minimum score to the refined scores", () => {
    const line = "simcli topk float64-queries.npy float64-corpus.npy -k 40 --min-score 0.5";
    const all = place.bash(line).stdout;
    expect(place.bash(`${line} --quantize binary --rescore 1`).stdout).to.equal(all);
    expect(place.bash(`${line} --quantize binary --rescore 1 --threads 1 --mode loop`).stdout).to.equal(all);
  });

  it("refuses options that have no effect", () => {
    for (const [line, message] of [
      ["topk a.csv --rescore 2", "--rescore: expected --quantize with it, found none"],
      ["topk a.csv --calibration b.csv", "--calibration: expected --quantize int8 with it, found no --quantize"],
      [
        "cosine a.csv --quantize f16 --calibration b.csv",
        "--calibration: expected --quantize int8 with it, found --quantize f16",
      ],
      ["cosine a.csv --quantize int4", '--quantize: expected int8, binary, f16, found "int4"'],
    ]) {
      const { code, stdout, stderr } = place.bash(`simcli ${line}`);
      expect([code, stdout, stderr.split("\n")[0]], line).to.deep.equal([2, "", `simcli: ${message}`]);
    }
    place.write("large.csv", "1,2\n3,1e5\n");
    expect(place.bash("simcli dot large.csv --quantize f16").stderr).to.contain(
      "large.csv:2: expected numbers within ±65504 for f16, found 100000",
    );
  });
});

describe("simcli eval of several sizes", () => {
  const place = workplace();
  const digits = fixturePath("digits/a.csv");
  interface Row {
    readonly dimensions: number;
    readonly quantize: string;
    readonly bytes: number;
    readonly metric: string;
    readonly value: number;
    readonly loss: number | null;
    readonly p: number | null;
  }
  const sizes = (line: string): Row[] => JSON.parse(place.bash(`simcli eval ${line} --json -q`).stdout);

  it("shows the metrics that were asked for, and the bytes of packed bits", () => {
    place.write("signs.csv", text(randomRows(12, 16, 3)));
    place.bash("simcli convert signs.csv --quantize binary -o signs.npy");
    const line = "simcli eval signs.npy signs.npy --packed-bits ubinary --dimensions 8,16 --metrics rbp,mrr -f table";
    const lines = place.bash(line).stdout.split("\n");
    expect(lines[3]).to.match(/^dimensions +quantize +bytes +rbp +mrr@1 +mrr@3 +loss +p$/);
    expect(lines[4]).to.match(/^16 +none +2 /);
    expect(lines[5]).to.match(/^8 +none +1 /);
    expect(lines).to.include("loss: rbp of the full vectors minus that of the size");
  });

  it("gives the metrics of each size alone, and the loss against the full vectors", () => {
    const rows = sizes(`${digits} --labels label -k 1,10 --dimensions 8,64 --quantize none,int8,binary,f16`);
    const full = new Map(rows.slice(0, 15).map(({ metric, value }) => [metric, value]));
    expect(rows).to.have.length(8 * 15);
    for (let at = 0; at < rows.length; at += 15) {
      const { dimensions, quantize, bytes } = rows[at]!;
      const line = `${digits} --labels label -k 1,10 --dimensions ${dimensions} --quantize ${quantize} --json -q`;
      const { metrics } = JSON.parse(place.bash(`simcli eval ${line}`).stdout);
      expect(bytes).to.equal(Math.ceil(dimensions * { none: 8, int8: 1, f16: 2, binary: 1 / 8 }[quantize]!));
      for (const { metric, value, loss, p } of rows.slice(at, at + 15)) {
        expect(value, `${dimensions} ${quantize} ${metric}`).to.be.closeTo(metrics[metric], 1e-12);
        if (at === 0) expect([loss, p]).to.deep.equal([null, null]);
        else expect(loss).to.be.closeTo((metric === "mean-rank" ? -1 : 1) * (full.get(metric)! - value), 1e-12);
      }
    }
  });

  it("tests the losses by all patterns of signs of few queries", () => {
    place.bash(
      `head -21 ${digits} | simcli convert - --columns '!label' -o few.npy; sed 1d ${digits} | head -20 | cut -d, -f2 > labels.txt`,
    );
    const ranks = (extra: string) =>
      cells(place.bash(`simcli eval few.npy --labels labels.txt --per-query -q ${extra}`).stdout).slice(1);
    const full = ranks("");
    const short = ranks("--dimensions 40");
    // The sign of a loss of 0 does not matter.
    const losses = full.map((record, i) => record[3]! - short[i]![3]!).filter((loss) => loss !== 0);
    expect(losses.length).to.be.within(2, 16);
    const total = Math.abs(losses.reduce((sum, loss) => sum + loss, 0));
    let extreme = 0;
    for (let signs = 0; signs < 2 ** losses.length; signs++) {
      const sum = losses.reduce((all, loss, i) => all + ((signs >> i) & 1 ? loss : -loss), 0);
      if (Math.abs(sum) >= total - 1e-12) extreme++;
    }
    const found = sizes("few.npy --labels labels.txt --dimensions 40,64").find(
      ({ dimensions, metric }) => dimensions === 40 && metric === "mrr",
    );
    expect(found?.loss).to.be.closeTo(losses.reduce((sum, loss) => sum + loss, 0) / full.length, 1e-12);
    expect(found?.p)
      .to.equal(extreme / 2 ** losses.length)
      .and.be.within(0.0001, 0.9);
  });

  it("keeps the length 1 of rows, reads a calibration, and counts the bytes of float32", () => {
    const rows = randomRows(20, 8, 5).map((row) => unit(row));
    place.write("unit.npy", npyBytes(Float32Array.from(rows.flat()), [20, 8]));
    place.write("other.npy", npyBytes(Float32Array.from(randomRows(9, 8, 6).flat()), [9, 8]));
    const line = "unit.npy unit.npy --metric dot -k 1 --calibration other.npy";
    const found = sizes(`${line} --dimensions 3,4 --quantize int8,none`);
    for (const dimensions of [3, 4]) {
      const alone = JSON.parse(
        place.bash(`simcli eval ${line} --dimensions ${dimensions} --quantize int8 --json -q`).stdout,
      );
      const row = found.find((one) => one.dimensions === dimensions && one.metric === "mrr" && one.quantize === "int8");
      expect(row?.value).to.equal(alone.metrics.mrr);
    }
    expect(found[0]!.bytes).to.equal(32);
    const { stderr } = place.bash(`simcli eval ${line} --dimensions 3,4 --quantize int8,none`);
    expect(stderr).to.equal("simcli: unit.npy: rows of length 1 have length 1 again after --dimensions\n");
  });

  it("prints a table with a line for each size, and refuses what it cannot compare", () => {
    const { stdout } = place.bash("simcli eval a.csv b.csv --dimensions 2,3 --quantize none,binary -f table");
    expect(
      stdout
        .split("\n")
        .slice(3, 8)
        .map((line) => line.split(/ +/).slice(0, 4).join(" ")),
    ).to.deep.equal([
      "dimensions quantize bytes accuracy@1",
      "3 none 24 1.0000",
      "2 none 16 0.7500",
      "2 binary 1 0.5000",
      "3 binary 1 0.5000",
    ]);
    for (const [line, message] of [
      ["--dimensions 2,2", '--dimensions: expected different values, found "2,2"'],
      ["--quantize int8,int9", '--quantize: expected none, int8, binary, f16, found "int9"'],
      ["--dimensions 1,2 --per-query", "--per-query: expected one size of vectors, found a list"],
      [
        "--dimensions 1,2 --calibration a.csv",
        "--calibration: expected --quantize int8 with it, found --quantize none",
      ],
      ["--dimensions 1,4", "a.csv: expected 4 or more components in a row for --dimensions, found 3"],
    ]) {
      const { code, stderr } = place.bash(`simcli eval a.csv b.csv ${line}`);
      expect(stderr.split("\n")[0], line).to.equal(`simcli: ${message}`);
      expect(code).to.equal(line === "--dimensions 1,4" ? 1 : 2);
    }
  });
});

describe("simcli convert of quantised vectors", () => {
  const place = workplace();
  const expected = fixtureJson<{
    readonly corpus: number[][];
    readonly calibration: number[][];
    readonly int8: number[][];
    readonly int8Calibrated: number[][];
    readonly ubinary: number[][];
    readonly f16Bits: number[][];
  }>("quantization/float32.json");
  before(() => {
    for (const name of ["corpus", "calibration"] as const) {
      place.write(`${name}.npy`, npyBytes(Float32Array.from(expected[name].flat()), [expected[name].length, 24]));
    }
  });
  /** Returns the header of a NumPy file and the bytes of its numbers. */
  const stored = (name: string): [string, Buffer] => {
    const bytes = readFileSync(place.path(name));
    const start = 10 + bytes.readUInt16LE(8);
    return [bytes.toString("latin1", 10, start).trim(), bytes.subarray(start)];
  };

  it("writes the int8 codes and packed bits of Sentence Transformers, and halves as NumPy does", () => {
    const { stdout, stderr } = place.bash("simcli convert corpus.npy --quantize int8 -o int8.npy");
    expect(stdout + stderr).to.equal(
      "simcli: int8: the ranges are those of 40 rows of corpus.npy; --calibration names another file\n",
    );
    const [head, codes] = stored("int8.npy");
    expect(head).to.equal("{'descr': '|i1', 'fortran_order': False, 'shape': (40, 24), }");
    expect(Array.from(new Int8Array(codes))).to.deep.equal(expected.int8.flat());
    place.bash("simcli convert corpus.npy --quantize int8 --calibration calibration.npy -o other.npy");
    expect(Array.from(new Int8Array(stored("other.npy")[1]))).to.deep.equal(expected.int8Calibrated.flat());
    place.bash("simcli convert corpus.npy --quantize binary -o bits.npy");
    const [bitsHead, bits] = stored("bits.npy");
    expect(bitsHead).to.contain("'|u1'").and.to.contain("(40, 3)");
    expect(Array.from(bits)).to.deep.equal(expected.ubinary.flat());
    for (const option of ["--quantize f16", "--store f16"]) {
      place.bash(`simcli convert corpus.npy ${option} -o halves.npy`);
      const [halvesHead, halves] = stored("halves.npy");
      expect(halvesHead).to.contain("'<f2'");
      expect(Array.from(new Uint16Array(Uint8Array.from(halves).buffer))).to.deep.equal(expected.f16Bits.flat());
    }
  });

  it("writes the codes in formats of bytes, in safetensors and as text", () => {
    place.bash(
      "simcli convert corpus.npy --quantize int8 -o codes.i8bin && simcli convert corpus.npy --quantize binary -o bits.u8bin",
    );
    place.bash("simcli convert corpus.npy --quantize int8 -o codes.safetensors");
    for (const name of ["codes.i8bin", "codes.safetensors"]) {
      expect(cells(place.bash(`simcli convert ${name}`).stdout), name).to.deep.equal(expected.int8);
    }
    expect(cells(place.bash("simcli convert bits.u8bin").stdout)).to.deep.equal(expected.ubinary);
    expect(cells(place.bash("simcli convert corpus.npy --quantize int8").stdout)).to.deep.equal(expected.int8);
    const text = readFileSync(place.path("codes.safetensors"), "latin1");
    expect(text).to.contain('"dtype":"I8","shape":[40,24],"data_offsets":[0,960]');
  });

  it("stores floats of each type, and says how many were rounded", () => {
    place.write("numbers.csv", "0.1,0.5\n-3,65504\n");
    for (const [type, code, numbers, rounded] of [
      ["f64", "<f8", "0.1,0.5\n-3,65504\n", ""],
      ["f32", "<f4", "0.10000000149011612,0.5\n-3,65504\n", "simcli: npy: rounded 1 of 4 numbers to f32\n"],
      ["f16", "<f2", "0.0999755859375,0.5\n-3,65504\n", "simcli: npy: rounded 1 of 4 numbers to f16\n"],
    ]) {
      expect(place.bash(`simcli convert numbers.csv --store ${type} -o out.npy`).stderr, type).to.equal(rounded);
      expect(stored("out.npy")[0]).to.contain(`'${code}'`);
      expect(place.bash("simcli convert out.npy").stdout).to.equal(numbers);
    }
  });

  it("refuses numbers and formats that a type does not fit", () => {
    place.write("numbers.csv", "1,200\n1,70000\n0.5,1\n");
    for (const [line, message] of [
      ["--store i8 -o out.npy", "npy: row 0, column 1: expected a whole number from -128 to 127, found 200"],
      ["--store u8 -o out.npy", "npy: row 1, column 1: expected a whole number from 0 to 255, found 70000"],
      ["--store f16 -o out.safetensors", "safetensors: row 1, column 1: expected a number within ±65504, found 70000"],
      ["--store f16 -o out.csv", "--store: expected the format npy or safetensors with it, found csv"],
      ["--store f16 -o out.vec", "--store: expected the format npy or safetensors with it, found word vectors"],
      [
        "--quantize binary --calibration a.csv",
        "--calibration: expected --quantize int8 with it, found --quantize binary",
      ],
    ]) {
      const { code, stderr } = place.bash(`simcli convert numbers.csv ${line}`);
      expect(stderr.split("\n")[0], line).to.equal(`simcli: ${message}`);
      expect(code, line).to.equal(line!.endsWith("out.npy") || line!.endsWith("out.safetensors") ? 1 : 2);
    }
  });

  it("writes packed bits that are read back as the vectors that --quantize binary compares", () => {
    const direct = place.bash("simcli topk corpus.npy -k 3 --quantize binary").stdout;
    place.bash("simcli convert corpus.npy --quantize binary -o bits.npy");
    expect(place.bash("simcli topk bits.npy -k 3 --packed-bits ubinary").stdout).to.equal(direct);
    const signed = expected.ubinary.map((row) => row.map((byte) => byte - 128));
    place.write("signed.csv", text(signed));
    expect(place.bash("simcli topk signed.csv -k 3 --packed-bits binary").stdout).to.equal(direct);
    const first = signed.flat().findIndex((byte) => byte < 0);
    expect(place.bash("simcli topk signed.csv -k 3 --packed-bits ubinary")).to.deep.include({
      code: 1,
      stderr: `simcli: signed.csv:${Math.floor(first / 3) + 1}: component ${first % 3}: expected a byte of packed bits from 0 to 255, found ${signed.flat()[first]}\nhint: --packed-bits binary reads bytes from -128 to 127\n`,
    });
    const { stderr } = place.bash("simcli convert corpus.npy --dimensions 13 --quantize binary -o thirteen.npy");
    expect(stderr).to.equal(
      "simcli: binary: 13 components take 2 bytes; read them with --packed-bits ubinary --dimensions 13\n",
    );
    expect(place.bash("simcli topk thirteen.npy -k 3 --packed-bits ubinary --dimensions 13").stdout).to.equal(
      place.bash("simcli topk corpus.npy -k 3 --quantize binary --dimensions 13").stdout,
    );
  });
});
