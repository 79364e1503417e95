import { expect } from "chai";
import { readJudgements } from "#dist/reading/read-judgements.js";
import { malformed, rejection, sourceOf } from "../input/support.js";

const read = (text: string, queryIds?: readonly string[]) => readJudgements(sourceOf(text, "qrels"), queryIds);

describe("judgements", () => {
  for (const [name, text] of [
    ["TREC's qrels", "q1 0 d1 2\nq1 0 d2 0\n"],
    ["qrels without iterations", "q1\td1\t2\r\nq1\td2\t0\r\n"],
    ["qrels with a header", "query-id,corpus-id,score\nq1,d1,2\nq1,d2,0"],
    ["columns in another order, by the header", "query,score,text,doc_id,n\nq1,2,x,d1,1\nq1,0,y,d2,2\n"],
    ["JSON Lines", '{"query-id":"q1","corpus-id":"d1","score":2}\n{"query-id":"q1","corpus-id":"d2","score":0}\n'],
    ["a list of objects", '[{"anchor":"q1","positive":"d1","label":2},{"anchor":"q1","positive":"d2","label":0}]'],
  ] as const) {
    it(`are read from ${name}`, async () => {
      expect(await read(text)).to.deep.equal([
        { query: "q1", document: "d1", grade: 2 },
        { query: "q1", document: "d2", grade: 0 },
      ]);
    });
  }

  it("have grade 1 for pairs, whose ids may contain blanks between tabs", async () => {
    expect(await read("\uFEFFanchor\tpositive\nthe query\tthe answer\n\n")).to.deep.equal([
      { query: "the query", document: "the answer", grade: 1 },
    ]);
  });

  for (const query of ["q", "qid", "query", "query_id", "anchor"]) {
    it(`are read from the first line on if a query is called ${query}`, async () => {
      const text = `${query} d1\nother d2\n`;
      expect(await read(text, ["other", query])).to.have.length(2);
      expect(await read(text, ["other"])).to.deep.equal([{ query: "other", document: "d2", grade: 1 }]);
    });
  }

  it("are read from quoted fields, with any delimiter", async () => {
    const wanted = [{ query: "the, query", document: 'an "answer"', grade: 1 }];
    expect(await read('"query","document"\n"the, query" , "an ""answer"""\n')).to.deep.equal(wanted);
    expect(await read('"the, query"\t"an ""answer"""\n')).to.deep.equal(wanted);
    expect(await read('"the, query"  "an ""answer"""\n')).to.deep.equal(wanted);
    // Quotes inside a field are part of it.
    expect(await read('the, query\tan "answer"\n')).to.deep.equal(wanted);
    expect(await read('3" disk\t5" disk\n')).to.deep.equal([{ query: '3" disk', document: '5" disk', grade: 1 }]);
  });

  it("have ids with line ends and tabs, as pandas writes them", async () => {
    expect(await read('anchor,positive\n"two\nlines",d\ntab\there,"e\tf"\n"a\n\nb","c\nd"\nq,d\n')).to.deep.equal([
      { query: "two\nlines", document: "d", grade: 1 },
      { query: "tab\there", document: "e\tf", grade: 1 },
      { query: "a\n\nb", document: "c\nd", grade: 1 },
      { query: "q", document: "d", grade: 1 },
    ]);
    // A comment opens no quotes.
    expect(await read('# it is "open\nx "d\nr"\n')).to.deep.equal([{ query: "x", document: "d\nr", grade: 1 }]);
  });

  it("in JSON Lines need two ids and a number, naming the line", async () => {
    const lines = '{"query":1,"id":2,"grade":1}\n{"query":null,"id":2,"grade":1}\n{"query":1,"id":2,"grade":"x"}\n';
    expect((await malformed(read(lines))).message).to.equal(
      'qrels:2: expected two ids, found a missing one\nqrels:3: expected a number for the grade, found "x"',
    );
    expect((await rejection(read('{"query":"q","text":"t"}\n'))).message).to.equal(
      "qrels: expected a column of the document, found none",
    );
  });

  it("are rejected for an invalid quote, naming the line", async () => {
    const error = await malformed(read('"q","d"\n"q","d\n"q"x,"d"\n'));
    expect(error.message).to.equal(
      "qrels:2: expected a closing quote, found the end of the line\n" +
        "qrels:3: expected a delimiter after the closing quote, found more text",
    );
    expect(error.hint).to.equal('a quote inside a field is written ""');
  });

  it("may have comments, unless a query begins like one", async () => {
    const text = "# judged by hand, twice\nquery document\nq d\n# d e\n";
    expect(await read(text)).to.deep.equal([{ query: "q", document: "d", grade: 1 }]);
    expect(await read("q d\n# d\n", ["q", "#"])).to.have.length(2);
    expect(await read("r d\n#1 d\n")).to.have.length(2);
  });

  it("are rejected if lines differ in shape, naming the line", async () => {
    expect((await malformed(read("q1 0 d1 2\nq1 d2 1\nq1 0 d1 x\n"))).message).to.equal(
      'qrels:2: expected 4 fields, as many in each line, found 3\nqrels:3:4: expected a number for the grade, found "x"',
    );
    expect((await malformed(read("alone\n"))).message).to.equal(
      "qrels:1: expected 2 to 4 fields, as many in each line, found 1",
    );
  });

  it("are rejected if there are none", async () => {
    expect((await rejection(read("qid docid\n"))).message).to.equal("qrels: expected relevance judgements, found none");
  });
});
