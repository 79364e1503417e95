import { expect } from "chai";
import fc from "fast-check";
import { AucCounter } from "#dist/evaluation/auc.js";
import { type Evaluation, evaluate } from "#dist/evaluation/evaluate.js";
import { MetricMeans, type QueryRanks, type RetrievalMetrics, summaryOf } from "#dist/evaluation/retrieval-metrics.js";
import { SpreadGatherer } from "#dist/evaluation/spread.js";
import { uniformityOf } from "#dist/evaluation/uniformity.js";
import { tiled } from "#dist/matrix.js";
import { type Relevance, relevanceByLabel, relevanceByRow } from "#dist/relevance.js";
import type { ScoredMatrix } from "#dist/scores.js";
import { cosineTiles } from "#dist/similarity/cosine-similarity.js";
import { eitherWay, inOrder, scored, scoreRows } from "../neighbours/support.js";
import { digits, fixtureJson, fixtureText } from "../reference.js";

type Numbers = { readonly [name: string]: number };

interface Expected {
  readonly metrics: Numbers;
  readonly positive: Numbers;
  readonly negative: Numbers;
  readonly auc: number;
}

const expected = fixtureJson<{
  readonly digitsByRow: Expected & { readonly uniformity: { readonly queries: number; readonly corpus: number } };
  readonly digitsByLabel: Expected;
  readonly tied: Expected & { readonly scores: number[][]; readonly grades: number[][] };
}>("evaluation/expected.json");

const KS = [1, 3, 5, 10, 100];

function expectNumbers(found: object | null, wanted: Numbers): void {
  expect(Object.keys(found ?? {})).to.have.members(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) {
    expect((found as Numbers)[name], name).to.be.closeTo(value, 1e-12);
  }
}

function metricsOf(queries: readonly QueryRanks[]): RetrievalMetrics {
  const means = new MetricMeans(KS);
  for (const query of queries) means.add(query);
  return means.result();
}

/** An evaluation, and the ranks of its queries. */
interface Found extends Evaluation {
  readonly queries: readonly QueryRanks[];
}

async function evaluated(scores: ScoredMatrix, relevance: Relevance, excludeSelf: boolean): Promise<Found> {
  const queries: QueryRanks[] = [];
  const evaluation = await evaluate(scores, relevance, excludeSelf, (query) => queries.push(query));
  return { ...evaluation, queries };
}

function expectLike(found: Found, wanted: Expected): void {
  expectNumbers(metricsOf(found.queries), wanted.metrics);
  expectNumbers(found.positive, wanted.positive);
  expectNumbers(found.negative, wanted.negative);
  expect(found.auc).to.be.closeTo(wanted.auc, 1e-12);
}

/** The answers of each row of grades. */
const judged = (grades: readonly (readonly number[])[]): Relevance => {
  const rowsOf = (query: number) => grades[query]!.flatMap((grade, row) => (grade > 0 ? [row] : []));
  return { rowsOf, gradesOf: (query) => rowsOf(query).map((row) => grades[query]![row]!) };
};

/** The same scores as distances. */
const turned = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((x) => -x));

