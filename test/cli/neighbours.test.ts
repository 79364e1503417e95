import { expect } from "chai";
import { drawing, fixturePath, fixtureText } from "../reference.js";
import { cells, workplace } from "./run.js";

describe("simcli topk", () => {
  const place = workplace();

  it("lists the nearest rows of each query under a header line", () => {
    const { code, stdout, stderr } = place.bash("simcli topk a.csv b.csv -k 2");
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    const [header, ...rows] = stdout.trimEnd().split("\n");
    expect(header).to.equal("query,rank,id,score");
    const matrix = cells(place.bash("simcli cosine a.csv b.csv").stdout);
    expect(rows).to.have.length(8);
    for (const [at, [query, rank, id, score]] of cells(rows.join("\n")).entries()) {
      expect([query, rank]).to.deep.equal([Math.floor(at / 2), (at % 2) + 1]);
      const sorted = [...matrix[query!]!].sort((x, y) => y - x);
      expect(score).to.be.closeTo(sorted[at % 2]!, 1e-15);
      expect(matrix[query!]!.indexOf(sorted[at % 2]!)).to.equal(id);
    }
  });

  it("identifies queries and rows by id, and excludes a query from its own neighbours", () => {
    place.write("digits.csv", fixtureText("digits/a.csv"));
    const line = "simcli topk digits.csv --columns '!label' -k 1 --min-score 0.95";
    expect(place.bash(`${line} | sed -n 2p`).stdout).to.match(/^digit-0,1,digit-30,0\.95/);
    expect(place.bash(`${line} --no-exclude-self | sed -n 2p`).stdout).to.equal("digit-0,1,digit-0,1\n");
  });

  it("prints the same in every format", () => {
    const json = JSON.parse(place.bash("simcli topk a.csv b.csv -k 1 --json --precision 3").stdout);
    expect(json[1]).to.deep.equal({ query: 1, rank: 1, id: 1, score: 0.992 });
    expect(place.bash("simcli topk a.csv b.csv -k 1 -f ndjson --precision 3 | sed -n 2p").stdout).to.equal(
      '{"query":1,"rank":1,"id":1,"score":0.992}\n',
    );
    expect(place.bash("simcli topk a.csv b.csv -k 1 -f tsv --precision 3 | sed -n 3p").stdout).to.equal(
      "1\t1\t1\t0.992\n",
    );
    const table = place.bash("simcli topk a.csv b.csv -k 1 -f table").stdout;
    expect(table).to.contain("the 1 nearest of b.csv for each of 4 queries").and.to.contain("0.9918");
    expect(JSON.parse(place.bash("simcli topk a.csv b.csv --min-score 1 --json").stdout)).to.deep.equal([]);
  });

  const corpusRow = (i: number) => `row${i},${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i * i)}\n`;
  const corpus = (rows: number) => Array.from({ length: rows }, (_, i) => corpusRow(i)).join("");

  it("finds the same in a corpus that it reads in parts", () => {
    place.write("corpus.csv", corpus(150_000));
    const whole = place.bash("simcli topk b.csv corpus.csv -k 7");
    const parts = place.bash("simcli topk b.csv corpus.csv -k 7 --max-memory 113MB --verbose");
    expect(parts.stderr).to.match(/read corpus\.csv: 150000 rows in parts/);
    expect(parts.stderr).to.match(/multiplied 4×150000×3, /);
    expect(parts.stdout).to.equal(whole.stdout);
    const piped = place.bash("cat corpus.csv | simcli topk b.csv - -k 7");
    expect(piped.stdout).to.equal(whole.stdout);
  });

  it("names the line of a zero vector in a later part", () => {
    place.write("zero.csv", `${corpus(150_000)}last,0,0,0\n`);
    const { code, stdout, stderr } = place.bash("simcli topk b.csv zero.csv --max-memory 113MB");
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^simcli: zero\.csv:150001: expected a direction, found a zero vector\nhint: /);
  });
});

