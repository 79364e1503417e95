import { expect } from "chai";
import { MetricMeans, retrievalMetric } from "#dist/evaluation/retrieval-metrics.js";
import { ranksInRun } from "#dist/evaluation/run-ranks.js";
import { openFile } from "#dist/input/source.js";
import { readJudgements } from "#dist/reading/read-judgements.js";
import { readRun } from "#dist/reading/read-run.js";
import { fixtureJson, fixturePath } from "../reference.js";

type Values = { readonly [metric: string]: number };

const expected = fixtureJson<{
  readonly [run: string]: { readonly queries: { readonly [id: string]: Values }; readonly means: Values };
}>("runs/expected.json");

describe("the metrics of a run", () => {
  for (const [name, { queries, means }] of Object.entries(expected)) {
    it(`equal the definitions of trec_eval for each query: ${name}`, async () => {
      const run = await readRun(openFile(fixturePath(`runs/${name}.run`)));
      const found = ranksInRun(run, await readJudgements(openFile(fixturePath("runs/qrels.txt"))));
      expect(found.ranks.map(({ query }) => found.queries[query])).to.have.members(Object.keys(queries));
      expect(found.notInRun).to.equal(1);
      for (const ranks of found.ranks) {
        const id = found.queries[ranks.query];
        for (const [metric, value] of Object.entries(queries[id])) {
          expect(retrievalMetric(metric).of(ranks), `${id} ${metric}`).to.be.closeTo(value, 1e-12);
        }
      }
      const computed = new MetricMeans([1, 5, 10]);
      for (const ranks of found.ranks) computed.add(ranks);
      for (const [metric, value] of Object.entries(means)) {
        expect(computed.result()[metric], metric).to.be.closeTo(value, 1e-12);
      }
    });
  }

  it("have names", () => {
    expect(retrievalMetric("ndcg@10")).to.include({ name: "ndcg@10", cutoff: 10 });
    expect(retrievalMetric("mrr").cutoff).to.be.null;
    for (const name of ["bpref", "ndcg@0", "ndcg@x", "toString", "toString@1", "auc"]) {
      expect(() => retrievalMetric(name), name).to.throw("expected a retrieval metric");
    }
  });
});
