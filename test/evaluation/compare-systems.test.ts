import { expect } from "chai";
import fc from "fast-check";
import type { QueryValues } from "#dist/core/query-values.js";
import { relevanceByLabel, relevanceByRow } from "#dist/core/relevance.js";
import { compareSystems, movedQueries } from "#dist/evaluation/compare-systems.js";
import { ranksOf, searchedCutoff, valuesOf } from "#dist/evaluation/query-values.js";
import { retrievalMetric } from "#dist/evaluation/retrieval-metrics.js";
import { comparePaired, holm } from "#dist/evaluation/significance/paired-tests.js";
import { eitherWay, scored, scoreRows } from "../neighbours/support.js";

const system = (
  name: string,
  queries: readonly string[],
  measures: { readonly [name: string]: readonly number[] },
  relevant: readonly number[] | null = null,
): QueryValues => ({
  name,
  queries,
  relevant,
  measures: new Map(Object.entries(measures).map(([measure, values]) => [measure, Float64Array.from(values)])),
});

const base = system("base", ["a", "b", "c", "d"], { mrr: [0, 0.5, 1, 0.25], "mean-rank": [9, 2, 1, 4] });
const other = system("other", ["d", "c", "b", "a"], { "mean-rank": [2, 1, 4, 1], mrr: [0.5, 1, 0.25, 1] });

describe("the comparison of systems", () => {
  it("matches queries by id and measures by name", () => {
    const { baseline, queries, systems } = compareSystems(base, [other]);
    expect({ baseline, queries }).to.eql({ baseline: "base", queries: ["a", "b", "c", "d"] });
    const [mrr, rank] = systems[0].measures;
    expect(Array.from(mrr.values.system)).to.eql([1, 0.25, 1, 0.5]);
    expect([mrr.measure, mrr.wins, mrr.ties, mrr.losses]).to.eql(["mrr", 2, 1, 1]);
    // a smaller rank is better
    expect([rank.measure, rank.wins, rank.ties, rank.losses]).to.eql(["mean-rank", 2, 1, 1]);
    expect(rank.difference).to.equal(-2);
  });

  it("is that of the pairs, with Holm's method over all measures of all systems", () => {
    const third = system("third", base.queries, { mrr: [1, 1, 1, 1], "mean-rank": [1, 1, 1, 1] });
    const options = { resamples: 300, seed: 4 };
    const { systems } = compareSystems(base, [other, third], options);
    const all = systems.flatMap(({ measures }) => measures);
    const baseline = base.measures.get("mrr") as Float64Array;
    const [direct] = comparePaired([{ baseline, values: Float64Array.of(1, 0.25, 1, 0.5) }], options);
    expect(all[0]).to.deep.include({ tTest: direct.tTest, bootstrap: direct.bootstrap });
    expect(all.map((found) => found.holm.tTest)).to.eql(holm(all.map((found) => found.tTest.p)));
    expect(all.map((found) => found.holm.wilcoxon)).to.eql(holm(all.map((found) => found.wilcoxon.p)));
    expect(all.map((found) => found.holm.randomisation)).to.eql(holm(all.map((found) => found.randomisation.p)));
  });

  it("lists the queries that moved most, ties in the order of the queries", () => {
    const values = system("new", base.queries, { mrr: [1, 0, 0.5, 0.75], "mean-rank": [1, 5, 2, 4] });
    const { systems, queries } = compareSystems(base, [values]);
    const [mrr, rank] = systems[0].measures;
    expect(movedQueries(queries, mrr, 1)).to.eql({
      gained: [{ query: "a", baseline: 0, value: 1, difference: 1 }],
      lost: [{ query: "b", baseline: 0.5, value: 0, difference: -0.5 }],
    });
    const ids = (list: readonly { readonly query: string }[]) => list.map(({ query }) => query);
    expect(ids(movedQueries(queries, mrr, 9).lost)).to.eql(["b", "c"]);
    expect(ids(movedQueries(queries, rank, 9).gained)).to.eql(["a"]);
    expect(ids(movedQueries(queries, rank, 9).lost)).to.eql(["b", "c"]);
  });

  it("names queries, relevant rows and measures that do not match", () => {
    const values = (queries: readonly string[], relevant: readonly number[] | null = null) =>
      system("new", queries, { mrr: queries.map(() => 1), "mean-rank": queries.map(() => 1) }, relevant);
    const message = (one: QueryValues, two: QueryValues) => () => compareSystems(one, [two]);
    expect(message(base, values(["a", "b", "x", "y"]))).to.throw(
      'new: expected the queries of base, found no "c", "d"',
    );
    expect(message(base, values(["a", "b", "c", "d", "e"]))).to.throw(
      'base: expected the queries of new, found no "e"',
    );
    expect(message(base, values(["a", "b", "c", "d", "a"]))).to.throw('new: expected each query once, found "a" again');
    const many = Array.from({ length: 9 }, (_, i) => String(i));
    expect(message(values(many), values(["x"]))).to.throw('found no "0", "1", "2", "3", "4" and 4 more');
    expect(message({ ...base, relevant: [1, 1, 2, 1] }, values(["d", "c", "b", "a"], [1, 3, 1, 1]))).to.throw(
      'new: expected 2 relevant rows of query "c" as in base, found 3',
    );
    expect(message(base, system("new", base.queries, { map: [1, 1, 1, 1] }))).to.throw(
      "new: expected the measure mrr as in base, found map",
    );
    expect(
      message(base, system("new", base.queries, { mrr: [1, 1, Number.NaN, 1], "mean-rank": [1, 1, 1, 1] })),
    ).to.throw('new: expected a value of mrr for each query, found none for "c"');
  });
});

describe("the values of queries", () => {
  const metrics = ["ndcg@3", "mrr@2", "recall@1", "map@3"].map(retrievalMetric);

  it("are the same from a search as from all ranks", async () => {
    await fc.assert(
      fc.asyncProperty(scoreRows(), eitherWay, fc.boolean(), async (rows, nearer, excludeSelf) => {
        const scores = () => scored(rows, nearer);
        const classes = ["x", "y", "x", "z", "y"];
        const labels = (count: number) => Array.from({ length: count }, (_, i) => classes[i % classes.length]);
        for (const relevance of [
          relevanceByRow(),
          relevanceByLabel(labels(rows.length), labels(rows[0].length), false),
        ]) {
          const all = await ranksOf(scores(), relevance, { excludeSelf });
          const near = await ranksOf(scores(), relevance, { excludeSelf, cutoff: searchedCutoff(metrics) });
          expect(valuesOf("", null, near, metrics)).to.eql(valuesOf("", null, all, metrics));
        }
      }),
    );
  });

  it("need a search as deep as the largest cutoff, if all have one", () => {
    expect(searchedCutoff(metrics)).to.equal(3);
    expect(searchedCutoff([...metrics, retrievalMetric("mrr")])).to.be.null;
    expect(searchedCutoff([retrievalMetric("recall@5000")])).to.be.null;
  });
});