describe("simcli pairs", () => {
  const place = workplace();

  it("lists near duplicates, best first, and their groups", () => {
    place.write("near.csv", "a,1,0\nb,0,1\nc,1,0.1\nd,-1,0\ne,1,0.2\nf,0.1,1\n");
    const pairs = place.bash("simcli pairs near.csv --precision 3");
    expect(pairs.stdout).to.equal("a,b,score\nc,e,0.995\na,c,0.995\nb,f,0.995\na,e,0.981\n");
    expect(place.bash("simcli pairs near.csv --max-pairs 1 --precision 3").stdout).to.equal("a,b,score\nc,e,0.995\n");
    expect(place.bash("simcli pairs near.csv --groups").stdout).to.equal(
      "group,size,id\n1,3,a\n1,3,c\n1,3,e\n2,2,b\n2,2,f\n",
    );
    expect(place.bash("simcli pairs near.csv --groups --max-pairs 2").code).to.equal(2);
  });

  it("lists pairs of a row of one file and a row of another, best first", () => {
    place.write("train.csv", "id,x,y,class\nt1,1,0.1,p\nt2,0,1,q\nt3,-1,0,p\n");
    place.write("test.csv", "id,x,y,class\nq1,1,0,p\nq2,0.1,1,q\n");
    const line = "simcli pairs test.csv train.csv --labels class --precision 3";
    expect(place.bash(line).stdout).to.equal("a,b,score,a_label,b_label\nq1,t1,0.995,p,p\nq2,t2,0.995,q,q\n");
    expect(place.bash(`${line} --max-pairs 1`).stdout).to.equal("a,b,score,a_label,b_label\nq1,t1,0.995,p,p\n");
    const far =
      "simcli pairs test.csv train.csv --columns x,y --metric euclidean --min-score 0.1 --precision 1 -f table";
    expect(place.bash(far).stdout).to.equal(
      "pairs of rows of test.csv and train.csv that score 0.1 or better\n\na    b  score\nq1  t1    0.1\nq2  t2    0.1\n",
    );
    place.write("numbers.csv", "1,0.1\n0,1\n");
    expect(place.bash("simcli pairs numbers.csv train.csv --min-score 1 --labels 4").code).to.equal(2);
    expect(place.bash("simcli pairs numbers.csv numbers.csv --json").stdout).to.equal(
      '[\n{"a":0,"b":0,"score":1},\n{"a":1,"b":1,"score":1}\n]\n',
    );
    const svg = place.bash("simcli pairs test.csv train.csv --columns x,y -f svg").stdout;
    expect(svg).to.include("2 rows of a, 3 rows of b, 2 pairs with a score of 0.9 or better");
  });

  it("finds the same in a second file that it reads in parts", () => {
    const row = (i: number) => `row${i},${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i * i)}\n`;
    place.write("large.csv", Array.from({ length: 150_000 }, (_, i) => row(i)).join(""));
    const line = "simcli pairs b.csv large.csv --min-score 0.999";
    const whole = place.bash(line);
    const parts = place.bash(`${line} --max-memory 113MB --verbose`);
    expect(parts.stderr).to.match(/read large\.csv: 150000 rows in parts/);
    expect(whole.stdout.split("\n").length).to.be.greaterThan(50);
    expect(whole.stdout).to.match(/\n\d,row\d+,0\.999/);
    expect(parts.stdout).to.equal(whole.stdout);
  });

  it("finds communities, of at least a number of rows", () => {
    place.write("near.csv", "a,1,0\nb,0,1\nc,1,0.1\nd,-1,0\ne,1,0.2\nf,0.1,1\n");
    const line = "simcli pairs near.csv --min-score 0.99 --groups communities";
    // c is near a and e, which are not near each other.
    const triple = "group,size,id\n1,3,c\n1,3,e\n1,3,a\n";
    expect(place.bash(`${line} --min-size 2`).stdout).to.equal(`${triple}2,2,b\n2,2,f\n`);
    expect(place.bash(`${line} --min-size 3`).stdout).to.equal(triple);
    expect(place.bash("simcli pairs near.csv --groups --min-size 3").stdout).to.equal(
      "group,size,id\n1,3,a\n1,3,c\n1,3,e\n",
    );
    expect(place.bash("simcli pairs near.csv --min-size 3").code).to.equal(2);
    expect(place.bash(`${line} -f svg`).code).to.equal(2);
  });

  it("asks for one file for groups, and for equal dimensions", () => {
    const groups = place.bash("simcli pairs a.csv b.csv --groups");
    expect([groups.code, groups.stderr]).to.deep.equal([
      2,
      "simcli: --groups: expected one file, found two\nhint: simcli pairs a.csv --groups\n",
    ]);
    place.write("two.csv", "1,2\n");
    const { code, stderr } = place.bash("simcli pairs a.csv two.csv");
    expect(code).to.equal(1);
    expect(stderr).to.include("expected the same dimensions, found 3 and 2");
  });
});

