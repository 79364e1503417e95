import { expect } from "chai";
import { UsageError } from "#dist/core/errors.js";
import { relevanceByJudgement, relevanceByRow } from "#dist/core/relevance.js";
import { evaluate } from "#dist/evaluation/evaluate.js";
import { MetricMeans, type QueryRanks } from "#dist/evaluation/retrieval-metrics.js";
import { scored } from "../neighbours/support.js";
import { fixtureJson } from "../reference.js";

type Metrics = { readonly [name: string]: number };

interface Fixture {
  readonly scores: number[][];
  readonly grades: number[][];
  readonly levels: { readonly [level: string]: Metrics & { readonly queries: readonly (Metrics | null)[] } };
}

const NAMES = ["success", "map", "ndcg", "ndcg-exp", "map-at-r", "bpref", "rbp"];
const KS = [1, 5, 20];

describe("retrieval metrics with graded judgements", () => {
  const { scores, grades, levels } = fixtureJson<Fixture>("evaluation/retrieval.json");
  const judgements = grades.flatMap((row, query) =>
    row.flatMap((grade, document) => (grade < 0 ? [] : [{ query: String(query), document: String(document), grade }])),
  );
  const rows = { rows: scores.length, ids: null };
  const corpus = { rows: scores[0]!.length, ids: null };

  for (const [level, { queries, ...means }] of Object.entries(levels)) {
    for (const nearer of ["greater", "less"] as const) {
      it(`equal trec_eval's and the published definitions: level ${level}, ${nearer} is nearer`, async () => {
        const relevance = relevanceByJudgement(judgements, rows, corpus, false, Number(level));
        const sign = nearer === "greater" ? 1 : -1;
        const matrix = scored(
          scores.map((row) => row.map((score) => sign * score)),
          nearer,
        );
        const found: QueryRanks[] = [];
        const { metrics } = await evaluate(matrix, relevance, {
          cutoffs: KS,
          metrics: { names: NAMES },
          onQuery: (query) => found.push(query),
        });
        for (const [name, value] of Object.entries(means)) expect(metrics[name], name).to.be.closeTo(value, 1e-12);
        expect(found.map(({ query }) => query)).to.deep.equal(queries.flatMap((one, i) => (one ? [i] : [])));
        const list = new MetricMeans(KS, { names: NAMES });
        for (const one of found) {
          const own = Object.fromEntries(list.valuesOf(one).map((value, i) => [list.names[i], value]));
          for (const [name, value] of Object.entries(queries[one.query]!)) {
            expect(own[name], `query ${one.query}, ${name}`).to.be.closeTo(value, 1e-12);
          }
        }
      });
    }
  }

  it("count every other row as judged not relevant if relevance is not judged", async () => {
    // Row 1 has the rank 2 of three rows: one of two other rows is above it, R = 1.
    const matrix = scored([
      [0.9, 0.1, 0.2],
      [0.8, 0.7, 0.3],
    ]);
    const { metrics } = await evaluate(matrix, relevanceByRow(), { metrics: { names: ["bpref", "rbp"] } });
    expect(metrics.bpref).to.equal(0.5);
    expect(metrics.rbp).to.be.closeTo((0.2 + 0.2 * 0.8) / 2, 1e-15);
  });

  it("are chosen by name: at every k, at one, or all", () => {
    const names = (...chosen: string[]) => new MetricMeans([1, 10], { names: chosen }).names;
    expect(names("ndcg@7", "mrr")).to.deep.equal(["ndcg@7", "mrr@1", "mrr@10", "mrr"]);
    expect(names("recall", "recall@10")).to.deep.equal(["recall@1", "recall@10"]);
    expect(names("all")).to.include.members(["success@10", "ndcg-exp@1", "bpref", "map-at-r", "map", "ndcg"]);
    for (const wrong of ["ndgc", "bpref@3", "ndcg@0", "ndcg@", "toString"]) {
      expect(() => names(wrong), wrong).to.throw(UsageError, `found "${wrong}"`);
    }
  });

  it("have the persistence of rank-biased precision as a parameter", async () => {
    const { metrics } = await evaluate(scored([[0.1, 0.9]]), relevanceByRow(), {
      metrics: { names: ["rbp"], persistence: 0.5 },
    });
    expect(metrics.rbp).to.equal(0.25);
  });
});