describe("an evaluation", () => {
  const { a, b } = digits();

  it("of handwritten digits by row has the numbers of scikit-learn and the published definitions", async () => {
    expectLike(await evaluated(await cosineTiles(a, b), relevanceByRow(), false), expected.digitsByRow);
  });

  it("of handwritten digits by label, among themselves, has them too", async () => {
    const lines = fixtureText("digits/a.csv").trimEnd().split("\n").slice(1);
    const labels = lines.map((line) => line.split(",")[1]!);
    const relevance = relevanceByLabel(labels, labels, true);
    expectLike(await evaluated(await cosineTiles(a, a), relevance, true), expected.digitsByLabel);
  });

  it("of scores with ties, and cells that are off by rounding, ranks ties by row; of distances likewise", async () => {
    const { scores, grades } = expected.tied;
    const relevance = judged(grades);
    const found = await evaluated(scored(scores), relevance, false);
    expect(found.queries.map(({ query }) => query)).not.to.include(7);
    expectNumbers(metricsOf(found.queries), expected.tied.metrics);
    expect(found.auc).to.be.closeTo(expected.tied.auc, 1e-12);
    const distances = await evaluated(scored(turned(scores), "less"), relevance, false);
    expectNumbers(metricsOf(distances.queries), expected.tied.metrics);
    expect(distances.auc).to.be.closeTo(expected.tied.auc, 1e-12);
  });

  it("ranks as by definition, few answers or many, itself left out or not, and counts pairs for the AUC", async () => {
    const anyMatrix = scoreRows(2).chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.array(fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: rows[0]!.length, maxLength: rows[0]!.length }), {
          minLength: rows.length,
          maxLength: rows.length,
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(anyMatrix, eitherWay, fc.boolean(), async ([rows, drawn], nearer, excludeSelf) => {
        // No query answers itself, whatever was drawn.
        const grades = drawn.map((row, i) => row.map((grade, j) => (excludeSelf && i === j ? 0 : grade)));
        const sign = nearer === "greater" ? 1 : -1;
        const found = await evaluated(scored(rows, nearer), judged(drawn), excludeSelf);
        const answered = grades.flatMap((row, i) => (row.some((grade) => grade > 0) ? [i] : []));
        expect(found.queries.map(({ query }) => query)).to.deep.equal(answered);
        expect(found).to.include({
          answered: answered.length,
          answers: grades.flat().filter((grade) => grade > 0).length,
        });
        const [positive, negative]: [number[], number[]] = [[], []];
        for (const [i, row] of rows.entries()) {
          row.forEach((score, j) => {
            if (Number.isNaN(score) || (excludeSelf && i === j)) return;
            (grades[i]![j]! > 0 ? positive : negative).push(sign * score);
          });
        }
        for (const { query, ranks, grades: own } of found.queries) {
          const order = inOrder(rows[query]!, nearer, excludeSelf ? [query] : []);
          const wanted = grades[query]!.flatMap((grade, j) =>
            grade > 0 ? [{ rank: order.includes(j) ? order.indexOf(j) + 1 : Number.POSITIVE_INFINITY, grade }] : [],
          ).sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank));
          expect(ranks).to.deep.equal(wanted.map(({ rank }) => rank));
          expect(own).to.deep.equal(wanted.map(({ grade }) => grade));
        }
        let above = 0;
        for (const p of positive) for (const n of negative) above += p > n ? 1 : p === n ? 0.5 : 0;
        const pairs = positive.length * negative.length;
        if (pairs === 0) expect(found.auc).to.be.null;
        else expect(found.auc).to.be.closeTo(above / pairs, 1e-12);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the metrics of queries", () => {
  const found = { query: 3, ranks: [2, 4, Number.POSITIVE_INFINITY], grades: null };
  const lost = { query: 4, ranks: [Number.POSITIVE_INFINITY], grades: null };

  it("take an answer without a score for one that is never found", () => {
    const metrics = metricsOf([found, lost]);
    expect(metrics).to.include({ "accuracy@1": 0, "accuracy@3": 0.5, mrr: 0.25, "mean-rank": null });
    expect(metrics["recall@5"]).to.equal(1 / 3);
    expect(metrics["map@5"]).to.equal((1 / 2 + 2 / 4) / 3 / 2);
    expect(metricsOf([found])["mean-rank"]).to.equal(2);
  });

  it("are few of one query", () => {
    const averagePrecision = (1 / 2 + 2 / 4) / 3;
    expect(summaryOf(found)).to.deep.equal({
      query: 3,
      relevant: 3,
      firstRank: 2,
      reciprocalRank: 0.5,
      averagePrecision,
    });
    expect(summaryOf(lost)).to.include({ relevant: 1, firstRank: null, reciprocalRank: 0, averagePrecision: 0 });
  });
});

describe("the area under the ROC curve", () => {
  it("is a half when all scores are the same, however many there are", () => {
    const counter = new AucCounter(new Float64Array(1000).fill(0.5));
    for (let i = 0; i < 100_000; i++) counter.add(0.5, 1e-9, () => 0.5);
    expect(counter.result()).to.equal(0.5);
  });

  it("counts positives that are next to nothing apart", () => {
    const counter = new AucCounter(Float64Array.of(0, 5e-323));
    for (const score of [0.5, 0, -1, 5e-323]) counter.add(score, 0, () => score);
    expect(counter.result()).to.equal((0 + 1.5 + 2 + 0.5) / 8);
  });

  it("is none without negatives or positives", () => {
    expect(new AucCounter(Float64Array.of(1)).result()).to.be.null;
    const empty = new AucCounter(new Float64Array(0));
    empty.add(1, 0, () => 1);
    expect(empty.result()).to.be.null;
  });
});

describe("a spread", () => {
  it("is none of no scores, and without quantiles of more than are kept", () => {
    expect(new SpreadGatherer().result()).to.be.null;
    const gatherer = new SpreadGatherer();
    const count = 2 ** 23 + 10;
    for (let i = 0; i < count; i++) gatherer.add(i % 2);
    expect(gatherer.result()).to.deep.include({ count, min: 0, max: 1, median: null });
    expect(gatherer.result()!.mean).to.be.closeTo(0.5, 1e-9);
    expect(gatherer.result()!.sd).to.be.closeTo(0.5, 1e-9);
  });
});

describe("uniformity", () => {
  it("is SciPy's of the digits", async () => {
    const { a, b } = digits();
    const { queries, corpus } = expected.digitsByRow.uniformity;
    expect((await uniformityOf(await cosineTiles(a, a)))!.uniformity).to.be.closeTo(queries, 1e-12);
    expect((await uniformityOf(await cosineTiles(b, b)))!.uniformity).to.be.closeTo(corpus, 1e-12);
  });

  it("is 0 for rows that are all the same, and none of one row", async () => {
    const ones: ScoredMatrix["tiles"] = tiled({ rows: 3, columns: 3, values: new Float64Array(9).fill(1) }).tiles;
    expect(await uniformityOf({ rows: 3, columns: 3, tiles: ones })).to.deep.equal({ uniformity: 0, meanCosine: 1 });
    const single = tiled({ rows: 1, columns: 1, values: Float64Array.of(1) });
    expect(await uniformityOf(single)).to.be.null;
  });
});