describe("simcli mine", () => {
  const place = workplace();

  it("writes triplets, tuples and labelled pairs, with scores", () => {
    const triplets = place.bash("simcli mine a.csv b.csv --negatives 1 --precision 2");
    expect(triplets.stdout).to.equal(
      "anchor,positive,negative,positive_score,negative_score\n0,0,1,0.59,0.16\n1,1,0,0.99,0.91\n2,2,3,0.79,0.41\n3,3,2,0.94,0.56\n",
    );
    expect(triplets.stderr).to.equal("simcli: mined 4 negatives for 4 anchors, wrote 4 records\n");
    const tuples = place.bash("simcli mine a.csv b.csv --negatives 2 --as tuples --precision 2 | head -2").stdout;
    expect(tuples).to.equal(
      "anchor,positive,negative_1,negative_2,positive_score,negative_1_score,negative_2_score\n0,0,1,3,0.59,0.16,-0.21\n",
    );
    const pairs = place.bash("simcli mine a.csv b.csv --negatives 1 --as pairs --precision 2 | head -3").stdout;
    expect(pairs).to.equal("anchor,id,label,score\n0,0,1,0.59\n0,1,0,0.16\n");
  });

  it("takes positives from a column of classes, or from a file of pairs", () => {
    const digits = fixturePath("digits/a.csv");
    const byLabel = place.bash(`simcli mine ${digits} --labels label --negatives 1 --as pairs | sed -n 2,6p`).stdout;
    expect(byLabel).to.match(/^digit-0,digit-10,1,.*\ndigit-0,digit-20,1,.*\ndigit-0,digit-30,1,/);
    place.write("pairs.txt", "query,document\n0,2\n3,1\n");
    const byPairs = place.bash("simcli mine a.csv b.csv --positives pairs.txt --negatives 1 --quiet");
    expect(cells(byPairs.stdout.split("\n").slice(1).join("\n")).map((row) => row.slice(0, 3))).to.deep.equal([
      [0, 2, 0],
      [3, 1, 3],
    ]);
    const told = place.bash("simcli mine a.csv b.csv --positives pairs.txt --max-score 0.5");
    expect(told.stderr).to.contain("skipped 2 anchors without a positive").and.to.contain("by --max-score");
  });

  it("reports missing and contradictory options", () => {
    expect(place.bash("simcli mine a.csv").stderr).to.match(/^simcli: expected two files, .*\nhint: --labels/);
    expect(place.bash("simcli mine a.csv").stderr).to.contain("classes, --positives a file");
    expect(place.bash("simcli mine a.csv").code).to.equal(2);
    place.write("three.csv", "1,2,3\n3,4,5\n5,6,7\n");
    expect(place.bash("simcli mine a.csv three.csv").stderr).to.match(
      /expected the same batch size.*\nhint: row i of both files is a pair, unless --labels or --positives names/,
    );
    expect(place.bash("simcli mine a.csv b.csv --range-min 5 --range-max 5").code).to.equal(2);
    place.write("strange.txt", "x y\n");
    expect(place.bash("simcli mine a.csv b.csv --positives strange.txt").stderr).to.contain("found none of them");
    expect(place.bash("simcli mine a.csv b.csv --positives strange.txt --labels 1").code).to.equal(2);
    place.write("partly.txt", "0 1\nx y\n");
    expect(place.bash("simcli mine a.csv b.csv --positives partly.txt").stderr).to.contain("ignored 1 of 2 lines");
    expect(place.bash("simcli mine a.csv b.csv --kind random").stderr).to.match(/drawn with --seed \d+/);
    const few = place.bash("simcli mine a.csv b.csv --negatives 9 --as tuples");
    expect(few.stderr).to.contain("mined 12 negatives for 4 anchors, wrote 0 records\n");
    expect(few.stderr).to.contain(
      "found fewer than 9 negatives for 4 anchors, which are not written as tuples: the corpus has no more rows\n",
    );
    place.write("labels.txt", "x\ny\nx\n");
    expect(place.bash("simcli mine a.csv --labels labels.txt").stderr).to.contain("found 3 labels");
  });

  it("never takes forbidden pairs as negatives, and says what leaves too few", () => {
    place.write("forbidden.txt", "a,b,score\n0,1,0.5\n0,3,0.4\n1,0,0.3\n");
    const { stdout, stderr } = place.bash(
      "simcli mine a.csv b.csv --forbid forbidden.txt --negatives 2 --max-score 0.9",
    );
    const found = cells(stdout.split("\n").slice(1).join("\n")).map((row) => [row[0], row[2]]);
    expect(found).to.deep.equal([
      [0, 2],
      [1, 3],
      [1, 2],
      [2, 3],
      [2, 0],
      [3, 2],
      [3, 0],
    ]);
    expect(stderr).to.contain("excluded 3 candidates by --forbid\n");
    expect(stderr).to.contain("found fewer than 2 negatives for 1 anchor: --forbid leaves out most candidates\n");
    const two = place.bash("simcli mine a.csv b.csv --forbid forbidden.txt --negatives 3 --max-score 0.5");
    expect(two.stderr).to.match(
      /for 3 anchors: --forbid leaves out most candidates \(2 anchors\), --max-score .* \(1 anchor\); --verbose lists likely false negatives\n/,
    );
    place.write("strange.txt", "x y\n");
    expect(place.bash("simcli mine a.csv b.csv --forbid strange.txt").stderr).to.contain("found none of them");
  });

  it("reads pairs of ids in JSON Lines and in CSV alike, also ids with blanks and line ends", () => {
    const ids = [" a ", "b\tc", "d\ne", "f"];
    place.write("odd.jsonl", ids.map((id, i) => `${JSON.stringify({ id, embedding: [i, 1] })}\n`).join(""));
    place.write("odd.csv", 'anchor,positive\n a ,f\nb\tc,f\n"d\ne",f\nf," a "\nnobody\t1,f\n');
    place.write(
      "pairs.jsonl",
      ["a", "b\tc", "d\ne", "f", "nobody\t1"]
        .map((anchor) => `${JSON.stringify({ anchor, positive: anchor === "f" ? "a" : "f" })}\n`)
        .join(""),
    );
    const mined = (positives: string) =>
      place.bash(`simcli mine odd.jsonl --positives ${positives} --forbid ${positives} --negatives 1 -f ndjson`);
    const [csv, json] = [mined("odd.csv"), mined("pairs.jsonl")];
    expect(json.stdout).to.equal(csv.stdout);
    expect(
      new Set(
        csv.stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).anchor),
      ),
    ).to.eql(new Set(ids));
    expect(csv.stderr).to.contain('odd.csv: ignored 1 of 5 lines: their ids are in no file, such as "nobody\\x091"\n');
    const evaluated = (option: string) => place.bash(`simcli eval odd.jsonl ${option} -q`).stdout;
    expect(evaluated("--qrels pairs.jsonl"))
      .to.equal(evaluated("--qrels odd.csv"))
      .and.to.match(/relevant,4\n/);
  });

  it("uses the singular for one", () => {
    place.write("only.txt", "0 0\n");
    const { stderr } = place.bash("simcli mine a.csv b.csv --positives only.txt --negatives 1 -f table --range-max 1");
    expect(stderr).to.equal(
      "simcli: mined 1 negative for 1 anchor, wrote 1 record\nsimcli: skipped 3 anchors without a positive\n",
    );
  });

  for (const [flags, message] of [
    ["--range-min 5 --range-max 5", "--range-max: expected more than --range-min 5, found 5"],
    ["--min-score 0.5 --max-score 0.2", "--min-score: expected at most --max-score 0.2, found 0.5"],
    ["--min-score 1 --max-score 2 --metric euclidean", "--min-score: expected at least --max-score 2, found 1"],
    ["--relative-margin 1", "--relative-margin: expected 0 or more, and less than 1, found 1"],
    ["--relative-margin=-0.1 --metric euclidean", "--relative-margin: expected 0 or more, found -0.1"],
  ] as const) {
    it(`rejects ${flags}`, () => {
      const { code, stderr } = place.bash(`simcli mine a.csv b.csv ${flags}`);
      expect(code).to.equal(2);
      expect(stderr).to.contain(`simcli: ${message}\n`);
    });
  }

  it("reverses the bounds for distances", () => {
    for (const flags of ["--min-score 9 --max-score 0", "--relative-margin 1"])
      expect(place.bash(`simcli mine a.csv b.csv --metric euclidean ${flags}`).code, flags).to.equal(0);
    expect(place.bash("simcli mine a.csv b.csv --min-score 0.1 --max-score 0.1").code).to.equal(0);
  });
});

