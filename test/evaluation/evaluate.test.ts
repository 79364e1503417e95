import { expect } from "chai";
import fc from "fast-check";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import { tiled } from "#dist/core/matrix.js";
import { type Relevance, relevanceByLabel, relevanceByRow } from "#dist/core/relevance.js";
import type { Spread } from "#dist/core/results.js";
import { type Evaluation, evaluate } from "#dist/evaluation/evaluate.js";
import { MetricMeans, type QueryRanks, type RetrievalMetrics, summaryOf } from "#dist/evaluation/retrieval-metrics.js";
import { SpreadGatherer } from "#dist/evaluation/spread.js";
import { uniformityOf } from "#dist/evaluation/uniformity.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { eitherWay, inOrder, SLACK, scored, scoreRows } from "../neighbours/support.js";
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

/** The result of `evaluate`, with the ranks of its queries. */
interface Found extends Evaluation {
  readonly queries: readonly QueryRanks[];
}

async function evaluated(
  scores: ScoredMatrix,
  relevance: Relevance,
  excludeSelf: boolean,
  maxKept?: number,
): Promise<Found> {
  const queries: QueryRanks[] = [];
  const evaluation = await evaluate(scores, relevance, {
    excludeSelf,
    ...(maxKept !== undefined && { maxKept }),
    onQuery: (query) => queries.push(query),
  });
  return { ...evaluation, queries };
}

function expectLike(found: Found, wanted: Expected): void {
  expectNumbers(metricsOf(found.queries), wanted.metrics);
  expectNumbers(found.positive, { ...wanted.positive, quartileError: 0 });
  expectNumbers(found.negative, { ...wanted.negative, quartileError: 0 });
  expect(found.auc).to.be.closeTo(wanted.auc, 1e-12);
  expect(found.aucError).to.equal(0);
}

const QUARTILES = ["q25", "median", "q75"] as const;

/** Expects the same distribution, with quartiles within their error bound, or exact quartiles. */
function expectBounded(found: Spread | null, exact: Spread | null, isKept: boolean): void {
  if (!found || !exact) {
    expect(found).to.equal(exact);
    return;
  }
  const { q25, median, q75, quartileError, ...rest } = exact;
  expect(found).to.include(rest);
  expect(quartileError).to.equal(0);
  if (isKept) expect(found.quartileError).to.equal(0);
  else expect(found.quartileError).to.be.within(Number.MIN_VALUE, 2 ** -17 * (exact.max - exact.min) + 1e-15);
  const bound = found.quartileError * (1 + 1e-9) + SLACK;
  for (const name of QUARTILES) expect(found[name], name).to.be.within(exact[name] - bound, exact[name] + bound);
}

/** Returns the relevance of a matrix of grades. */
const judged = (grades: readonly (readonly number[])[]): Relevance => {
  const rowsOf = (query: number) => grades[query]!.flatMap((grade, row) => (grade > 0 ? [row] : []));
  return { rowsOf, gradesOf: (query) => rowsOf(query).map((row) => grades[query]![row]!) };
};

/** Negates scores, to make distances. */
const negated = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((x) => -x));

