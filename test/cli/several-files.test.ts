import { mkdirSync, rmSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { npyOf } from "../formats/npy/npy-bytes.js";
import { drawing, fixtureText, randomRows } from "../reference.js";
import { run, workplace } from "./run.js";

const ROWS = 24;
const rows = randomRows(ROWS, 3, 5);
const lines = rows.map((row, i) => `${i % 5 === 4 ? i : `id${i}`},${row.join(",")}\n`);
const npy = (part: readonly number[][]) =>
  npyOf(
    `{'descr': '<f8', 'fortran_order': False, 'shape': (${part.length}, 3), }`,
    new Uint8Array(Float64Array.from(part.flat()).buffer),
  );

describe("several files as one", () => {
  const place = workplace();
  before(() => {
    place.write("whole.csv", lines.join(""));
    place.write("whole.npy", npy(rows));
    place.write("q.csv", lines.slice(5, 8).join(""));
  });

  const COMMANDS = [
    (input: string) => ["cosine", input, "--json"],
    (input: string) => ["topk", "q.csv", input, "-k", "4"],
    (input: string) => ["topk", input, "-k", "2", "--metric", "euclidean"],
    (input: string) => ["eval", input, "whole.csv", "--json"],
    (input: string) => ["pairs", input, "--min-score", "0.5"],
    (input: string) => ["convert", input, "-f", "csv"],
    (input: string) => ["loss", input, "whole.csv"],
  ] as const;

  for (const extension of ["csv", "npy"]) {
    it(`give the same bytes as the whole file, for every division of ${extension}`, async function () {
      this.timeout(120_000);
      const outputOf = async (line: readonly string[]) => {
        const { code, stdout } = await place.run(...line);
        expect(code, line.join(" ")).to.equal(0);
        return stdout;
      };
      const whole = await Promise.all(COMMANDS.map((command) => outputOf(command(`whole.${extension}`))));
      const cuts = fc.array(fc.integer({ min: 2, max: ROWS }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(cuts, fc.boolean(), async (list, isFolder) => {
          mkdirSync(place.path("parts"));
          const ends = [...list, ROWS].sort((x, y) => x - y);
          for (const [i, end] of ends.entries()) {
            const start = ends[i - 1] ?? 0;
            const content = extension === "csv" ? lines.slice(start, end).join("") : npy(rows.slice(start, end));
            place.write(`parts/${i}.${extension}`, content);
          }
          const input = isFolder ? "parts" : `parts/*.${extension}`;
          const found = [];
          for (const command of COMMANDS) found.push(await outputOf(command(input)));
          rmSync(place.path("parts"), { recursive: true });
          expect(found).to.deep.equal(whole);
        }),
        { numRuns: 4, endOnFailure: true },
      );
    });
  }

  it("work beside a pipe, compressed, with labels, and as a matrix", () => {
    place.bash("mkdir -p z m; head -9 whole.csv | gzip > z/1.csv.gz; tail -n +10 whole.csv > z/2.csv");
    const piped = place.bash("cat q.csv | simcli topk - 'z/*' -k 3");
    expect(piped).to.deep.equal(place.bash("simcli topk q.csv whole.csv -k 3"));
    expect(place.bash("simcli cosine whole.csv | tee m.csv | split -l 7 - m/; simcli loss m").stdout).to.equal(
      place.bash("simcli loss m.csv").stdout,
    );
    const [header, ...records] = fixtureText("digits/a.csv").trimEnd().split("\n");
    mkdirSync(place.path("digits"));
    for (const i of [0, 1]) {
      place.write(`digits/${i}.csv`, `${header}\n${records.filter((_, k) => k % 2 === i).join("\n")}\n`);
    }
    const list = records.filter((_, k) => k % 2 === 0).concat(records.filter((_, k) => k % 2 === 1));
    place.write("digits.csv", `${header}\n${list.join("\n")}\n`);
    expect(place.bash("simcli eval digits --labels label").stdout).to.equal(
      place.bash("simcli eval digits.csv --labels label").stdout,
    );
  });

  it("name the file and the line of an error", () => {
    place.bash("mkdir -p bad; head -3 whole.csv > bad/1.csv; printf 'x,1,2,3\\ny,0,0,0\\n' > bad/2.csv");
    const { code, stderr } = place.bash("simcli cosine 'bad/*.csv'");
    expect([code, stderr.split("\n")[0]]).to.deep.equal([
      1,
      "simcli: bad/2.csv:2: expected a direction, found a zero vector",
    ]);
    place.write("bad/2.csv", "x,1,2\ny,1,2\n");
    expect(place.bash("simcli cosine bad").stderr).to.match(
      /^simcli: bad\/2\.csv: expected 3 dimensions as in bad\/1\.csv, found 2 dimensions\nhint: /,
    );
    expect(place.bash("simcli cosine 'bad/*.npy'").stderr).to.equal(
      "simcli: bad/*.npy: no file matches this pattern\nhint: list the files: ls bad\n",
    );
  });

  it("are read in parts within --max-memory, as one corpus", function () {
    this.timeout(60_000);
    const draw = drawing(8);
    const all = Array.from({ length: 150_000 }, (_, i) => `row${i},${draw()},${draw()},${draw()}\n`);
    mkdirSync(place.path("corpus"));
    for (let i = 0; i < 5; i++) place.write(`corpus/${i}.csv`, all.slice(i * 30_000, (i + 1) * 30_000).join(""));
    const whole = place.bash("cat corpus/* | simcli topk q.csv - -k 7");
    const parts = place.bash("simcli topk q.csv corpus -k 7 --max-memory 113MB --verbose");
    expect(parts.stderr).to.match(/read corpus: 150000 rows in parts, 5 files, \d+ bytes/);
    expect(parts.stdout).to.equal(whole.stdout).and.to.have.length.above(100);
    const atOnce = place.bash("simcli topk q.csv 'corpus/*' -k 7 --verbose");
    expect(atOnce.stderr).to.match(/read corpus\/\*: 150000×3 with ids, 5 files, /);
    expect(atOnce.stdout).to.equal(whole.stdout);
    const tooLarge = place.bash("simcli pairs corpus --max-memory 113MB");
    expect(tooLarge.stderr).to.match(/^simcli: --max-memory: this job needs /);
    expect(tooLarge).to.deep.equal(place.bash("cat corpus/* > all.csv; simcli pairs all.csv --max-memory 113MB"));
    place.write("corpus/5.csv", "row,0,0,0\n");
    expect(place.bash("simcli topk q.csv corpus --max-memory 113MB").stderr).to.match(/^simcli: corpus\/5\.csv:1: /);
  });

  it("are described as one", () => {
    place.bash("mkdir -p d; head -2 whole.csv > d/1.csv; printf 'a,1,nan,3\\nb,1,2,3\\n' | gzip > d/2.csv.gz");
    const { stdout } = place.bash("simcli describe d --json");
    expect(JSON.parse(stdout)).to.deep.include({
      file: "d",
      files: 2,
      format: "csv",
      compression: "gzip",
      rows: 4,
      dimensions: 3,
      ids: true,
      firstNonFinite: "d/2.csv.gz:1: component 1",
    });
    expect(place.bash("simcli describe 'd/*' -f table").stdout).to.match(/^d\/\*\n\nformat +2 files, csv, gzip\n/);
  });

  it("are named in a note if they are left out, unless they describe the others", () => {
    place.bash("mkdir -p n/sub; head -2 whole.csv > n/1.csv; touch n/_SUCCESS n/.1.csv.crc n/x.png n/2.csv");
    const { stdout, stderr } = place.bash("simcli cosine n | wc -l");
    expect(stdout.trim()).to.equal("2");
    expect(stderr).to.equal(
      "simcli: n: left out the folder sub; 'n/**' reads the files in all folders\n" +
        "simcli: n: left out x.png: not data files by their names; 'n/*' reads all files\n" +
        "simcli: n: 2 files, of which 1 without rows: n/2.csv\n",
    );
    expect(place.bash("simcli cosine n -q").stderr).to.equal("");
    expect(place.bash("simcli cosine n --verbose").stderr).to.contain("n: left out n/.1.csv.crc, n/_SUCCESS\n");
  });
});

describe("a pattern without quotes", () => {
  const place = workplace();
  before(() => {
    mkdirSync(place.path("my parts"));
    for (let i = 0; i < 4; i++) {
      place.write(`my parts/${i}.npy`, npy(rows.slice(2 * i, 2 * i + 2)));
      place.write(`p${i}.npy`, npy(rows.slice(i, i + 1)));
    }
    place.write("q.npy", npy(rows.slice(0, 2)));
  });

  for (const [typed, corrected] of [
    ["topk q.npy my\\ parts/*.npy -k 2", "topk q.npy 'my parts/*.npy' -k 2"],
    ["topk -k 1 my\\ parts/*", "topk -k 1 'my parts/*.npy'"],
    ["pairs p*.npy --min-score 0.1", "pairs 'p*.npy' --min-score 0.1"],
    ["cosine q.npy p*.npy -f csv", "cosine q.npy 'p*.npy' -f csv"],
    ["topk my\\ parts/* p*.npy", "topk 'my parts/*.npy' 'p*.npy'"],
    ["cosine p*.npy q.npy", "cosine 'p*.npy' q.npy"],
  ]) {
    it(`gets the hint that works: ${typed}`, () => {
      const { code, stderr } = place.bash(`simcli ${typed}`);
      const [message, hint] = stderr.split("\n");
      expect(code).to.equal(2);
      expect(message).to.match(/^simcli: \w+: expected at most [12] files?, found \d+: .*, …$/);
      expect(hint).to.equal(`hint: in quotes, a pattern is read as one file: simcli ${corrected}`);
      expect(place.bash(`simcli ${corrected}`).code).to.equal(0);
    });
  }

  it("gets an example if no pattern matches the files", () => {
    expect(place.bash("simcli pairs q.npy a.csv p0.npy").stderr).to.equal(
      "simcli: pairs: expected at most 2 files, found 3: q.npy, a.csv, p0.npy\n" +
        "hint: several files are read as one if they are given as a pattern in quotes: simcli pairs 'parts/*.npy'\n",
    );
    expect(place.bash("simcli pairs q.npy a.csv z").stderr).to.contain(
      "found 3: q.npy, a.csv, z\nhint: there is no file z",
    );
    expect(place.bash("simcli dedupe q.npy a.csv").stderr).to.contain("simcli dedupe q.npy --against a.csv");
  });
});

describe("the name of a file", () => {
  const place = workplace();

  it("takes precedence over a pattern", async () => {
    place.write("a[1]*.csv", "1,2\n");
    place.write("a1x.csv", "3,4\n");
    expect((await run(["convert", "a[1]*.csv"], { cwd: place.folder })).stdout).to.equal("1,2\n");
    expect((await run(["convert", "a[1]?.csv"], { cwd: place.folder })).stdout).to.equal("3,4\n");
  });
});

describe("an array named in several files", () => {
  const place = workplace();

  it("is read from each file of a pattern or a folder, also twice for --missing mean", () => {
    place.bash(
      "mkdir parts && simcli convert a.csv -o parts/1.safetensors && simcli convert b.csv -o parts/2.safetensors",
    );
    const whole = place.bash("cat a.csv b.csv | simcli dot -").stdout;
    expect(whole.split("\n")).to.have.length(9);
    for (const name of ["'parts/*.safetensors#vectors'", "'parts#vectors'", "'parts/*'"]) {
      const { stdout, stderr } = place.bash(`simcli dot ${name}`);
      expect(stdout, `${name}: ${stderr}`).to.equal(whole);
      expect(place.bash(`simcli dot ${name} --missing mean`).stdout).to.equal(whole);
    }
    const { code, stderr } = place.bash("simcli dot 'parts/*.safetensors#none'");
    expect(code).to.equal(2);
    expect(stderr).to.contain("vectors");
  });
});
