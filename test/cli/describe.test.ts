import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { fixtureJson, fixturePath } from "../reference.js";
import { workplace } from "./run.js";

describe("simcli describe", () => {
  const place = workplace();
  const json = (line: string) => JSON.parse(place.bash(`simcli describe ${line} --json`).stdout);

  it("describes a file, including cells that are not numbers", () => {
    place.write("odd.csv", 'id;x;y\na;3;4\n"b";0;0\na;nan;1\nc;;-inf\nd;3;4\n');
    expect(place.bash("simcli describe odd.csv -f table").stdout).to.equal(
      [
        "odd.csv",
        "",
        "format      csv, delimiter semicolon, header, quotes",
        "vectors     5×2 float64",
        "ids         a, b, a, …   1 duplicate",
        "columns     x, y",
        "norms       0.0000 … 5.0000   median 5.0000",
        "            rows do not have length 1: cosine differs from dot product",
        "components  0.0000 … 4.0000   mean 2.1429",
        "zero rows   1   first: row 1",
        "duplicates  1   row 4 equals row 0",
        "non-finite  2 nan, 1 infinite   first: odd.csv:4: component 0",
        "",
        "column    holds    used as     min     max  missing  example",
        "id         text         id                                 a",
        "x       numbers  component  0.0000  3.0000        2        3",
        "y       numbers  component  0.0000  4.0000                 4",
        "",
      ].join("\n"),
    );
  });

  it("detects rows of length 1, and shows small and large numbers legibly", () => {
    place.write("unit.json", "[[0.6,0.8],[1,0.00001]]");
    const { stdout } = place.bash("simcli describe unit.json -f table");
    expect(stdout).to.contain("all rows have length 1 (within 0.001): cosine equals dot product");
    expect(stdout)
      .to.match(/^format {6}json$/m)
      .and.match(/^ids {9}none$/m);
    expect(stdout).to.match(/^components {2}1\.0000e-5 … 1\.0000 {3}mean/m);
  });

  it("prints one JSON object; --precision applies only to measures", () => {
    place.write("packed.csv.gz", gzipSync("1,2\n3,4\n1,2\n"));
    expect(json("packed.csv.gz --precision 2")).to.deep.include({ file: "packed.csv.gz", format: "csv", rows: 3 });
    const stdout = place.bash("simcli describe packed.csv.gz --json --precision 2").stdout;
    expect(stdout).to.contain('"compression":"gzip","delimiter":",","header":false,"quoted":false,"rows":3,');
    expect(stdout).to.contain('"normMin":2.24').and.to.contain('"duplicateRows":1,"firstDuplicateRow":2,');
    expect(json(fixturePath("embeddings/records.jsonl"))).to.deep.include({ format: "json", firstIds: ["one", "two"] });
    expect(json(fixturePath("embeddings/glove.txt"))).to.deep.include({ format: "vec", ids: true, duplicateIds: 0 });
  });

  it("prints one record per property in csv, ndjson and markdown", () => {
    const csv = place.bash("simcli describe a.csv").stdout;
    expect(csv).to.match(/^property,value\nfile,a\.csv\nformat,csv\ncompression,\ndelimiter,","\nheader,no\n/);
    expect(csv)
      .to.match(/\nrows,4\ndimensions,3\n/)
      .and.match(/\nmin,-6\.6080942\n/);
    expect(place.bash("simcli describe a.csv --precision 1").stdout)
      .to.match(/\nrows,4\n/)
      .and.match(/\nmin,-6\.6\n/);
    expect(place.bash("simcli describe a.csv -f ndjson").stdout).to.contain('{"property":"rows","value":4}\n');
    expect(place.bash("simcli describe a.csv -f markdown").stdout).to.contain("| dimensions | 3 |\n");
    const [header, ...values] = csv.trimEnd().split("\n");
    expect([header, values.length]).to.deep.equal(["property,value", 33]);
  });

  it("agrees with NumPy on scikit-learn's digits", () => {
    const { rows, dimensions, duplicateRows, ...measures } = fixtureJson<{ [name: string]: number }>(
      "digits/description.json",
    );
    const found = json(`${fixturePath("digits/a.csv")} --columns 3-`);
    expect(found).to.deep.include({ rows, dimensions, duplicateRows, ids: true, header: true });
    for (const [name, value] of Object.entries(measures)) expect(found[name], name).to.be.closeTo(value, 1e-9 * value);
  });

  it("shows what each column holds and what it is used as, in files that other commands refuse too", () => {
    place.write(
      "people.csv",
      "name,age,height,note,joined,score\nann,31,1.7,,2024-01-02,5\nbob,,1.8,late,2024-02-03,x\nc\neve,29,1.6,7,2024-03-04,2\n",
    );
    const { code, stdout, stderr } = place.bash("simcli describe people.csv -f table");
    expect([code, stderr]).to.deep.equal([
      0,
      'simcli: people.csv: left out the text columns "note", "joined"; --labels note or --id-column note uses it, ' +
        "--columns 2-3,6 reads the same columns without this note\n",
    ]);
    expect(stdout).to.contain("\nragged      1 line without 6 fields   first: line 4\n");
    expect(stdout).to.contain("\nnon-finite  1 nan, 0 infinite, 1 text   first: people.csv:3: component 0\n");
    expect(stdout.slice(stdout.indexOf("column "))).to.equal(
      [
        "column    holds    used as      min      max  missing     example",
        "name       text         id                                    ann",
        "age     numbers  component  29.0000  31.0000        1          31",
        "height  numbers  component   1.6000   1.8000                  1.7",
        "note      mixed   left out   7.0000   7.0000        1        late",
        "joined     text   left out                             2024-01-02",
        "score     mixed  component   2.0000   5.0000                    5",
        'note is mixed: 1 number (first: "7", line 5), 1 text (first: "late", line 3)',
        'score is mixed: 2 numbers (first: "5", line 2), 1 text (first: "x", line 3)',
        "",
      ].join("\n"),
    );
    expect(json("people.csv").columns[3]).to.deep.equal({
      name: "note",
      type: "mixed",
      use: "left out",
      min: 7,
      max: 7,
      missing: 1,
      example: "late",
      mixture: '1 number (first: "7", line 5), 1 text (first: "late", line 3)',
    });
  });

  it("describes a table without numbers, and lists few components of many", () => {
    place.write("words.csv", "name,city\nann,paris\nbob,rome\n");
    expect(place.bash("simcli describe words.csv -f table").stdout).to.contain(
      "\nvectors  none: no column holds only numbers\n",
    );
    place.write("wide.csv", `${Array.from({ length: 40 }, (_, i) => i).join(",")}\n`.repeat(3));
    const { stdout } = place.bash("simcli describe wide.csv -f table");
    expect(stdout).to.match(/\n8 +numbers +component.*\n… 32 more columns of numbers; --full lists them\n$/);
    expect(place.bash("simcli describe wide.csv -f table --full").stdout).to.match(/\n40 +numbers +component/);
  });

  it("rejects text that is not a table", () => {
    place.write("bad.csv", '1,2\n"3,4\n');
    const { code, stdout, stderr } = place.bash("simcli describe bad.csv");
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(/^simcli: bad\.csv:2:1: expected a closing quote/);
  });
});