describe("evaluate", () => {
  const { a, b } = digits();

  it("agrees with scikit-learn and the published definitions for digits, with relevance by row", async () => {
    expectLike(await evaluated(await cosineTiles(a, b), relevanceByRow(), false), expected.digitsByRow);
  });

  it("agrees with them for digits as their own corpus, with relevance by label", async () => {
    const lines = fixtureText("digits/a.csv").trimEnd().split("\n").slice(1);
    const labels = lines.map((line) => line.split(",")[1]!);
    const relevance = relevanceByLabel(labels, labels, true);
    expectLike(await evaluated(await cosineTiles(a, a), relevance, true), expected.digitsByLabel);
  });

  it("ranks ties by row, for similarities and distances, even if tiles have rounding errors", async () => {
    const { scores, grades } = expected.tied;
    const relevance = judged(grades);
    const found = await evaluated(scored(scores), relevance, false);
    expect(found.queries.map(({ query }) => query)).not.to.include(7);
    expectNumbers(metricsOf(found.queries), expected.tied.metrics);
    expect(found.auc).to.be.closeTo(expected.tied.auc, 1e-12);
    const distances = await evaluated(scored(negated(scores), "less"), relevance, false);
    expectNumbers(metricsOf(distances.queries), expected.tied.metrics);
    expect(distances.auc).to.be.closeTo(expected.tied.auc, 1e-12);
  });

  /** Rows of scores, and their grades. */
  const anyMatrix = scoreRows(2).chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.array(fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: rows[0]!.length, maxLength: rows[0]!.length }), {
        minLength: rows.length,
        maxLength: rows.length,
      }),
    ),
  );

  it("stays within its error bounds if there are more scores than are kept", async () => {
    const limits = fc.integer({ min: 1, max: 40 });
    let binned = 0;
    await fc.assert(
      fc.asyncProperty(
        anyMatrix,
        eitherWay,
        fc.boolean(),
        limits,
        async ([rows, grades], nearer, excludeSelf, kept) => {
          const [exact, found] = [
            await evaluated(scored(rows, nearer), judged(grades), excludeSelf),
            await evaluated(scored(rows, nearer), judged(grades), excludeSelf, kept),
          ];
          expect(found.queries).to.deep.equal(exact.queries);
          const isOther = (i: number, j: number) => !(grades[i]![j]! > 0) && !(excludeSelf && i === j);
          const others = rows.flatMap((row, i) => row.filter((_, j) => isOther(i, j)));
          expectBounded(found.positive, exact.positive, exact.positive !== null && exact.positive.count <= kept);
          expectBounded(found.negative, exact.negative, others.length <= kept);
          if (exact.auc === null) expect(found).to.include({ auc: null, aucError: null });
          else {
            expect(found.aucError).to.be.within(0, 1);
            expect(found.auc).to.be.closeTo(exact.auc, found.aucError! + 1e-12);
            if (exact.positive!.count <= kept) expect(found.aucError).to.equal(0);
            else binned++;
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(binned).to.be.above(10);
  });

  it("agrees with the definitions of ranks and AUC, with and without self-exclusion", async () => {
    await fc.assert(
      fc.asyncProperty(anyMatrix, eitherWay, fc.boolean(), async ([rows, drawn], nearer, excludeSelf) => {
        // With self-exclusion, the grade of a query for itself is ignored.
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

describe("MetricMeans and summaryOf", () => {
  const found = { query: 3, ranks: [2, 4, Number.POSITIVE_INFINITY], grades: null };
  const lost = { query: 4, ranks: [Number.POSITIVE_INFINITY], grades: null };

  it("count a relevant row without a score as never found", () => {
    const metrics = metricsOf([found, lost]);
    expect(metrics).to.include({ "accuracy@1": 0, "accuracy@3": 0.5, mrr: 0.25, "mean-rank": null });
    expect(metrics["recall@5"]).to.equal(1 / 3);
    expect(metrics["map@5"]).to.equal((1 / 2 + 2 / 4) / 3 / 2);
    expect(metricsOf([found])["mean-rank"]).to.equal(2);
  });

  it("summarise one query", () => {
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

describe("SpreadGatherer", () => {
  it("counts scores in bins as NumPy's histogram does, exactly or to the width of its own bins", () => {
    const scores = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 12 }), (list, bins) => {
        const [from, to] = [Math.min(...list), Math.max(...list)];
        fc.pre(from < to);
        const expected = Array.from({ length: bins }, () => 0);
        // The last bin includes its end.
        for (const score of list) expected[Math.min(bins - 1, Math.floor(((score - from) / (to - from)) * bins))]! += 1;
        const [exact, binned] = [new SpreadGatherer(), new SpreadGatherer(2)];
        for (const score of list) for (const gatherer of [exact, binned]) gatherer.add(score);
        expect(exact.counts(from, to, bins)).to.deep.equal(expected);
        expect(binned.counts(from, to, bins).reduce((sum, count) => sum + count, 0)).to.equal(list.length);
      }),
    );
    expect(new SpreadGatherer().counts(0, 0, 3)).to.deep.equal([0, 0, 0]);
  });

  it("returns null without scores", () => {
    expect(new SpreadGatherer().result()).to.be.null;
  });

  it("keeps scores up to the limit, and uses a histogram beyond it", () => {
    const gatherer = new SpreadGatherer(5000);
    for (let i = 0; i < 5000; i++) gatherer.add(i);
    expect(gatherer.result()).to.include({ q25: 1249.75, median: 2499.5, q75: 3749.25, quartileError: 0 });
    gatherer.add(5000);
    // Bins of width 2^-5 or less cover 0 to 5000.
    const { quartileError, q25, median, max, ...rest } = gatherer.result()!;
    expect(quartileError).to.be.within(2 ** -8, 2 ** -6);
    expect(q25).to.be.closeTo(1250, quartileError);
    expect(median).to.be.closeTo(2500, quartileError);
    expect(max).to.equal(5000);
    expect(rest).to.include({ count: 5001, min: 0 });
    expect(rest.mean).to.be.closeTo(2500, 1e-9);
  });

  it("scales the standard deviation of huge and of tiny scores without overflow or underflow", () => {
    const of = (scale: number) => {
      const gatherer = new SpreadGatherer();
      for (const score of [0, 1, -2, 5]) gatherer.add(score * scale);
      return gatherer.result()!.sd / scale;
    };
    // numpy.std([0, 1, -2, 5])
    expect(of(1)).to.be.closeTo(2.5495097567963922, 1e-15);
    for (const scale of [2 ** 900, 2 ** -900]) expect(of(scale)).to.equal(of(1));
    const zeros = new SpreadGatherer();
    for (const score of [0, 0]) zeros.add(score);
    expect(zeros.result()).to.include({ sd: 0, mean: 0 });
  });

  it("returns no quartile outside the minimum and maximum", () => {
    const gatherer = new SpreadGatherer(1);
    for (const score of [0.3, 0.3, 0.3]) gatherer.add(score);
    expect(gatherer.result()).to.include({ min: 0.3, q25: 0.3, median: 0.3, q75: 0.3, max: 0.3 });
  });
});

describe("uniformityOf", () => {
  it("agrees with SciPy for digits", async () => {
    const { a, b } = digits();
    const { queries, corpus } = expected.digitsByRow.uniformity;
    expect((await uniformityOf(await cosineTiles(a, a)))!.uniformity).to.be.closeTo(queries, 1e-12);
    expect((await uniformityOf(await cosineTiles(b, b)))!.uniformity).to.be.closeTo(corpus, 1e-12);
  });

  it("returns 0 for equal rows, and null for one row", async () => {
    const ones: ScoredMatrix["tiles"] = tiled({ rows: 3, columns: 3, values: new Float64Array(9).fill(1) }).tiles;
    expect(await uniformityOf({ rows: 3, columns: 3, tiles: ones })).to.deep.equal({ uniformity: 0, meanCosine: 1 });
    const single = tiled({ rows: 1, columns: 1, values: Float64Array.of(1) });
    expect(await uniformityOf(single)).to.be.null;
  });
});
