import { expect } from "chai";
import { workplace } from "./run.js";

/** Vectors whose cosines with q1 and q2 fall from d1 to d4, and rise from d1 to d4. */
const QUERIES = "id,text,x,y\nq1,one,1,0\nq2,two,0,1\n";
const CORPUS = "id,text,x,y\nd1,un,10,1\nd2,deux,9,4\nd3,trois,4,9\nd4,quatre,1,10\n";

describe("simcli mine with the scores of a teacher", () => {
  const place = workplace();
  const line = "simcli mine q.csv d.csv --columns x,y --positives pos.txt";
  const write = () => {
    place.write("q.csv", QUERIES);
    place.write("d.csv", CORPUS);
    place.write("pos.txt", "q1 d1\nq2 d4\n");
    place.write("scores.csv", "id,anchor,score\nd1,q1,5\nd2,q1,6\nd3,q1,1\nd4,q2,4\nd3,q2,3\nd2,q2,3.5\n");
  };

  it("writes the pairs that a teacher scores, and reads their scores", () => {
    write();
    const candidates = place.bash(`${line} --candidates 2 --carry text -o pairs.csv && cat pairs.csv`);
    expect(candidates.stdout).to.equal(
      "anchor,id,label,anchor_text,text\nq1,d1,1,one,un\nq1,d2,0,one,deux\nq1,d3,0,one,trois\nq2,d4,1,two,quatre\nq2,d3,0,two,trois\nq2,d2,0,two,deux\n",
    );
    expect(candidates.stderr).to.equal("simcli: mined 4 candidates for 2 anchors, wrote 6 records\n");
    const teacher = `awk -F, 'NR == 1 { print $0 ",score" } NR > 1 { print $0 "," 10 - NR }' pairs.csv > scored.csv`;
    const { stdout, stderr } = place.bash(`${teacher} && ${line} --scores scored.csv --negatives 1`);
    expect(stdout).to.equal("anchor,positive,negative,positive_score,negative_score\nq1,d1,d2,8,7\nq2,d4,d3,5,4\n");
    expect(stderr).to.equal(
      "simcli: scored.csv: pairs without a score are skipped; --unscored vectors uses the scores of their vectors\nsimcli: mined 2 negatives for 2 anchors, wrote 2 records\n",
    );
  });

  it("orders and excludes candidates by these scores", () => {
    write();
    const all = place.bash(`${line} --scores scores.csv --as pairs`);
    expect(all.stdout).to.equal(
      "anchor,id,label,score\nq1,d1,1,5\nq1,d2,0,6\nq1,d3,0,1\nq2,d4,1,4\nq2,d2,0,3.5\nq2,d3,0,3\n",
    );
    expect(all.stderr).to.contain("for 2 anchors: --scores leaves no more candidates\n");
    expect(all.stderr).to.contain("1 negative scores better than a positive of its anchor");
    const margin = place.bash(`${line} --scores scores.csv --as pairs --margin 0.5 --verbose`);
    expect(margin.stdout).to.equal("anchor,id,label,score\nq1,d1,1,5\nq1,d3,0,1\nq2,d4,1,4\nq2,d2,0,3.5\nq2,d3,0,3\n");
    expect(margin.stderr).to.contain(
      "simcli:   q1 d2: 6.0000, positive 5.0000, excluded by --margin\nsimcli: negatives that",
    );
    const near = place.bash(`${line} --scores scores.csv --range-max 1 --negatives 1 --quiet`).stdout;
    expect(near).to.match(/^anchor.*\nq1,d1,d2,5,6\nq2,d4,d3,4,3\n$/);
  });

  it("uses the vectors for the other pairs if it is asked to", () => {
    write();
    const mixed = place.bash(`${line} --scores scores.csv --unscored vectors --as pairs --precision 2 --negatives 3`);
    expect(mixed.stdout).to.equal(
      "anchor,id,label,score\nq1,d1,1,5.00\nq1,d2,0,6.00\nq1,d3,0,1.00\nq1,d4,0,0.10\nq2,d4,1,4.00\nq2,d2,0,3.50\nq2,d3,0,3.00\nq2,d1,0,0.10\n",
    );
    expect(mixed.stderr).not.to.contain("skipped");
  });

  it("skips positives without a score, and needs one", () => {
    write();
    place.write("some.csv", "anchor,id,score\nq1,d1,5\nq1,d2,6\nq1,d2,4\nx,d2,4\n");
    const some = place.bash(`${line} --scores some.csv --negatives 1`);
    expect(some.stdout).to.match(/\nq1,d1,d2,5,4\n$/);
    expect(some.stderr).to.equal(
      [
        'some.csv: ignored 1 of 4 scores: their ids are in no file, such as "x"',
        "some.csv: 1 pair scored again; the last score counts",
        "some.csv: pairs without a score are skipped, 1 positive of 2 among them; --unscored vectors uses the scores of their vectors",
        "mined 1 negative for 1 anchor, wrote 1 record",
        "skipped 1 anchor without a positive",
      ]
        .map((note) => `simcli: ${note}\n`)
        .join(""),
    );
    place.write("none.csv", "anchor,id,score\nq1,d2,6\n");
    const none = place.bash(`${line} --scores none.csv`);
    expect([none.code, none.stdout]).to.deep.equal([1, ""]);
    expect(none.stderr).to.contain(
      "none.csv: expected scores of the positives as well, found none\nhint: simcli mine --candidates N",
    );
  });

  it("writes every layout, and the column that losses of distillation read", () => {
    write();
    const written = (options: string) =>
      place.bash(`${line} --scores scores.csv --negatives 2 --quiet ${options} | head -2`).stdout;
    expect(written("--as triplets --distill")).to.equal("anchor,positive,negative,score\nq1,d1,d2,-1\n");
    expect(written("--as tuples --distill")).to.equal(
      'anchor,positive,negative_1,negative_2,score\nq1,d1,d2,d3,"[5,6,1]"\n',
    );
    expect(written("--as pairs --distill")).to.equal("anchor,id,score\nq1,d1,5\n");
    expect(written("--as lists --distill")).to.equal('anchor,ids,scores\nq1,"[""d1"",""d2"",""d3""]","[5,6,1]"\n');
    expect(written("--as lists --carry text")).to.equal(
      'anchor,text,labels\none,"[""un"",""deux"",""trois""]","[1,0,0]"\n',
    );
    expect(written("--as lists --carry text --distill -f ndjson")).to.contain(
      '{"anchor":"one","text":["un","deux","trois"],"scores":[5,6,1]}\n',
    );
    expect(written("--as lists --carry text,id --distill -f ndjson")).to.contain(
      '{"anchor":"one","text":["un","deux","trois"],"scores":[5,6,1],"anchor_id":"q1","id":["d1","d2","d3"]}\n',
    );
    expect(written("--as lists -f markdown")).to.contain("| --- | --- | --- | --- |\n");
    expect(place.bash(`${line} --as lists -f table --quiet`).stdout).to.contain('["d1","d2","d3","d4"]');
  });

  it("says which options contradict each other", () => {
    write();
    const refused = (options: string) => {
      const { code, stderr } = place.bash(`${line} ${options}`);
      expect(code, options).to.equal(2);
      return stderr;
    };
    expect(refused("--unscored vectors")).to.contain("--unscored: expected --scores with it");
    expect(refused("--candidates 3 --scores scores.csv")).to.contain("--candidates: expected no --scores with it");
    expect(refused("--candidates 3 --as pairs")).to.contain("--candidates: expected no --as with it");
    expect(refused("--scores scores.csv --unscored vectors --metric euclidean")).to.contain("expected a similarity");
    expect(refused("--distill --metric euclidean")).to.contain("--distill: expected similarities");
    expect(refused("--as n-tuple-scores")).to.contain("hint: --as tuples --distill\n");
    place.write("other.csv", "anchor,id,score\nx,y,1\n");
    const other = place.bash(`${line} --scores other.csv`);
    expect(other.stderr).to.contain(
      'other.csv: expected ids of q.csv and d.csv, found none of them: the first one is "x"\n',
    );
    const share = place.bash(
      `sed 's/q2,4/q2,-4/' scores.csv > negative.csv; ${line} --scores negative.csv --relative-margin 0.1`,
    );
    expect(share.stderr).to.contain("1 anchor with a positive that scores below 0, where --relative-margin allows");
  });
});

