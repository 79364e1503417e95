import { expect } from "chai";
import { relevanceByJudgement, relevanceByLabel, relevanceByRow } from "#dist/relevance.js";

describe("relevance", () => {
  it("by row is row i for query i", () => {
    expect(relevanceByRow().rowsOf(7)).to.deep.equal([7]);
    expect(relevanceByRow().gradesOf(7)).to.be.null;
  });

  it("by label is the query's class, without the query where it is searched among", () => {
    const of = (excludeSelf: boolean) => relevanceByLabel(["x", "y", "z"], ["y", "x", "x"], excludeSelf);
    expect(of(false).rowsOf(0)).to.deep.equal([1, 2]);
    expect(of(false).rowsOf(2)).to.deep.equal([]);
    expect(relevanceByLabel(["x", "x", "y"], ["x", "x", "y"], true).rowsOf(1)).to.deep.equal([0]);
    expect(of(true).gradesOf(0)).to.be.null;
  });

  it("by judgement is what is graded above 0, by id or by row", () => {
    const judgements = [
      { query: "q2", document: "d3", grade: 2 },
      { query: "q2", document: "d1", grade: 1 },
      { query: "q1", document: "d1", grade: 0 },
      { query: "q1", document: "d9", grade: 1 },
      { query: "q9", document: "d1", grade: 1 },
    ];
    const named = relevanceByJudgement(judgements, ["q1", "q2"], ["d1", "d2", "d3"]);
    expect(named.rowsOf(1)).to.deep.equal([0, 2]);
    expect(named.gradesOf(1)).to.deep.equal([1, 2]);
    expect(named.rowsOf(0)).to.deep.equal([]);
    expect(named.unknown).to.equal(2);
    const counted = relevanceByJudgement(
      [
        { query: "0", document: "5", grade: 1 },
        { query: "x", document: "5", grade: 1 },
      ],
      null,
      null,
    );
    expect(counted.rowsOf(0)).to.deep.equal([5]);
    expect(counted.unknown).to.equal(1);
  });
});
