import { expect } from "chai";
import { readJudgements } from "#dist/input/read-judgements.js";
import { malformed, rejection, sourceOf } from "./support.js";

const read = (text: string) => readJudgements(sourceOf(text, "qrels"));

describe("judgements", () => {
  for (const [name, text] of [
    ["TREC's qrels", "q1 0 d1 2\nq1 0 d2 0\n"],
    ["qrels without iterations", "q1\td1\t2\r\nq1\td2\t0\r\n"],
    ["qrels with a header", "query-id,corpus-id,score\nq1,d1,2\nq1,d2,0"],
  ] as const) {
    it(`are read from ${name}`, async () => {
      expect(await read(text)).to.deep.equal([
        { query: "q1", document: "d1", grade: 2 },
        { query: "q1", document: "d2", grade: 0 },
      ]);
    });
  }

  it("are grade 1 for pairs, whose ids may hold blanks between tabs", async () => {
    expect(await read("\uFEFFanchor\tpositive\nthe query\tthe answer\n\n")).to.deep.equal([
      { query: "the query", document: "the answer", grade: 1 },
    ]);
  });

  it("are refused where a line has another shape, naming it", async () => {
    expect((await malformed(read("q1 0 d1 2\nq1 d2 1\nq1 0 d1 x\n"))).message).to.equal(
      'qrels:2: expected 2 to 4 fields, as many in each line, found 3\nqrels:3:4: expected a number for the grade, found "x"',
    );
    expect((await malformed(read("alone\n"))).message).to.equal(
      "qrels:1: expected 2 to 4 fields, as many in each line, found 1",
    );
  });

  it("are refused where there are none", async () => {
    expect((await rejection(read("qid docid\n"))).message).to.equal(
      "qrels: expected judgements of relevance, found none",
    );
  });
});
