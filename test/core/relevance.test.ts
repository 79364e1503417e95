import { expect } from "chai";
import {
  type Relevance,
  relevanceByJudgement,
  relevanceByLabel,
  relevanceByRow,
  withoutSelf,
} from "#dist/core/relevance.js";

const named = (...ids: string[]) => ({ rows: ids.length, ids });
const counted = (rows: number) => ({ rows, ids: null });

describe("relevance", () => {
  it("by row: row i is relevant to query i", () => {
    expect(relevanceByRow().rowsOf(7)).to.deep.equal([7]);
    expect(relevanceByRow().gradesOf(7)).to.be.null;
  });

  it("by label: rows of the query's class are relevant, except the query itself", () => {
    const of = (excludeSelf: boolean) => relevanceByLabel(["x", "y", "z"], ["y", "x", "x"], excludeSelf);
    expect(of(false).rowsOf(0)).to.deep.equal([1, 2]);
    expect(of(false).rowsOf(2)).to.deep.equal([]);
    expect(relevanceByLabel(["x", "x", "y"], ["x", "x", "y"], true).rowsOf(1)).to.deep.equal([0]);
    expect(of(true).gradesOf(0)).to.be.null;
  });

  it("by judgement: documents with a grade above 0 are relevant, by id or by row", () => {
    const judgements = [
      { query: "q2", document: "d3", grade: 2 },
      { query: "q2", document: "d1", grade: 1 },
      { query: "q1", document: "d1", grade: 0 },
      { query: "q1", document: "d9", grade: 1 },
      { query: "q9", document: "d1", grade: 1 },
    ];
    const found = relevanceByJudgement(judgements, named("q1", "q2"), named("d1", "d2", "d3"));
    expect(found.rowsOf(1)).to.deep.equal([0, 2]);
    expect(found.gradesOf(1)).to.deep.equal([1, 2]);
    expect(found.rowsOf(0)).to.deep.equal([]);
    expect(found).to.include({ unknown: 2, firstUnknown: "d9" });
  });

  it("by judgement: ids match exactly, or else without the blanks around them", () => {
    const rows = (query: string, ...ids: string[]) =>
      relevanceByJudgement([{ query, document: query, grade: 1 }], named(...ids), named(...ids)).rowsOf(0);
    expect(rows("a", " a ", "b")).to.deep.equal([0]);
    expect(rows(" a\t", "a", "b")).to.deep.equal([0]);
    expect(rows("a", " a ", "a")).to.deep.equal([]);
    expect(rows(" a ", " a ", "a")).to.deep.equal([0]);
  });

  it("by judgement: rows without ids are numbered from 0; other numbers and spellings are unknown", () => {
    const judgements = ["0 1", "0 2", "2 0", "x 1", "01 1", "0 01", "1 4294967297", "-1 0", "1e0 0", "1 0 "].map(
      (line) => {
        const [query = "", document = ""] = line.split(" ");
        return { query, document, grade: 1 };
      },
    );
    const found = relevanceByJudgement(judgements, counted(2), counted(2));
    expect([0, 1].map((query) => found.rowsOf(query))).to.deep.equal([[1], [0]]);
    expect(found.unknown).to.equal(8);
  });

  it("by judgement: an id shared by several queries or rows names all of them", () => {
    const judgements = [{ query: "q", document: "a", grade: 2 }];
    const found = relevanceByJudgement(judgements, named("q", "r", "q"), named("a", "b", "a"));
    expect([0, 1, 2].map((query) => found.rowsOf(query))).to.deep.equal([[0, 2], [], [0, 2]]);
    expect(found.gradesOf(2)).to.deep.equal([2, 2]);
    const among = relevanceByJudgement(
      [{ query: "a", document: "a", grade: 1 }],
      named("a", "a"),
      named("a", "a"),
      true,
    );
    expect([0, 1].map((query) => among.rowsOf(query))).to.deep.equal([[1], [0]]);
    expect(among.ofSelf).to.equal(0);
  });

  it("by judgement: ignores that a query is relevant to itself, if queries are the corpus", () => {
    const ids = named("a", "b");
    const judgements = [
      { query: "a", document: "a", grade: 3 },
      { query: "a", document: "b", grade: 1 },
      { query: "b", document: "b", grade: 0 },
    ];
    const among = relevanceByJudgement(judgements, ids, ids, true);
    expect(among.rowsOf(0)).to.deep.equal([1]);
    expect(among.gradesOf(0)).to.deep.equal([1]);
    expect(among).to.include({ ofSelf: 1, unknown: 0 });
    const between = relevanceByJudgement(judgements, ids, ids);
    expect(between.rowsOf(0)).to.deep.equal([0, 1]);
    expect(between.ofSelf).to.equal(0);
  });

  it("withoutSelf removes the row and its grade", () => {
    const graded: Relevance = { rowsOf: () => [0, 2, 5], gradesOf: () => [7, 8, 9] };
    expect(withoutSelf(graded).rowsOf(2)).to.deep.equal([0, 5]);
    expect(withoutSelf(graded).gradesOf(2)).to.deep.equal([7, 9]);
    expect(withoutSelf(graded).gradesOf(1)).to.deep.equal([7, 8, 9]);
    expect(withoutSelf(relevanceByRow()).gradesOf(2)).to.be.null;
  });
});