describe("simcli mine by margins and mutual neighbours", () => {
  const place = workplace();

  it("orders, limits and writes the scores, and leaves out candidates that are not mutual", () => {
    // d1 is near to all anchors, d2 only to q1.
    place.write("q.csv", "id,x,y\nq1,10,1\nq2,1,10\nq3,1,1\n");
    place.write("d.csv", "id,x,y\nd1,10,11\nd2,10,-8\nd3,1,10\n");
    place.write("pos.txt", "q1 d3\nq2 d3\n");
    const line = "simcli mine q.csv d.csv --positives pos.txt --negatives 2";
    const names = (options: string) =>
      place.bash(`${line} ${options} --quiet | tail -n +2 | cut -d, -f1,3`).stdout.trimEnd().split("\n");
    expect(names("")).to.deep.equal(["q1,d1", "q1,d2", "q2,d1", "q2,d2"]);
    expect(names("--by csls --neighbours 2")).to.deep.equal(["q1,d2", "q1,d1", "q2,d1", "q2,d2"]);
    const csls = place.bash(`${line} --by csls --neighbours 2 --as pairs --precision 3 --quiet | sed -n 3p`).stdout;
    expect(csls).to.equal("q1,d2,0,0.288\n");
    const mutual = place.bash(`${line} --mutual --neighbours 1`);
    expect(mutual.stdout).to.match(/\nq1,d3,d2,[^\n]*\n$/);
    expect(mutual.stderr).to.contain("for 2 anchors: --mutual leaves no more candidates\n");
    for (const [options, message] of [
      ["--neighbours 3", "--neighbours: expected --by or --mutual with it"],
      ["--by csls --metric euclidean", "--by csls: expected a similarity, found --metric euclidean"],
      ["--by csls --scores pos.txt", "--by csls: expected no --scores with it"],
    ] as const) {
      const { code, stderr } = place.bash(`${line} ${options}`);
      expect([code, stderr]).to.deep.equal([2, stderr]);
      expect(stderr).to.contain(message);
    }
  });
});

describe("simcli mine --forbid", () => {
  const place = workplace();

  it("reports pairs that it does not forbid, and an empty list", () => {
    place.write("forbid.csv", "anchor,id,score\n0,1,0.5\n1,0,0\n2,3,-1\n");
    const { code, stderr } = place.bash("simcli mine a.csv b.csv --forbid forbid.csv --negatives 1");
    expect(code).to.equal(0);
    expect(stderr).to.contain("forbid.csv: 2 of 3 pairs have a grade of 0 or less and are not forbidden\n");
    for (const text of ["", "anchor,id,score\n"]) {
      place.write("empty.csv", text);
      const empty = place.bash("simcli mine a.csv b.csv --forbid empty.csv --negatives 1");
      expect(empty.code).to.equal(0);
      expect(empty.stderr).to.contain("simcli: empty.csv: no pairs, so that none is forbidden\n");
    }
  });
});
