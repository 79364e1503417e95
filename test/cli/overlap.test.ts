import { expect } from "chai";
import { fixtureJson, fixtureText } from "../reference.js";
import { workplace } from "./run.js";

interface Expected {
  readonly b: readonly number[][];
  readonly cka: number;
  readonly cases: readonly {
    readonly k: number;
    readonly persistence: number;
    readonly jaccard: readonly number[];
    readonly rankBiased: readonly number[];
    readonly skewness: number | null;
    readonly occurrences: readonly number[];
  }[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("simcli overlap", () => {
  const place = workplace();
  const expected = fixtureJson<Expected>("neighbours/overlap.json");
  const idOf = (row: number) => `digit-${row}`;
  const csv = (rows: readonly (readonly number[])[], from = 0) =>
    rows.map((row, i) => `${idOf(from + i)},${row.join(",")}\n`).join("");
  before(() => {
    place.write("digits.csv", fixtureText("digits/a.csv"));
    place.bash("simcli convert digits.csv --columns '!label' -o one.csv");
    place.write("other.csv", csv(expected.b));
    place.write("turned.csv", csv(expected.b).trimEnd().split("\n").reverse().join("\n"));
    place.write("plain.csv", expected.b.map((row) => `${row.join(",")}\n`).join(""));
    place.write("part.csv", `${csv(expected.b.slice(5), 5)}more,${expected.b[0]!.join(",")}\n`);
  });

  const json = (line: string) => JSON.parse(place.bash(`simcli overlap ${line} --json`).stdout);

  it("prints the means and the rows that changed most", () => {
    for (const { k, persistence, jaccard, rankBiased } of expected.cases) {
      const found = json(`one.csv other.csv -k ${k} --persistence ${persistence} --changed 2`);
      expect(found).to.include({ metric: "cosine", k, persistence, rows: 40 });
      expect(found.jaccard).to.be.closeTo(mean(jaccard), 1e-12);
      expect(found.rbo).to.be.closeTo(mean(rankBiased), 1e-12);
      expect(found.cka).to.be.closeTo(expected.cka, 1e-12);
      expect(found.changed).to.have.length(2);
      expect(found.changed[0].rbo).to.be.closeTo(Math.min(...rankBiased), 1e-12);
    }
  });

  it("prints the values as records, and a record for each row", () => {
    const lines = place.bash("simcli overlap one.csv other.csv -k 5 --precision 4").stdout.split("\n");
    expect(lines.map((line) => line.split(",")[0])).to.deep.equal(["metric", "rows", "jaccard@5", "rbo@5", "cka", ""]);
    expect(lines[1]).to.equal("rows,40");
    const rows = place.bash("simcli overlap one.csv other.csv --per-row").stdout.trimEnd().split("\n");
    expect(rows[0]).to.equal("row,jaccard,rbo,nearest_a,nearest_b");
    expect(rows).to.have.length(41);
    const { jaccard } = expected.cases.find(({ k }) => k === 10)!;
    for (const [i, row] of rows.slice(1).entries()) {
      expect(row.split(",")[0]).to.equal(idOf(i));
      expect(Number(row.split(",")[1])).to.be.closeTo(jaccard[i]!, 1e-15);
    }
    expect(place.bash("simcli overlap one.csv other.csv --per-row -f ndjson | head -1").stdout).to.match(
      /^\{"row":"digit-0"/,
    );
  });

  it("prints a table with both files and the rows that changed most", () => {
    const { stdout } = place.bash("simcli overlap one.csv other.csv --changed 3 -f table");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, 3)).to.deep.equal([
      "overlap of neighbours by cosine",
      "a  one.csv  40×64",
      "b  other.csv  40×20",
    ]);
    expect(lines.at(-4)).to.match(/^row +jaccard +rbo +nearest in a +nearest in b$/);
    expect(lines.at(-3)).to.match(/^digit-\d+ +0\.\d{4} +0\.\d{4} +digit-\d+ +digit-\d+$/);
    expect(place.bash("simcli overlap one.csv other.csv --changed 0 -f table").stdout).not.to.contain("changed most");
  });

  it("matches rows by their ids in any order, else by their number", () => {
    const { stdout } = place.bash("simcli overlap one.csv other.csv --per-row");
    expect(place.bash("simcli overlap one.csv turned.csv --per-row")).to.include({ stdout, stderr: "" });
    expect(place.bash("simcli overlap one.csv plain.csv --per-row").stdout).to.equal(stdout);
    const part = place.bash("simcli overlap one.csv part.csv --per-row");
    expect(part.stdout.split("\n")).to.have.length(35 + 2);
    expect(part.stderr).to.equal(
      "simcli: compared the 35 rows whose ids are in both files; left out 5 of one.csv and 1 of part.csv\n",
    );
  });

  it("prints the same on one thread, in little memory and in loop mode", () => {
    const line = "simcli overlap one.csv other.csv --per-row";
    const { stdout } = place.bash(line);
    for (const options of ["--threads 1", "--max-memory 120MB", "--mode loop", "--backend wasm"]) {
      expect(place.bash(`${line} ${options}`).stdout, options).to.equal(stdout);
    }
  });

  it("finds no change between a file and itself", () => {
    const found = json("one.csv one.csv -k 3");
    expect([found.jaccard, found.rbo]).to.deep.equal([1, 1]);
    expect(found.cka).to.be.closeTo(1, 1e-12);
  });

  it("reports files that have no common rows, repeated ids, and options out of range", () => {
    const fails = (line: string) => {
      const { code, stdout, stderr } = place.bash(`simcli overlap ${line}`);
      expect(code).to.be.within(1, 2);
      expect(stdout).to.equal("");
      return stderr;
    };
    place.write("twice.csv", "x,1,2\nx,2,1\ny,1,1\n");
    place.write("alien.csv", "u,1,2\nv,2,1\nw,1,1\n");
    expect(fails("one.csv alien.csv")).to.contain("expected the same ids, found 0 of 40 in both");
    expect(fails("alien.csv twice.csv")).to.contain(
      'twice.csv: expected a different id for each row, found "x" in rows 0 and 1',
    );
    expect(fails("a.csv plain.csv")).to.contain("found 4 and 40 rows");
    expect(fails("a.csv b.csv -k 4")).to.contain("-k: expected less than the 4 rows, found 4\nhint:");
    place.write("gaps.csv", "id,x,y\nu,1,2\nv,,1\nw,1,1\nz,2,1\n");
    const gaps = place.bash("simcli overlap gaps.csv gaps.csv --missing skip-row -k 1 --json");
    expect(JSON.parse(gaps.stdout)).to.include({ rows: 3, jaccard: 1 });
    expect(fails("a.csv b.csv --missing skip-row")).to.contain("--missing: expected zero or mean where row i");
    expect(fails("a.csv b.csv --persistence 1")).to.contain("expected a number above 0 and below 1");
    expect(fails("a.csv b.csv -k 2 --per-row -o x.svg")).to.contain("found svg");
  });
});

describe("simcli describe --hubness", () => {
  const place = workplace();
  const { cases } = fixtureJson<Expected>("neighbours/overlap.json");
  before(() => place.write("digits.csv", fixtureText("digits/a.csv")));

  it("reports the skewness of the k-occurrence and the hubs", () => {
    for (const { k, skewness, occurrences } of cases) {
      const line = `simcli describe digits.csv --columns '!label' --hubness -k ${k} --json`;
      const found = JSON.parse(place.bash(line).stdout);
      expect(found).to.include({ hubnessMetric: "cosine", hubnessK: k });
      if (skewness === null) expect(found.hubnessSkewness).to.be.null;
      else expect(found.hubnessSkewness).to.be.closeTo(skewness, 1e-12);
      const sorted = [...occurrences].sort((x, y) => y - x);
      expect(found.hubOccurrences).to.deep.equal(sorted.slice(0, 5));
      expect(found.hubs[0]).to.equal(`digit-${occurrences.indexOf(sorted[0]!)}`);
      expect(found.antihubs).to.equal(occurrences.filter((count) => count === 0).length);
    }
    const table = place.bash("simcli describe digits.csv --columns '!label' --hubness -k 5 -f table").stdout;
    expect(table).to.match(/^hubness +skewness \d\.\d{4} {3}by cosine, 5 neighbours of each row$/m);
    expect(table).to.match(/^hubs +digit-\d+ \(\d+\), /m);
  });

  it("leaves the description as it is otherwise, and needs a file", () => {
    const plain = JSON.parse(place.bash("simcli describe a.csv --json").stdout);
    expect(JSON.parse(place.bash("simcli describe a.csv --hubness -k 2 --json").stdout)).to.deep.include(plain);
    expect(JSON.parse(place.bash("simcli describe a.csv --hubness --json").stdout).hubnessK).to.equal(3);
    expect(JSON.parse(place.bash("simcli overlap a.csv b.csv --json").stdout).k).to.equal(3);
    for (const [line, message] of [
      ["a.csv -k 3", "-k: expected --hubness with it"],
      ["a.csv --metric dot", "--metric: expected --hubness with it"],
      ["- --hubness < a.csv", "--hubness: expected a file"],
      ["a.csv --hubness -o x.svg", "--hubness: expected a table"],
      ["a.csv --hubness -k 10", "-k: expected less than the 4 rows, found 10"],
    ]) {
      const { code, stderr } = place.bash(`simcli describe ${line}`);
      expect(code).to.equal(2);
      expect(stderr).to.contain(message);
    }
  });
});