describe("scores that decide", () => {
  const place = workplace();

  it("are the same bytes in every mode, with every backend and number of threads", function () {
    this.timeout(120_000);
    place.write("digits.csv", fixtureText("digits/a.csv"));
    // Few different rows of small integers, so that many scores tie exactly.
    const draw = drawing(3);
    const counts = Array.from({ length: 120 }, (_, i) => {
      const components = Array.from({ length: 6 }, () => Math.floor(3 * draw()));
      return `row${i},class${i % 5},${components.join(",")},1\n`;
    });
    place.write("counts.csv", `id,label,a,b,c,d,e,f,g\n${counts.join("")}`);
    const hasBlas = place.bash("simcli topk a.csv --backend blas").code === 0;
    const how = [
      "--mode loop",
      "--backend js",
      "--backend mathjs",
      "--backend wasm --threads 1",
      "--backend wasm --threads 2",
    ];
    if (hasBlas) how.push("--backend blas --threads 1", "--backend blas --threads 2");
    for (const [command, file] of [
      ["topk FILE --columns '!label' -k 7", "digits.csv"],
      ["topk FILE --columns '!label' -k 7", "counts.csv"],
      ["topk FILE --columns '!label' -k 7 --metric euclidean", "counts.csv"],
      ["pairs FILE --columns '!label' --min-score 0.8", "counts.csv"],
      ["mine FILE --labels label --negatives 3", "counts.csv"],
      ["mine FILE --labels label --negatives 3 --by csls", "counts.csv"],
      ["mine FILE --labels label --negatives 3 --by margin-ratio --mutual --neighbours 30", "counts.csv"],
      ["eval FILE --labels label --per-query", "counts.csv"],
    ] as const) {
      const line = `simcli ${command.replace("FILE", file)}`;
      const { code, stdout } = place.bash(line);
      expect(code, line).to.equal(0);
      expect(stdout.length).to.be.above(500);
      const sums = [line, ...how.map((options) => `${line} ${options}`)].map((each) => `${each} 2>/dev/null | cksum`);
      const all = place.bash(sums.join("; ")).stdout.trimEnd().split("\n");
      expect(all, line).to.deep.equal(Array(sums.length).fill(all[0]));
    }
  });

  it("are in the order of the rows where they tie", () => {
    // The cosine of each row and the first one is 1/2: rows of length 1 would round it differently.
    place.write("ties.csv", "1,1,0,0\n0,1,1,0\n3,0,3,0\n7,0,0,7\n0,13,0,13\n0,0.1,0,0.1\n");
    for (const mode of ["loop", "matrix"]) {
      expect(place.bash(`simcli topk ties.csv -k 5 --mode ${mode} | head -6`).stdout).to.equal(
        "query,rank,id,score\n0,1,1,0.5\n0,2,2,0.5\n0,3,3,0.5\n0,4,4,0.5\n0,5,5,0.5\n",
      );
    }
  });
});
