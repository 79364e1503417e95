import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { randomRows } from "../reference.js";
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

  it("gives what the first columns alone give, in every command", () => {
    for (const line of [
      "cosine rows.csv",
      "dot rows.csv rows.csv",
      "manhattan rows.csv",
      "topk rows.csv -k 3",
      "topk rows.csv rows.csv -k 3 --metric euclidean",
      "pairs rows.csv --min-score 0.3",
      "mine rows.csv rows.csv --negatives 2",
      "eval rows.csv rows.csv -k 1",
      "loss rows.csv rows.csv",
      "convert rows.csv",
      "convert rows.csv -f json",
      "noise rows.csv --seed 1",
      "cosine rows.csv --dtype f32",
    ]) {
      const whole = place.bash(`simcli ${line}`);
      const short = place.bash(`simcli ${line} --dimensions 3`);
      expect(short, line).to.deep.equal(place.bash(`simcli ${line} --columns 1-3`));
      expect(short.code, line).to.equal(0);
      expect(short.stdout, line).not.to.equal(whole.stdout);
    }
  });

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
