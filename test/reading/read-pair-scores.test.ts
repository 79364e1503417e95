import { expect } from "chai";
import { readPairScores } from "#dist/reading/read-pair-scores.js";
import { malformed, rejection, sourceOf } from "../input/support.js";

async function read(text: string) {
  const pairs = [];
  for await (const pair of readPairScores(sourceOf(text, "scores"))) pairs.push(pair);
  return pairs;
}

describe("scores of pairs", () => {
  for (const [name, text] of [
    ["a table", 'anchor,id,score\nq1,d1,2.5\n"q1",d2,-1e-3\n'],
    [
      "a table with other names and columns",
      "label\tquery_id\ttext\tscore\tdoc_id\n1\tq1\tx\t2.5\td1\n0\tq1\ty\t-0.001\td2\n",
    ],
    ["JSON Lines", '{"anchor":"q1","id":"d1","score":2.5}\n{"anchor":"q1","id":"d2","score":-0.001}\n'],
    ["lines without a header", "q1 d1 2.5\nq1 d2 -0.001"],
    ["lines with commas", "\uFEFFq1,d1,2.5\r\nq1,d2,-0.001\r\n"],
    ["lines as TREC's judgements", "# a comment\nq1 0 d1 2.5\nq1 0 d2 -0.001\n"],
    ["a TREC run", "q1 Q0 d1 1 2.5 tag\nq1 Q0 d2 2 -0.001 tag\n"],
  ] as const) {
    it(`are read from ${name}`, async () => {
      expect(await read(text)).to.deep.equal([
        { anchor: "q1", id: "d1", score: 2.5 },
        { anchor: "q1", id: "d2", score: -0.001 },
      ]);
    });
  }

  it("are numbers: other lines are named", async () => {
    const { message } = await malformed(read("anchor,id,score\nq1,d1,2\nq1,d2,\nq1,d3,nan\n"));
    expect(message).to.match(/^scores:3: expected a number for the score, found ""/);
    expect((await malformed(read("q1 d1 2\nq1 d2\n"))).message).to.match(/^scores:2: expected anchor, id and a score/);
  });

  it("need columns that are known", async () => {
    const missing = await rejection(read("anchor,passage,score\nq1,d1,2\n"));
    expect(missing.message).to.equal("scores: expected a column id (or document, document_id, doc_id, …), found none");
    const none = await rejection(read("x,y,z\nq1,d1,2\n"));
    expect(none.message).to.equal('scores: expected a column named "anchor", found x, y, z');
    expect(none).to.have.property("hint").that.contains("--scores reads a table");
  });
});
