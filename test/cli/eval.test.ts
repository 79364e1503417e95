import { expect } from "chai";
import { fixtureJson, fixturePath } from "../reference.js";
import { workplace } from "./run.js";

describe("simcli eval", () => {
  const place = workplace();
  const digits = fixturePath("digits/a.csv");

  it("prints metrics as JSON", () => {
    const wanted = fixtureJson<{ digitsByLabel: { metrics: { [name: string]: number }; auc: number } }>(
      "evaluation/expected.json",
    ).digitsByLabel;
    const { code, stdout, stderr } = place.bash(`simcli eval ${digits} --labels label --json`);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report).to.include({ metric: "cosine", queries: 40, corpus: 40, relevant: 134, skipped: 0 });
    for (const [name, value] of Object.entries(wanted.metrics))
      expect(report.metrics[name]).to.be.closeTo(value, 1e-12);
    expect(report.similarities.auc).to.be.closeTo(wanted.auc, 1e-12);
    const spread = ["count", "mean", "sd", "min", "q25", "median", "q75", "max", "quartileError"];
    expect(report.similarities.positive).to.have.all.keys(spread);
    expect(report.similarities).to.deep.include({ aucError: 0 });
    expect(report.warnings).to.deep.equal([]);
    const row = fixtureJson<{ digitsByRow: { alignment: number } }>("evaluation/expected.json").digitsByRow;
    place.bash(`simcli convert ${digits} --columns '!label' -o a.npy`);
    const aligned = JSON.parse(place.bash(`simcli eval a.npy ${fixturePath("digits/b.csv")} --json`).stdout);
    expect(aligned.alignment).to.be.closeTo(row.alignment, 1e-12);
  });

  it("prints records, one record per query, and a table", () => {
    const records = place.bash("simcli eval a.csv b.csv -k 1,2 --precision 3").stdout;
    expect(records).to.match(
      /^metric,value\nqueries,4\ncorpus,4\nrelevant,4\nskipped,0\naccuracy@1,1\.000\naccuracy@2,1\.000\n/,
    );
    expect(records).to.contain("\nauc,0.958\n").and.to.contain("\nnegative-count,12");
    expect(place.bash("simcli eval a.csv b.csv --per-query -k 2 --metrics precision,mrr@1,bpref").stdout).to.equal(
      "query,relevant,first_rank,reciprocal_rank,average_precision,precision@2,mrr@1,bpref\n" +
        "0,1,1,1,1,0.5,1,1\n1,1,1,1,1,0.5,1,1\n2,1,1,1,1,0.5,1,1\n3,1,1,1,1,0.5,1,1\n",
    );
    const every = place.bash("simcli eval a.csv b.csv --per-query -k 1,2 | head -1").stdout;
    const names = ["accuracy", "precision", "recall", "mrr", "ndcg", "map"];
    const columns = names.flatMap((name) => [`${name}@1`, `${name}@2`]);
    expect(every).to.equal(`query,relevant,first_rank,reciprocal_rank,average_precision,${columns.join(",")}\n`);
    const table = place.bash("simcli eval a.csv b.csv -k 1,2 -f table").stdout;
    expect(table)
      .to.contain("retrieval by cosine")
      .and.to.match(/^at +1 +2$/m)
      .and.to.match(/^mrr 1\.0000 /m);
  });

  it("reads judgements by id, with grades, and counts queries without any", () => {
    place.write("q.csv", "id,x,y\nq1,1,0\nq2,0,1\nq3,1,1\n");
    place.write("d.csv", "id,x,y\nd1,1,0.1\nd2,0.2,1\nd3,-1,0\n");
    place.write("qrels.txt", "q1 0 d1 2\nq1 0 d3 1\nq2 0 d1 1\nq9 0 d1 1\n");
    const { stdout, stderr } = place.bash("simcli eval q.csv d.csv --qrels qrels.txt -k 1,2 --json");
    const report = JSON.parse(stdout);
    expect(report).to.include({ queries: 3, relevant: 3, skipped: 1 });
    expect(report.metrics["accuracy@1"]).to.equal(0.5);
    expect(report.metrics["mean-rank"]).to.equal(1.5);
    expect(stderr).to.contain("ignored 1 of 4 lines");
    expect(place.bash("simcli eval q.csv d.csv --qrels qrels.txt --metric euclidean --json").code).to.equal(0);
  });

  it("takes rows from a relevance level on as relevant, and chooses metrics by name", () => {
    place.write("level-q.csv", "id,x,y\nq1,1,0\nq2,0,1\n");
    place.write("level-d.csv", "id,x,y\nd1,1,0\nd2,1,0.1\nd3,1,0.2\n");
    place.write("level.txt", "q1 0 d1 1\nq1 0 d2 0\nq1 0 d3 2\nq2 0 d1 1\n");
    const files = "simcli eval level-q.csv level-d.csv --qrels level.txt";
    const report = JSON.parse(
      place.bash(`${files} --relevance-level 2 --metrics ndcg@3,ndcg-exp@3,recall@1,bpref,rbp --persistence 0.5 --json`)
        .stdout,
    );
    expect(report).to.include({ relevant: 1, skipped: 1 });
    expect(Object.keys(report.metrics)).to.deep.equal(["ndcg@3", "ndcg-exp@3", "recall@1", "bpref", "rbp"]);
    expect(report.metrics["recall@1"]).to.equal(0);
    // d1 and d2 are judged, not relevant at this level, and before d3.
    expect(report.metrics.bpref).to.equal(0);
    expect(report.metrics.rbp).to.equal(0.125);
    expect(report.metrics["ndcg@3"]).to.be.closeTo((1 + 2 / 2) / (2 + 1 / Math.log2(3)), 1e-15);
    expect(report.metrics["ndcg-exp@3"]).to.be.closeTo((1 + 3 / 2) / (3 + 1 / Math.log2(3)), 1e-15);
    expect(place.bash(`${files} --metrics bpref -f table`).stdout).to.contain("\n\nbpref ");
    for (const [line, message] of [
      [`${files} --metrics ndgc`, "--metrics: expected accuracy, precision, recall, mrr, ndcg, map, success, "],
      ["simcli eval a.csv b.csv --relevance-level 2", "--relevance-level: expected --qrels with it"],
      ["simcli eval a.csv b.csv --relevance-level 2 --dimensions 1,2", "--relevance-level: expected --qrels with it"],
      [
        "simcli eval a.csv b.csv --persistence 0.5",
        "--persistence: expected the metric rbp with it, found no --metrics",
      ],
      [
        "simcli eval a.csv b.csv --persistence 0.5 --metrics ndcg --dimensions 1,2",
        "--persistence: expected the metric rbp with it, found --metrics ndcg",
      ],
      [`${files} --relevance-level 0`, "--relevance-level: expected a number above 0"],
    ] as const) {
      const { code, stderr } = place.bash(line);
      expect(stderr).to.contain(message);
      expect(code).to.equal(2);
    }
  });

  it("never counts a query as relevant to itself, whatever is judged, and neither does mine", () => {
    place.write("one.csv", "id,x,y\nq1,1,0\nq2,0.9,0.1\nq3,-1,1\n");
    place.write("pairs.txt", "q1 q1\nq1 q2\nq2 q2\nq3 q1\n");
    const { stdout, stderr } = place.bash("simcli eval one.csv --qrels pairs.txt -k 1 --json");
    const report = JSON.parse(stdout);
    expect(report).to.include({ relevant: 2, skipped: 1 });
    expect(report.metrics["mean-rank"]).to.equal(1.5);
    // Relevant rows score 0.99 and -0.71, other rows 0.99, -0.71, -0.62 and -0.62.
    expect(report.similarities.auc).to.equal(0.5);
    expect(stderr).to.contain("ignored 2 of 4 lines that pair a row with itself");
    const mined = place.bash("simcli mine one.csv --positives pairs.txt --precision 2");
    expect(mined.stdout).to.equal(
      "anchor,positive,negative,positive_score,negative_score\nq1,q2,q3,0.99,-0.71\nq3,q1,q2,-0.71,-0.62\n",
    );
    expect(mined.stderr).to.contain("ignored 2 of 4 lines").and.to.contain("skipped 1 anchor without a positive");
  });

  it("has no mean rank if a relevant row has no score: null in JSON, empty in CSV, a dash in a table", () => {
    place.write("zero.csv", "id,x,y\na,1,0\nb,0,0\n");
    place.write("pair.txt", "a b\n");
    const of = (format: string) =>
      place.bash(`simcli eval zero.csv --qrels pair.txt -k 1 --zero-vectors nan ${format}`).stdout;
    expect(JSON.parse(of("--json")).metrics["mean-rank"]).to.equal(null);
    expect(of("-f csv")).to.contain("\nmean-rank,\n");
    expect(of("-f table")).to.match(/mean-rank -$/m);
  });

  it("warns about a collapsed batch, and about copies of relevant rows", () => {
    place.write("same.csv", "1,2\n1,2\n1,2.001\n");
    const { stdout, stderr } = place.bash("simcli eval same.csv same.csv --json");
    // JSON contains the warnings: they are not repeated on stderr.
    expect(stderr).to.equal("");
    expect(JSON.parse(stdout).warnings).to.have.length(4);
    expect(place.bash("simcli eval same.csv same.csv -f csv").stderr)
      .to.contain("the queries may have collapsed")
      .and.to.contain("duplicate positives: relevant rows of 2 queries");
    expect(place.bash("simcli eval same.csv same.csv -f table").stdout).to.contain("duplicate positives");
  });

  it("warns about copies of a relevant row in other rows, and relevant rows equal to their query", () => {
    place.write("asked.csv", "1,0\n0,1\n3,1\n");
    place.write("corpus.csv", "0,2\n0,2\n3,1\n");
    place.write("second.txt", "0 1\n");
    const warnings = (files: string) => JSON.parse(place.bash(`simcli eval ${files} -k 1 --json`).stdout).warnings;
    // Row 0 of the corpus is not query 0, although both are first in their file.
    expect(warnings("asked.csv corpus.csv --qrels second.txt")).to.deep.equal([
      "duplicate positives: relevant rows of 1 query have copies that are not marked relevant",
    ]);
    expect(warnings("asked.csv corpus.csv")).to.deep.equal([
      "duplicate positives: relevant rows of 2 queries have copies that are not marked relevant",
      "identical positives: a relevant row equals its query for 1 query, and any model finds it",
    ]);
    // In a single file, a row is not a copy of itself.
    place.write("labelled.csv", "label,x,y\na,0,2\na,0,2\nb,3,1\nb,1,3\n");
    expect(warnings("labelled.csv --labels label")).to.deep.equal([
      "identical positives: a relevant row equals its query for 2 queries, and any model finds it",
    ]);
  });

  it("ignores and reports lines with unknown rows, and so does mine", () => {
    place.write("ends.txt", "0 0\n1 4\n");
    const whole = place.bash("simcli eval a.csv b.csv --qrels ends.txt --json");
    expect(whole.stderr).to.equal('simcli: ends.txt: ignored 1 of 2 lines: their rows are in no file, such as "4"\n');
    expect(JSON.parse(whole.stdout)).to.include({ relevant: 1, skipped: 3 });
    const mined = place.bash("simcli mine a.csv b.csv --positives ends.txt --negatives 1 --as pairs | cut -d, -f1,2");
    expect(mined.stdout).to.equal("anchor,id\n0,0\n0,1\n");
    place.write("beyond.txt", "1 4294967297\n01 1\n");
    expect(place.bash("simcli eval a.csv b.csv --qrels beyond.txt").stderr).to.equal(
      'simcli: beyond.txt: expected rows of a.csv and b.csv, found none of them: the first one is "4294967297"\n' +
        "hint: rows of a.csv are 0 to 3, or --id-column names its ids; rows of b.csv are 0 to 3, or --id-column names its ids\n",
    );
    place.write("named.csv", "id,x,y,z\nd1,1,0,0\nd2,0,1,0\n");
    place.write("mixed.txt", "0 d1\n0 d9\n");
    place.write("asked3.csv", "1,0,0\n");
    expect(place.bash("simcli eval asked3.csv named.csv --qrels mixed.txt").stderr).to.contain(
      "their rows or ids are in",
    );
  });

  it("accepts a query named like a header, and reads quotes and comments", () => {
    place.write("called.csv", "id,x,y\nquery,1,0\nr,0,1\n");
    place.write("found.csv", "id,x,y\na,1,0\nb,0,1\n");
    place.write("called.txt", '"query","a"\n# a comment\n"r","b"\n');
    const { stdout, stderr } = place.bash("simcli eval called.csv found.csv --qrels called.txt -k 1 --json");
    expect(JSON.parse(stdout)).to.include({ relevant: 2, skipped: 0 });
    expect(stderr).not.to.contain("skipped");
  });

  it("takes all rows of an id as relevant, and mine as positives", () => {
    place.write("r.csv", "id,x,y\nr,1,0\n");
    place.write("twice.csv", "id,x,y\na,1,0.1\nb,0,1\na,1,0.2\n");
    place.write("ra.txt", "r a\n");
    const report = JSON.parse(place.bash("simcli eval r.csv twice.csv --qrels ra.txt -k 2 --json").stdout);
    expect(report).to.include({ relevant: 2 });
    expect(report.metrics["precision@2"]).to.equal(1);
    const mined = place.bash("simcli mine r.csv twice.csv --positives ra.txt --precision 1 --quiet").stdout;
    expect(mined).to.equal("anchor,positive,negative,positive_score,negative_score\nr,a,b,1.0,0.0\nr,a,b,1.0,0.0\n");
  });

  it("applies a file of labels to both files", () => {
    place.write("classes.txt", "p\nq\np\nq\n");
    const { stdout } = place.bash("simcli eval a.csv b.csv --labels classes.txt --json");
    expect(JSON.parse(stdout)).to.include({ relevant: 8, skipped: 0 });
    expect(
      place.bash("simcli mine a.csv b.csv --labels classes.txt --as pairs --negatives 1 | sed -n 2,3p").stdout,
    ).to.match(/^0,0,1,.*\n0,2,1,.*\n$/);
  });

  it("rejects an empty cell as a class", () => {
    place.write("unlabelled.csv", "x,y,label\n1,0,p\n0,1,\n1,1,\n");
    const { code, stderr } = place.bash("simcli eval unlabelled.csv --labels label");
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      "simcli: unlabelled.csv:3:3: expected a label, found an empty cell (2 such cells in this column)\n" +
        "hint: every row needs a label\n",
    );
  });

  it("reports the number of queries without a record", () => {
    place.write("first.txt", "0 0\n");
    const { stdout, stderr } = place.bash("simcli eval a.csv b.csv --qrels first.txt --per-query");
    expect(stdout.split("\n")).to.have.length(3);
    expect(stderr).to.equal("simcli: skipped 3 queries without a relevant row\n");
    expect(place.bash("simcli eval a.csv b.csv --qrels first.txt --json").stderr).to.equal("");
  });

  it("reports missing and contradictory options", () => {
    expect(place.bash("simcli eval a.csv").stderr)
      .to.contain("expected two files, or an option that names positives")
      .and.to.contain("--labels names a column of classes, --qrels a file");
    expect(place.bash("simcli eval a.csv b.csv -k 1,1").code).to.equal(2);
    expect(place.bash("simcli eval a.csv b.csv -k 0").code).to.equal(2);
    place.write("none.txt", "0 0 1 0\n");
    expect(place.bash("simcli eval a.csv b.csv --qrels none.txt").stderr).to.contain(
      "expected a query with a relevant row",
    );
  });
});
