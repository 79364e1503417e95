import { expect } from "chai";
import { isRun, type Run, readRun } from "#dist/reading/read-run.js";
import { fixtureText } from "../reference.js";

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

const read = (text: string, size = 1 << 16): Promise<Run> => readRun({ name: "run.txt", bytes: chunks(text, size) });

const found = ({ queries, documents, documentsOf }: Run) =>
  Object.fromEntries(queries.map((id, query) => [id, Array.from(documentsOf(query), (index) => documents[index])]));

/** Returns the message of the error of a run. */
async function fault(text: string): Promise<string> {
  try {
    await read(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected an error");
}

describe("a TREC run", () => {
  it("is ordered by score, equal scores by descending id, whatever the rank", async () => {
    const text = "q1 Q0 a 1 0.5 tag\nq1 Q0 c 2 0.5 tag\nq1 Q0 b 3 0.5 tag\nq1 Q0 z 4 0.25 tag\nq1 Q0 y 5 2 tag\n";
    expect(found(await read(text))).to.eql({ q1: ["y", "c", "b", "a", "z"] });
  });

  it("has scores in single precision, as in trec_eval", async () => {
    const text = "q1 Q0 a 1 9.0000000001 t\nq1 Q0 b 2 9 t\nq1 Q0 c 2 9.00001 t\n";
    expect(found(await read(text))).to.eql({ q1: ["c", "b", "a"] });
  });

  it("may have its queries in any order, blanks, tabs, comments, more fields, and any line ends", async () => {
    const text = "\uFEFF# a comment\r\nq2\tQ0\td1\t1\t-1e3\tt\r\n\r\n  q1 0 d1 7 0.5 t more\r\nq2 Q0 d2 1 .5 t";
    for (const size of [1, 7, 1000]) {
      expect(found(await read(text, size))).to.eql({ q2: ["d2", "d1"], q1: ["d1"] });
    }
  });

  it("may have many lines", async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `q${i % 3} Q0 d${i} 1 ${i} t\n`);
    const { q1 } = found(await read(lines.join("")));
    expect([q1.length, q1[0], q1[1]]).to.eql([1667, "d4999", "d4996"]);
  });

  it("names the lines that have another form", async () => {
    expect(await fault("q1 Q0 a 1 0.5 t\nq1 Q0 b 1 0.5\n\nq1 0 c 1\n")).to.equal(
      "run.txt:2: expected 6 fields, found 5 (2 such lines)",
    );
    expect(await fault("q1 Q0 a 1 nan t\n")).to.equal('run.txt:1:5: expected a number for the score, found "nan"');
    expect(await fault("# nothing\n")).to.equal("run.txt: expected a run, found no lines");
  });

  it("names a document that a query has twice, with both lines", async () => {
    expect(await fault("q1 Q0 a 1 3 t\nq2 Q0 a 1 3 t\n# \nq1 Q0 b 2 2 t\nq1 Q0 a 3 1 t\n")).to.equal(
      'run.txt:5:3: expected each document once for a query, found "a" again for "q1" (first on line 1)',
    );
  });

  it("is recognised by its first line", () => {
    const runs = ["q1 Q0 d1 1 0.5 tag\n", "# note\n\n301\tq0\tFR-1\t1\t4.2e-3\t7\n", "1 0 5 1 -3 bm25\n"];
    for (const text of [...runs, fixtureText("runs/base.run")]) expect(isRun(Buffer.from(text)), text).to.be.true;
    for (const text of ["", "1 2 3 4 5 6\n", "the 0.1 0.2 0.3 0.4 0.5\n", "q1 0 d1 1\n", "a,b,c\n", "query,mrr\n"]) {
      expect(isRun(Buffer.from(text)), text).to.be.false;
    }
  });
});
