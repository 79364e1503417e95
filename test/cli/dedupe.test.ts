import { expect } from "chai";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

// a and c are equal, b is near both of them, d is near b only; e is alone.
const ROWS =
  "id,x,y,text,votes\na,1,0,short,1\nb,1,0.2,the longest text,9\nc,1,0,longer text,5\nd,1,0.4,x,2\ne,-1,0.1,y,3\n";

describe("simcli dedupe", () => {
  const place = workplace();
  const run = (line: string) => {
    const { code, stdout, stderr } = place.bash(line);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const kept = (options: string) =>
    run(
      `simcli dedupe rows.csv --columns x,y --min-score 0.98 --quiet ${options} --removed removed.csv | cut -d, -f1 | tail -n +2 | tr -d '\\n'`,
    );
  const removed = () => run("cut -d, -f1,2,4 removed.csv | tail -n +2 | tr '\\n' ' '");
  before(() => place.write("rows.csv", ROWS));

  it("writes the rows that are kept, with ids and the same numbers, and lists the others", () => {
    expect(run("simcli dedupe rows.csv --columns x,y --min-score 0.98 --removed removed.csv 2>&1")).to.equal(
      "id,x,y\na,1,0\nd,1,0.4\ne,-1,0.1\nsimcli: kept 3 of 5 rows, removed 1 exact and 1 near duplicate\n",
    );
    expect(run("cat removed.csv")).to.equal("id,kept_by,score,duplicate\nb,a,0.9805806756909201,near\nc,a,1,exact\n");
  });

  it("writes carried columns, also of a table, beside the components", () => {
    const line = "simcli dedupe rows.csv --columns x,y --min-score 0.98 -q";
    const wanted = "id,x,y,votes,text\na,1,0,1,short\nd,1,0.4,2,x\ne,-1,0.1,3,y\n";
    expect(run(`${line} --carry votes,text`)).to.equal(wanted);
    run(`${line} --carry votes,text -o carried.parquet`);
    expect(run("simcli convert carried.parquet --columns x,y,votes -q")).to.equal(
      "id,x,y,votes\na,1,0,1\nd,1,0.4,2\ne,-1,0.1,3\n",
    );
    // the column of --keep is not written, unless it is carried
    expect(run(`${line} --keep longest --carry votes`)).to.equal("id,x,y,votes\nb,1,0.2,9\ne,-1,0.1,3\n");
    expect(run(`${line} --keep longest --carry votes,text -f ndjson`)).to.equal(
      '{"id":"b","x":1,"y":0.2,"votes":9,"text":"the longest text"}\n{"id":"e","x":-1,"y":0.1,"votes":3,"text":"y"}\n',
    );
    place.write("urls.csv", "key,url\ne,u5\nd,u4\nc,u3\nb,u2\na,u1\n");
    expect(run(`${line} --carry url --records 'urls.csv#key'`)).to.equal(
      "id,x,y,url\na,1,0,u1\nd,1,0.4,u4\ne,-1,0.1,u5\n",
    );
    run("simcli convert rows.csv --columns x,y -o arrays.npy");
    place.write("texts.csv", "text\none\ntwo\nthree\nfour\nfive\n");
    expect(run("simcli dedupe arrays.npy --min-score 0.98 -q --carry text --records texts.csv")).to.equal(
      "x0,x1,text\n1,0,one\n1,0.4,four\n-1,0.1,five\n",
    );
    for (const [options, message] of [
      ["--carry text -o clean.npy", "--format: expected table, csv"],
      ["--carry text -o clean.vec", "--carry: expected a format with columns, found word vectors"],
      ["--carry nothing", 'rows.csv: expected a column named "nothing"'],
      ["--records urls.csv", "--records: expected --carry, or --keep best:COLUMN or longest with it, found none"],
    ]) {
      const { code, stderr } = place.bash(`${line} ${options}`);
      expect(code, options).to.equal(2);
      expect(stderr).to.contain(message);
    }
  });

  it("names --carry where columns of the file are left out, for text and JSON alike", () => {
    place.write("texts.csv", "id,text,x,y,url\na,hello,1,2,u\nb,hallo,1,2.01,v\n");
    place.write(
      "texts.jsonl",
      '{"id":"a","text":"hello","embedding":[1,2],"url":"u"}\n{"id":"b","text":"hallo","embedding":[1,2.01],"url":"v"}\n',
    );
    for (const name of ["texts.csv", "texts.jsonl"]) {
      expect(place.bash(`simcli dedupe ${name}`).stderr).to.match(
        /^simcli: texts\.\w+: left out the (?:fields text, url|text columns "text", "url"); --carry text,url writes them too\n/,
      );
      const carried = place.bash(`simcli dedupe ${name} --carry text,url`);
      expect(carried.stderr).not.to.contain("left out");
      expect(place.bash(`simcli dedupe ${name} --carry ${name === "texts.csv" ? "2,5" : "2,4"}`)).to.eql(carried);
      expect(place.bash(`simcli dedupe ${name} -o texts.npy`).stderr).not.to.contain("--carry");
    }
  });

  it("keeps the row that --keep prefers, and compares only with rows that are kept", () => {
    for (const [options, rows, list] of [
      ["", "ade", "b,a,near c,a,exact "],
      ["--keep last", "cde", "a,c,exact b,d,near "],
      ["--keep longest", "be", "a,b,near c,b,near d,b,near "],
      ["--keep longest:id", "ade", "b,a,near c,a,exact "],
      ["--keep best:votes", "be", "a,b,near c,b,near d,b,near "],
      ["--keep medoid", "be", "a,b,near c,b,near d,b,near "],
      ["--link components", "ae", "b,a,near c,a,exact d,a,near "],
      ["--link components --keep medoid", "be", "a,b,near c,b,near d,b,near "],
      ["--link components --keep last", "de", "a,d,near b,d,near c,d,near "],
    ] as const) {
      expect([options, kept(options), removed()]).to.deep.equal([options, rows, list]);
    }
  });

  it("removes near duplicates of another file first, which may be read in parts", () => {
    place.write("other.csv", "id,x,y\nz,-1,0.1\ny,1,0.41\n");
    expect(kept("--against other.csv")).to.equal("a");
    expect(run("cut -d, -f1,2,4,5 removed.csv")).to.equal(
      "id,kept_by,duplicate,kept_in\nb,y,near,other.csv\nc,a,exact,rows.csv\nd,y,near,other.csv\ne,z,exact,other.csv\n",
    );
    const note = place.bash("simcli dedupe rows.csv --columns x,y --against other.csv --min-score 0.98").stderr;
    expect(note).to.equal(
      "simcli: kept 1 of 5 rows, removed 2 exact and 2 near duplicates, 3 of them of rows of other.csv\n",
    );
    const row = (i: number) => `row${i},${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i * i)}\n`;
    place.write("large.csv", Array.from({ length: 150_000 }, (_, i) => row(i)).join(""));
    const line = "simcli dedupe b.csv --against large.csv --min-score 0.9999 --removed removed.csv -q; cat removed.csv";
    const whole = run(line);
    expect(whole).to.match(/,row\d+,0\.9999/);
    expect(run(line.replace("-q", "-q --max-memory 113MB"))).to.equal(whole);
  });

  it("writes any format, and records of a table decide", () => {
    run("simcli dedupe rows.csv --columns x,y --min-score 0.98 -o clean.npy -q");
    expect(run("simcli convert clean.npy")).to.equal("1,0\n1,0.4\n-1,0.1\n");
    run("simcli dedupe rows.csv --columns x,y --min-score 0.98 -o clean.vec -q");
    expect(run("cat clean.vec")).to.equal("3 2\na 1 0\nd 1 0.4\ne -1 0.1\n");
    run("simcli dedupe rows.csv --columns x,y --min-score 0.98 -o clean.parquet --removed removed.parquet -q");
    expect(run("simcli convert clean.parquet")).to.equal("id,0,1\na,1,0\nd,1,0.4\ne,-1,0.1\n");
    place.write(
      "votes.jsonl",
      ["a", "b", "c", "d", "e"].map((id, i) => `{"id":"${id}","n":${i === 3 ? 9 : 0}}\n`).join(""),
    );
    expect(kept("--keep best:n --records votes.jsonl")).to.equal("ade");
    expect(removed()).to.equal("b,d,near c,a,exact ");
  });

  it("gives the same on one thread, by the formula, and with distances", () => {
    const digits = fixturePath("digits/a.csv");
    const line = `simcli dedupe ${digits} --columns '!label' --min-score 0.9 --removed removed.csv -q`;
    const both = "; cat removed.csv";
    const expected = run(line + both);
    expect(expected.split("\n").length).to.be.greaterThan(40);
    expect(run(`${line} --mode loop${both}`)).to.equal(expected);
    expect(run(`${line} --threads 1 --backend js${both}`)).to.equal(expected);
    expect(kept("--metric euclidean --min-score 0.2")).to.equal("ade");
  });

  for (const [name, line, code, message] of [
    [
      "an unknown rule",
      "dedupe rows.csv --keep longest:",
      2,
      '--keep: expected first, last, medoid, longest, longest:COLUMN or best:COLUMN, found "longest:"',
    ],
    [
      "a column of text",
      "dedupe rows.csv --columns x,y --keep best:text",
      1,
      'rows.csv: expected numbers in the column "text", found text',
    ],
    ["a column that is not there", "dedupe b.csv --keep longest", 2, 'b.csv: expected a column named "text"'],
    [
      "one place for both results",
      "dedupe rows.csv --removed x.csv -o x.csv",
      2,
      "--removed: expected another file than --output, found x.csv",
    ],
    ["a format without records", "dedupe rows.csv --removed x.npy -o y.csv", 2, "--format: expected table, csv"],
    [
      "records without a column",
      "dedupe rows.csv --records rows.csv",
      2,
      "--records: expected --carry, or --keep best:COLUMN or longest with it",
    ],
  ] as const) {
    it(`refuses ${name}, and writes no file`, () => {
      const found = place.bash(`simcli ${line}`);
      expect([found.code, found.stdout]).to.deep.equal([code, ""]);
      expect(found.stderr).to.include(`simcli: ${message}`);
      expect(place.bash("ls x.csv x.npy y.csv 2>/dev/null").stdout).to.equal("");
    });
  }
});
