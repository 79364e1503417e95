import { expect } from "chai";
import { fixtureJson } from "../reference.js";
import { cells, workplace } from "./run.js";

describe("output", () => {
  const place = workplace();
  before(() => {
    place.write("ids.csv", "id,x,y\nth|e,1,2\n<b>,3,1\n");
    place.write("zero.csv", "1,2\n0,0\n");
    place.write("labelled.csv", "id,label,x,y\na,p,1,2\nb,q,3,1\nc,p,-1,2\nd,q,0,1\n");
  });

  it("is the notebook's matrix, in both directions and both modes", () => {
    const expected = fixtureJson<{ similarity: number[][] }>("notebook/expected.json").similarity;
    for (const line of [
      "a.csv b.csv",
      "b.csv a.csv --transpose",
      "a.csv b.csv --mode loop",
      "a.csv b.csv --backend mathjs",
    ]) {
      const printed = cells(place.bash(`simcli cosine ${line}`).stdout);
      printed.flat().forEach((value, k) => {
        expect(value, line).to.be.closeTo(expected.flat()[k], 1e-8);
      });
    }
  });

  it("is one JSON object for a matrix, with members in order", () => {
    const { stdout } = place.bash(
      "simcli cosine ids.csv a.csv --columns 1-2 --json 2>/dev/null || simcli cosine ids.csv --json --check -q",
    );
    const object = JSON.parse(stdout);
    expect(Object.keys(object)).to.deep.equal([
      "metric",
      "mode",
      "backend",
      "shape",
      "rows",
      "columns",
      "values",
      "agreement",
    ]);
    expect(object).to.deep.include({
      metric: "cosine",
      mode: "matrix",
      backend: "js",
      shape: [2, 2],
      rows: ["th|e", "<b>"],
    });
    expect(Object.keys(object.agreement)).to.deep.equal(["agree", "maxDifference", "at", "rtol", "atol"]);
    const loop = JSON.parse(place.bash("simcli cosine a.csv b.csv --mode loop --json").stdout);
    expect(loop).to.deep.include({ mode: "loop", backend: null, agreement: null, rows: null, columns: null });
  });

  it("is flat for pairs, with null for NaN", () => {
    const object = JSON.parse(place.bash("simcli cosine zero.csv --paired --zero-vectors nan --json").stdout);
    expect(object).to.deep.include({ shape: [2], values: [1, null] });
    expect(place.bash("simcli cosine zero.csv --paired --zero-vectors zero").stdout).to.equal("1\n0\n");
    expect(place.bash("simcli cosine zero.csv --zero-vectors nan").stdout).to.equal("1,nan\nnan,nan\n");
    expect(place.bash("simcli cosine zero.csv --paired --zero-vectors nan -f table --no-check").stdout).to.contain(
      "1 nan",
    );
  });

  it("has ids in JSON Lines, Markdown and, with --header yes, CSV", () => {
    const lines = place
      .bash("simcli cosine ids.csv -f ndjson")
      .stdout.trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ index, id }) => [index, id])).to.deep.equal([
      [0, "th|e"],
      [1, "<b>"],
    ]);
    expect(place.bash("simcli cosine ids.csv -f markdown --precision 2").stdout).to.equal(
      "|  | th\\|e | &lt;b&gt; |\n| --- | ---: | ---: |\n| th\\|e | 1.00 | 0.71 |\n| &lt;b&gt; | 0.71 | 1.00 |\n",
    );
    const csv = place.bash("simcli cosine ids.csv --header yes --precision 1").stdout;
    expect(csv).to.equal("id,th|e,<b>\nth|e,1.0,0.7\n<b>,0.7,1.0\n");
    expect(place.bash("simcli cosine ids.csv --precision 1").stdout).to.equal("1.0,0.7\n0.7,1.0\n");
    expect(place.bash("simcli cosine ids.csv --precision 1 -f tsv").stdout).to.equal("1.0\t0.7\n0.7\t1.0\n");
  });

  it("follows the extension of the output file", () => {
    const starts: readonly (readonly [string, RegExp])[] = [
      ["json", /^\{/],
      ["md", /^\| /],
      ["ndjson", /^\{"index":0/],
      ["tsv", /^[\d.]+\t/],
      ["csv", /^[\d.]+,/],
      ["txt", /^cosine similarity/],
    ];
    for (const [extension, start] of starts) {
      const { stdout } = place.bash(`simcli cosine a.csv b.csv -o out.${extension} && cat out.${extension}`);
      expect(stdout, extension).to.match(start);
    }
  });

  it("is one line per anchor for losses, with a margin if there are several", () => {
    const one = place.bash("simcli loss a.csv b.csv").stdout.trimEnd().split("\n");
    expect(one[0]).to.equal("anchor,positive,mean_negative,closest_negative,closest_negative_index,l1,l2,loss");
    expect(one).to.have.length(5);
    const several = place.bash("simcli loss a.csv b.csv --margin 0.1,0.25").stdout.trimEnd().split("\n");
    expect(several[0]).to.equal(`margin,${one[0]}`);
    expect(several.slice(5)).to.deep.equal(one.slice(1).map((line) => `0.25,${line}`));
  });

  it("is a list of records in every format", () => {
    const rows = place
      .bash("simcli loss a.csv b.csv --precision 2")
      .stdout.trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(rows[2]).to.deep.equal(["1", "0.99", "-0.14", "0.91", "0", "0.00", "0.17", "0.17"]);
    const tsv = place.bash("simcli loss a.csv b.csv --precision 2 -f tsv").stdout;
    expect(tsv).to.equal(`${rows.map((row) => row.join("\t")).join("\n")}\n`);
    const markdown = place.bash("simcli loss a.csv b.csv --precision 2 -f markdown").stdout.trimEnd().split("\n");
    expect(markdown[3]).to.equal(`| ${rows[2].join(" | ")} |`);
    const line = JSON.parse(place.bash("simcli loss a.csv b.csv --precision 2 -f ndjson | sed -n 2p").stdout);
    expect(line).to.deep.include({ anchor: 1, mean_negative: -0.14, closest_negative_index: 0, loss: 0.17 });
  });

  it("names the columns of records alike in every format", () => {
    for (const line of [
      "mine a.csv b.csv --negatives 2 --as tuples",
      "topk labelled.csv --labels label -k 2",
      "eval a.csv b.csv --per-query",
      "overlap a.csv b.csv --per-row -k 2",
      "loss a.csv b.csv",
    ]) {
      const names = place.bash(`simcli ${line} -q -f csv`).stdout.split("\n")[0].split(",");
      expect(names.join(), line).to.contain("_");
      expect(Object.keys(JSON.parse(place.bash(`simcli ${line} -q -f ndjson | head -1`).stdout)), line).to.eql(names);
      const parquet = place.bash(`simcli ${line} -q -o names.parquet && cat names.parquet`).stdout;
      for (const name of names) expect(parquet, line).to.contain(name);
    }
  });

  it("is the published loss of the notebook's second anchor alone", () => {
    expect(Number(place.bash("simcli loss a.csv b.csv --total").stdout)).to.be.closeTo(0.16994746, 5e-9);
    const object = JSON.parse(place.bash("simcli loss a.csv b.csv --json").stdout);
    expect(Object.keys(object)).to.deep.equal([
      "margin",
      "negatives",
      "reduction",
      "anchors",
      "fallback",
      "batchSize",
      "l1",
      "l2",
      "loss",
      "ties",
      "withoutNegative",
      "perAnchor",
    ]);
    expect(object).to.deep.include({
      margin: 0.25,
      negatives: "semi-hard",
      reduction: "sum",
      anchors: "rows",
      fallback: "floor",
      batchSize: 4,
    });
    expect(object.perAnchor.map(({ loss }: { loss: number }) => loss > 0)).to.deep.equal([false, true, false, false]);
    expect(object.perAnchor[1]).to.include({ anchor: 1, closestNegativeIndex: 0 });
  });

  it("has only totals with --total, one line per margin, and nulls without a reduction", () => {
    expect(place.bash("simcli loss a.csv b.csv --margin 0,0.25,0.5 --total --precision 3").stdout).to.equal(
      "0.000\n0.170\n0.726\n",
    );
    expect(JSON.parse(place.bash("simcli loss a.csv b.csv --margin 0.1,0.2 --total --json").stdout)).to.have.length(2);
    expect(place.bash("simcli loss a.csv b.csv --total -f table").stdout).to.equal("0.1699\n");
    const [none, other] = JSON.parse(
      place.bash("simcli loss a.csv b.csv --margin 0.1,0.2 --reduction none --json").stdout,
    );
    expect(none).to.deep.include({ margin: 0.1, l1: null, l2: null, loss: null });
    expect(other.margin).to.equal(0.2);
  });

  it("uses labels from a column of each file, or from a separate file", () => {
    place.write("labels.txt", "p\nq\np\nq\n");
    const column = place.bash("simcli loss labelled.csv labelled.csv --labels label --json").stdout;
    const byNumber = place.bash("simcli loss labelled.csv labelled.csv --labels 2 --json").stdout;
    const file = place.bash("simcli loss labelled.csv labelled.csv --labels labels.txt --columns x,y --json").stdout;
    expect(JSON.parse(column).perAnchor[0]).to.include({ anchor: "a", closestNegativeIndex: 3 });
    expect(byNumber).to.equal(column);
    expect(file).to.equal(column);
    const matrix = "simcli cosine labelled.csv --columns x,y | ";
    expect(place.bash(`${matrix} paste -d, labels.txt - | simcli loss --labels 1 --total`).stdout).to.equal(
      place.bash(`${matrix} simcli loss --labels labels.txt --total`).stdout,
    );
    expect(
      place.bash("simcli loss labelled.csv labelled.csv --columns x,y --json --labels - < labels.txt").stdout,
    ).to.equal(column);
    const all = place.bash("simcli loss labelled.csv labelled.csv --columns x,y").stdout;
    expect(all).to.match(/^a,/m);
    expect(place.bash("simcli loss labelled.csv labelled.csv --columns x,y --labels id").stdout).to.equal(all);
    place.write("other.csv", "id,label,x,y\na,p,1,2\nb,p,3,1\nc,p,-1,2\nd,q,0,1\n");
    expect(place.bash("simcli loss labelled.csv other.csv --labels label").stderr).to.contain(
      'other.csv:3: expected the label of labelled.csv:3, "q", found "p"',
    );
  });

  it("is a table of losses in every arrangement", () => {
    const columns = place.bash(
      "simcli loss labelled.csv labelled.csv --labels label --anchors columns --margin 0.1,0.2 -f table",
    ).stdout;
    expect(columns).to.contain("anchors: columns").and.to.contain("loss at 0.1");
    const none = place.bash("simcli cosine a.csv b.csv | simcli loss --reduction none -f table").stdout;
    expect(none).to.contain("hard-negative losses of a 4×4 matrix");
    expect(none).not.to.contain("margin");
    place.write("same.txt", "p\np\np\np\n");
    expect(place.bash("simcli loss a.csv b.csv --labels same.txt -f table").stdout).to.contain(
      "anchors without an eligible negative: 4",
    );
  });

  it("repeats noise for a seed, and reports a random seed", () => {
    const drawn = place.bash("simcli noise a.csv");
    const seed = /^simcli: drawn with --seed (\d+)\n$/.exec(drawn.stderr)?.[1];
    expect(place.bash(`simcli noise a.csv --seed ${seed}`)).to.deep.equal({
      code: 0,
      stdout: drawn.stdout,
      stderr: "",
    });
    expect(place.bash("simcli noise a.csv -q").stderr).to.equal("");
    const object = JSON.parse(place.bash("simcli noise ids.csv --seed 3 --sd 0.5 --json").stdout);
    expect(object).to.deep.include({ sd: 0.5, seed: 3, shape: [2, 2], ids: ["th|e", "<b>"], columns: ["x", "y"] });
    expect(place.bash("simcli noise ids.csv --seed 3 --sd 0 --header yes").stdout).to.equal(
      "id,x,y\nth|e,1,2\n<b>,3,1\n",
    );
    expect(place.bash("simcli noise ids.csv --seed 3 -f table").stdout).to.contain("ids.csv plus N(0, 2)   2×2");
  });

  it("is the whole notebook in the demo", () => {
    const { stdout } = place.bash("simcli demo");
    expect(stdout).to.match(/near +0\.9974\n.*identical +1\.0000\n.*opposite +-1\.0000\n.*random +-0\.5153\n/);
    expect(stdout).to.contain("batch sizes match: yes").and.to.contain("loop and matrix agree: yes");
    expect(stdout).to.contain("0.25    0.0000  0.1699      0.1699");
    const object = JSON.parse(place.bash("simcli demo --json").stdout);
    expect(object.pairs[0].cosine).to.equal(0.9974086507360697);
    expect(object.loss.loss).to.equal(Number(place.bash("simcli loss a.csv b.csv --total").stdout));
    expect(place.bash("simcli demo -f csv").stdout).to.match(
      /^step,quantity,row,column,value\npair,near,,,0.9974086507360697\n/,
    );
  });

  it("reports backend and timings with --verbose", () => {
    const { stderr } = place.bash("simcli cosine a.csv b.csv --verbose");
    expect(stderr)
      .to.match(/^simcli: read a\.csv: 4×3, [\d.]+ s, \d+ MB\/s$/m)
      .and.to.match(/^simcli: multiplied 4×4×3, [\d.]+ s, [\d.]+ GFLOP\/s, backend js, 1 thread$/m)
      .and.to.match(/^simcli: reduced 16 cells, [\d.]+ s$/m)
      .and.to.match(/^simcli: wrote \d+ bytes, [\d.]+ s, \d+ MB\/s$/m);
  });

  it("is the same if only half of a symmetric matrix is computed", () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i * i)}`);
    place.write("large.csv", `${rows.join("\n")}\n`);
    place.write("same.csv", `${rows.join("\n")}\n`);
    for (const how of ["", "--heatmap", "--full"]) {
      const alone = place.bash(`simcli cosine large.csv -f table --no-check --verbose ${how}`);
      const both = place.bash(`simcli cosine large.csv same.csv -f table --no-check ${how}`);
      expect(alone.stdout).to.equal(both.stdout.replace("same.csv   ", "large.csv  "));
      expect(alone.stderr).to.match(/^simcli: multiplied \d\d % of 1200×1200×3, /m);
    }
    expect(place.bash("simcli cosine large.csv -f csv --verbose").stderr).to.contain("multiplied 1200×1200×3, ");
  });

  it("has a note if a first row that counts from 0, as in pandas, was read as data", () => {
    place.write("counted.csv", "0,1,2\n3,4,1\n5,6,0.5\n");
    const { stdout, stderr } = place.bash("simcli cosine counted.csv");
    expect(cells(stdout)).to.have.length(3);
    expect(stderr).to.contain(
      "counted.csv: read the first row, which counts from 0, as data; --header yes reads it as a header",
    );
    expect(cells(place.bash("simcli cosine counted.csv --header yes -q").stdout)).to.have.length(2);
  });

  it("has a note if a header of numbers was read as a header", () => {
    place.write("mixed.csv", "x,2\n3,4\n5,6\n");
    expect(place.bash("simcli cosine mixed.csv").stderr).to.contain(
      "read the first row as a header although it holds numbers",
    );
    expect(place.bash("simcli cosine mixed.csv --header no").stderr).to.contain(
      'mixed.csv:1:1: expected a number, found "x"',
    );
  });
});
