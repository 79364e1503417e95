import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { finite } from "../input/support.js";
import { workplace } from "./run.js";

const hasPython = spawnSync("python3", ["-c", ""]).status === 0;

/** Returns the command of the hint in the output of a failed command. */
const commandIn = (stderr: string) => /^hint: .*?: ((?:gzip|python3|simcli) .*)$/m.exec(stderr)?.[1] ?? "exit 9";

describe("JSON and files that are not JSON", () => {
  const place = workplace();
  before(function () {
    if (!hasPython) this.skip();
    place.write("py.txt", "{'it': [0.1, 2], 'b': [3, 4]}\n");
    place.write("py.json.gz", gzipSync("{'it': [0.1, 2], 'b': [3, 4]}\n"));
    place.write("two words.json", '// a "comment"\n[[0.1, 2], [3, 4],]\n');
    place.write("tokens.json", "[[[0, 2], [0.2, 2]], [[3, 4]]]");
  });

  for (const [file, stdout] of [
    ["py.txt", "id,0,1\nit,0.1,2\nb,3,4\n"],
    ["py.json.gz", "id,0,1\nit,0.1,2\nb,3,4\n"],
    ["'two words.json'", "0.1,2\n3,4\n"],
    ["tokens.json", "0.1,2\n3,4\n"],
  ]) {
    it(`are read with the command of the hint: ${file}`, () => {
      const { code, stderr } = place.bash(`simcli convert ${file}`);
      expect(code).to.equal(1);
      expect(place.bash(commandIn(stderr))).to.deep.equal({ code: 0, stdout, stderr: "" });
    });
  }

  it("are read as a second file, and as a file that is named twice", () => {
    place.write("list.json", "[[0.1, 2], [3, 4]]");
    const expected = place.bash("simcli cosine list.json");
    for (const line of [
      "simcli cosine list.json 'two words.json'",
      "simcli cosine 'two words.json' 'two words.json'",
    ]) {
      const { stdout, code } = place.bash(commandIn(place.bash(line).stderr));
      expect([stdout, code], line).to.deep.equal([expected.stdout, 0]);
    }
    const piped = place.bash("simcli convert list.json -f npy | simcli cosine - 'two words.json'");
    expect(commandIn(piped.stderr)).to.match(/ > 'two words-2' && simcli cosine - 'two words-2'$/);
  });

  it("have the bits that Python's json reads: named vectors, texts and Extended JSON", () => {
    const texts = fc.sample(finite, { numRuns: 300, seed: 5 }).map(String);
    const digits = ["0.1000000000000000055511151231257827", "2.5e-324", "9007199254740993", "1E5", "-0.0"];
    const numbers = [...texts, ...digits];
    place.write("named.json", `{"store":{"a":[${numbers}],"b":[${numbers}]},"t":{"a":1}}`);
    place.write("texts.jsonl", `{"id":"a","v":"[${numbers}]"}\n{"id":"b","v":"[${numbers}]"}\n`);
    const extended = numbers.map((number) => `{"$numberDouble":"${number}"}`);
    place.write("extended.json", `[{"v":[${extended}]},{"v":[${extended}]}]`);
    const script =
      'import array, json; print((2 * array.array("d", map(float, json.load(open("named.json"))["store"]["a"]))).tobytes().hex())';
    const expected = place.bash(`python3 -c '${script}'`).stdout.trim();
    for (const file of ["named.json", "texts.jsonl", "extended.json"]) {
      expect(place.bash(`simcli convert ${file} -o bits.npy`).code).to.equal(0);
      const bytes = readFileSync(place.path("bits.npy"));
      expect(bytes.subarray(bytes.length - expected.length / 2).toString("hex"), file).to.equal(expected);
    }
  });

  it("are read from a pipe with the command in front of simcli", () => {
    const { stderr } = place.bash("cat py.txt | simcli convert -");
    expect(place.bash(`cat py.txt | ${commandIn(stderr)}`).stdout).to.equal("id,0,1\nit,0.1,2\nb,3,4\n");
  });
});

describe("records without a vector", () => {
  const place = workplace();

  it("are left out with the command of the hint", () => {
    place.write("r.jsonl", '{"id":1,"emb":[1,2]}\n{"id":2,"emb":null}\n{"id":3,"emb":[3,4]}\n');
    const { code, stderr } = place.bash("simcli convert r.jsonl");
    expect([code, stderr]).to.deep.equal([
      1,
      'simcli: r.jsonl:2: expected a vector in the field "emb", found null\n' +
        "hint: this leaves out records without a vector: simcli convert r.jsonl --missing skip-row\n",
    ]);
    expect(place.bash(commandIn(stderr))).to.deep.equal({
      code: 0,
      stdout: "id,0,1\n1,1,2\n3,3,4\n",
      stderr: "simcli: r.jsonl: left out 1 record without a vector (first: line 2, 2)\n",
    });
  });
});
