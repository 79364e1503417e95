import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { finite, textOf } from "../input/support.js";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

describe("simcli convert", () => {
  const place = workplace();

  it("keeps ids, column names and every bit, through every format and back", () => {
    const rows = fc.sample(fc.array(finite, { minLength: 3, maxLength: 3 }), { numRuns: 40, seed: 7 });
    rows[0] = [-0, 5e-324, 1.7976931348623157e308];
    const lines = rows.map((row, i) => [`w${i}`, ...row.map(textOf)].join(","));
    const text = `${["id,x,y,z", ...lines].join("\n")}\n`;
    place.write("set.csv", text);
    for (const name of ["set.tsv", "set.json", "set.jsonl", "set.vec", "other.csv"]) {
      const { code, stderr } = place.bash(`simcli convert set.csv -o ${name} && simcli convert ${name} -o back.csv`);
      expect([code, stderr], name).to.deep.equal([0, ""]);
      const keepsNames = !/\.(?:jsonl|vec)$/.test(name);
      const expected = keepsNames ? text : text.replace("id,x,y,z", "id,0,1,2");
      expect(readFileSync(place.path("back.csv"), "utf8"), name).to.equal(expected);
    }
  });

  it("writes no header if there are neither ids nor column names", () => {
    expect(place.bash("simcli convert a.csv | cmp - a.csv").code).to.equal(0);
  });

  it("writes each format", () => {
    place.write("two.csv", "a,1,2\nb,3,4\n");
    for (const [line, expected] of [
      ["", "id,0,1\na,1,2\nb,3,4\n"],
      ["-f ndjson", '{"index":0,"id":"a","values":[1,2]}\n{"index":1,"id":"b","values":[3,4]}\n'],
      ["--json", '{"shape":[2,2],"ids":["a","b"],"columns":null,"values":[[1,2],[3,4]]}\n'],
      ["-f markdown --precision 1", "|  | 0 | 1 |\n| --- | ---: | ---: |\n| a | 1.0 | 2.0 |\n| b | 3.0 | 4.0 |\n"],
      ["-o two.vec && cat two.vec", "2 2\na 1 2\nb 3 4\n"],
      ["-o two.vec -f csv && cat two.vec", "id,0,1\na,1,2\nb,3,4\n"],
      ["-f table", "two.csv   2×2\n\n        0       1\na  1.0000  2.0000\nb  3.0000  4.0000\n"],
    ]) {
      expect(place.bash(`simcli convert two.csv ${line}`).stdout, line).to.equal(expected);
    }
  });

  it("rejects the extension of a table, or of an unsupported format, without --format", () => {
    for (const [name, found] of [
      ["x.txt", "x.txt: expected a format that keeps all numbers, found a table"],
      ["x.npz", "x.npz: expected the extension of an output format, found .npz"],
      ["x.gif", "x.gif: expected the extension of an output format, found .gif"],
      ["x.foo", "x.foo: expected the extension of an output format, found .foo"],
      ["x.FVECS", "x.FVECS: expected the extension of an output format, found .fvecs"],
    ]) {
      const { code, stderr } = place.bash(`simcli convert a.csv -o ${name}; code=$?; test ! -e ${name} && exit $code`);
      expect([code, stderr.split("\n")[0]]).to.deep.equal([2, `simcli: ${found}`]);
      expect(place.bash(`simcli convert a.csv -f csv -o ${name} && cmp ${name} a.csv`).code).to.equal(0);
    }
    expect(place.bash("simcli noise a.csv --sd 0 --seed 1 -o y.txt").code).to.equal(2);
    expect(place.bash("simcli convert a.csv -o x.parqet").stderr).to.contain(
      "\nhint: did you mean .parquet? supported: .csv",
    );
    expect(place.bash("simcli cosine a.csv -o x.jsno").stderr).to.contain("\nhint: did you mean .json? ");
    expect(place.bash("simcli loss a.csv b.csv --gradient g.gif").code).to.equal(2);
    expect(place.bash("ls").stdout).to.not.match(/^[xg]\.(?:parqet|jsno|svg)$/m);
    expect(place.bash("simcli convert a.csv -o plain && cmp plain a.csv").code).to.equal(0);
  });

  it("writes no note about the header of its input", () => {
    place.write("two.jsonl", '{"id":"a","values":[1,2,3]}\n{"id":"b","values":[3,4,5]}\n');
    expect(place.bash("simcli convert two.jsonl -o two.csv && simcli cosine two.csv -q").stderr).to.equal("");
    expect(place.bash("simcli cosine two.csv -f csv").stderr).to.equal("");
  });

  it("reads the response of an embedding API for another command", () => {
    const openai = fixturePath("embeddings/openai.json");
    const { stdout } = place.bash(`simcli convert ${openai} | simcli cosine - ${openai}`);
    expect(stdout.split("\n").map((line) => line.split(",").map(Number))[1][1]).to.be.closeTo(1, 1e-15);
  });

  it("streams many rows through many batches", () => {
    place.write("tall.jsonl", '{"id":"x","values":[1,2,3]}\n'.repeat(60_000));
    expect(place.bash("simcli convert tall.jsonl | tail -n +2 | sort | uniq -c").stdout.trim()).to.equal(
      "60000 x,1,2,3",
    );
  });

  it("rejects ids that are not words for word vectors, and leaves no file", () => {
    place.write("blank.csv", "id,x\na b,1\n");
    const { code, stderr } = place.bash("simcli convert blank.csv -o blank.vec; test ! -e blank.vec && exit 7");
    expect(code).to.equal(7);
    expect(stderr).to.equal(
      'simcli: expected words without blanks, found the id "a b"\nhint: another format keeps it: -o FILE.json\n',
    );
  });
});
