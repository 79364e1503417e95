import { pearson, spearman } from "#dist/evaluation/correlation.js";
import { kendallTau } from "#dist/evaluation/kendall.js";
import { Moments } from "#dist/evaluation/moments.js";
import { classifyPairs } from "#dist/evaluation/pair-classification.js";
import { MetricMeans } from "#dist/evaluation/retrieval-metrics.js";
import { comparePaired } from "#dist/evaluation/significance/paired-tests.js";
import { normalTails, studentTails } from "#dist/evaluation/significance/tail-probabilities.js";
import { drawing } from "../reference.js";
import type { Case } from "./cases.js";
import { type Big, big, meanOf, ONE, PI, smallest, sumOf, ZERO } from "./decimals.js";

type Numbers = readonly number[];

const product = (x: readonly Big[], y: readonly Big[]): Big => sumOf(x.map((u, i) => u.times(y[i]!)));
const deviations = (x: readonly Big[]): Big[] => {
  const mean = meanOf(x);
  return x.map((u) => u.minus(mean));
};

function trueSd(x: Numbers): Big {
  const u = deviations(x.map(big));
  return product(u, u).div(x.length).sqrt();
}

function truePearson(x: Numbers, y: Numbers): Big {
  const [u, v] = [deviations(x.map(big)), deviations(y.map(big))];
  return product(u, v).div(product(u, u).times(product(v, v)).sqrt());
}

/** The number of smaller numbers, plus the mean place among equal ones: by definition, in O(n²). */
const ranks = (x: Numbers): number[] =>
  x.map((value) => x.filter((other) => other < value).length + (x.filter((other) => other === value).length + 1) / 2);

function trueKendall(x: Numbers, y: Numbers): Big {
  let [difference, inX, inY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [u, v] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)];
      difference += u * v;
      inX += u * u;
      inY += v * v;
    }
  }
  return big(difference).div(big(inX).times(inY).sqrt());
}

/** Twice the pairs whose positive is greater, with ties counted once, in O(n²). */
function trueAuc(scores: Numbers, labels: Numbers): Big {
  const of = (label: number) => scores.filter((_, i) => labels[i] === label);
  const twice = of(1).reduce((sum, p) => sum + of(0).reduce((one, n) => one + Math.sign(p - n) + 1, 0), 0);
  return big(twice).div(2 * of(0).length * of(1).length);
}

function trueAveragePrecision(scores: Numbers, labels: Numbers): Big {
  const positives = scores.filter((_, i) => labels[i] === 1);
  const precision = (threshold: number) =>
    big(positives.filter((p) => p >= threshold).length).div(scores.filter((s) => s >= threshold).length);
  return meanOf(positives.map(precision));
}

/** @see https://dlmf.nist.gov/7.6#E2 */
function trueNormalTails(z: number): Big {
  const x = big(Math.abs(z)).div(big(2).sqrt());
  let [term, sum] = [x, x];
  for (let n = 1; term.gt(sum.times(1e-120)); n++) {
    term = term
      .times(x)
      .times(x)
      .times(2)
      .div(2 * n + 1);
    sum = sum.plus(term);
  }
  return ONE.minus(sum.times(x.times(x).neg().exp()).times(2).div(PI.sqrt()));
}

/** The finite sums for whole degrees of freedom. @see Abramowitz and Stegun, 26.7.3 and 26.7.4 */
function trueStudentTails(t: Big, freedom: number): Big {
  const square = t.times(t);
  const cosine = big(freedom).div(square.plus(freedom)).sqrt();
  const sine = square.div(square.plus(freedom)).sqrt();
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : ONE;
  let sum = freedom === 1 ? ZERO : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term = term
      .times(cosine)
      .times(cosine)
      .times(k - 1)
      .div(k);
    sum = sum.plus(term);
  }
  if (!isOdd) return ONE.minus(sine.times(sum));
  return ONE.minus(t.abs().div(big(freedom).sqrt()).atan().plus(sine.times(sum)).times(2).div(PI));
}

/** The share of sign patterns whose smaller rank sum is at most that of the differences; there are no zeros and no ties. */
function trueWilcoxon(differences: Numbers): Big {
  const places = ranks(differences.map(Math.abs));
  const all = (places.length * (places.length + 1)) / 2;
  const positive = places.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0);
  const statistic = Math.min(positive, all - positive);
  let counts = new Map([[0, 1n]]);
  for (const rank of places) {
    const next = new Map(counts);
    for (const [sum, count] of counts) next.set(sum + rank, (next.get(sum + rank) ?? 0n) + count);
    counts = next;
  }
  const atMost = [...counts].reduce((sum, [rank, count]) => sum + (rank <= statistic ? count : 0n), 0n);
  return smallest([
    ONE,
    big(1)
      .times(`${2n * atMost}`)
      .div(big(2 ** places.length)),
  ]);
}

function trueTTest(x: Numbers, y: Numbers): Big {
  const differences = x.map((value, i) => big(value).minus(big(y[i]!)));
  const u = deviations(differences);
  const error = product(u, u)
    .div(x.length * (x.length - 1))
    .sqrt();
  return trueStudentTails(meanOf(differences).div(error), x.length - 1);
}

/** Means of retrieval metrics over queries by their definitions, from the ranks of relevant rows and their grades. */
function trueRetrieval(queries: readonly { readonly ranks: Numbers; readonly grades: Numbers }[]): {
  readonly [name: string]: Big;
} {
  const log2 = (x: number) => big(x).ln().div(big(2).ln());
  const gain = (grades: Numbers, places: Numbers, k: number) =>
    sumOf(grades.flatMap((grade, i) => (places[i]! <= k ? [big(grade).div(log2(places[i]! + 1))] : [])));
  const averagePrecision = (places: Numbers) => meanOf(places.map((rank, i) => big(i + 1).div(rank)));
  const mean = (each: (places: Numbers, grades: Numbers) => Big) =>
    meanOf(queries.map(({ ranks: places, grades }) => each(places, grades)));
  return {
    mrr: mean(([first]) => ONE.div(first!)),
    map: mean(averagePrecision),
    "recall@10": mean((places) => big(places.filter((rank) => rank <= 10).length).div(places.length)),
    "precision@10": mean((places) => big(places.filter((rank) => rank <= 10).length).div(10)),
    "ndcg@10": mean((places, grades) => {
      const best = [...grades].sort((x, y) => y - x);
      return gain(grades, places, 10).div(
        gain(
          best,
          [...best.keys()].map((i) => i + 1),
          10,
        ),
      );
    }),
  };
}

/** Two lists of each kind of data. */
function lists(): { readonly [data: string]: readonly [Numbers, Numbers] } {
  const draw = drawing(64);
  const uniform = () => 2 * draw() - 1 + draw() * 2 ** -32;
  const list = (each: (i: number) => number) => Array.from({ length: 101 }, (_, i) => each(i));
  const x = list(uniform);
  const pair = (each: (z: number) => number): readonly [Numbers, Numbers] => [x.map(each), list(uniform).map(each)];
  return {
    uniform: pair((z) => z),
    correlated: [x, x.map((z) => z + 1e-9 * uniform())],
    "far from 0": pair((z) => 1e9 + z),
    ties: pair((z) => Math.round(3 * z) + 0),
    cancellation: [
      list((i) => (i % 2 === 0 ? 1e16 : -1e16) + 100 * uniform()),
      list((i) => (i === 7 ? 1e12 : uniform())),
    ],
    "1e308": pair((z) => z * 1e308),
    subnormal: pair((z) => z * 2 ** -1060),
  };
}

function ofLists(): Case[] {
  return Object.entries(lists()).flatMap(([data, [x, y]]) => {
    const [u, v] = [Float64Array.from(x), Float64Array.from(y)];
    const labels = y.map((value) => (value > y[0]! ? 1 : 0));
    const moments = new Moments();
    for (const value of x) moments.add(value);
    const measured = (value: string, truth: Big, found: () => number): Case => ({
      value,
      data,
      input: { x, y, labels },
      truth: [truth],
      found: async () => ({ simcli: [found()] }),
    });
    return [
      measured("mean", meanOf(x.map(big)), () => moments.mean),
      measured("sd", trueSd(x), () => moments.sd),
      measured("pearson", truePearson(x, y), () => pearson(u, v)),
      measured("spearman", truePearson(ranks(x), ranks(y)), () => spearman(u, v)),
      measured("kendall", trueKendall(x, y), () => kendallTau(u, v)),
      measured("auc", trueAuc(x, labels), () => classifyPairs(u, labels, "greater").auc),
      measured(
        "average precision",
        trueAveragePrecision(x, labels),
        () => classifyPairs(u, labels, "greater").averagePrecision,
      ),
    ];
  });
}

/** p-values from 1 to 1e-60. */
function tails(): Case[] {
  const grid = [1e-9, 0.01, 0.3, 1, 2, 2.13, 3, 5, 8, 12, 16];
  const freedoms = [1, 2, 3, 10, 49, 200];
  const student = grid.flatMap((t) => freedoms.map((freedom) => [t, freedom] as const));
  return [
    {
      value: "normal tails",
      data: "0 < z ≤ 16",
      input: { z: grid },
      truth: grid.map(trueNormalTails),
      found: async () => ({ simcli: grid.map(normalTails) }),
    },
    {
      value: "Student's tails",
      data: "0 < t ≤ 16",
      input: { t: student.map(([t]) => t), freedom: student.map(([, freedom]) => freedom) },
      truth: student.map(([t, freedom]) => trueStudentTails(big(t), freedom)),
      found: async () => ({ simcli: student.map(([t, freedom]) => studentTails(t, freedom)) }),
    },
  ];
}

function tests(): Case[] {
  const draw = drawing(65);
  const list = (each: (i: number) => number) => Array.from({ length: 30 }, (_, i) => each(i));
  const x = list(draw);
  const kinds: { readonly [data: string]: readonly [Numbers, Numbers] } = {
    uniform: [x, list(draw)],
    "small differences": [x, x.map((z) => z + 1e-9 * (draw() - 0.3))],
    "large difference": [x, x.map((z) => z + 1 + 0.3 * draw())],
  };
  return Object.entries(kinds).flatMap(([data, [baseline, values]]) => {
    const differences = values.map((value, i) => value - baseline[i]!);
    const found = () =>
      comparePaired([{ baseline: Float64Array.from(baseline), values: Float64Array.from(values) }], {
        resamples: 1,
      })[0]!;
    const input = { baseline, values };
    return [
      {
        ...{ value: "t-test p", data, input, truth: [trueTTest(values, baseline)] },
        found: async () => ({ simcli: [found().tTest.p] }),
      },
      {
        ...{ value: "Wilcoxon p", data, input, truth: [trueWilcoxon(differences)] },
        found: async () => ({ simcli: [found().wilcoxon.p] }),
      },
    ];
  });
}

function retrieval(): Case[] {
  const draw = drawing(66);
  const queries = Array.from({ length: 50 }, () => {
    const places = [...new Set(Array.from({ length: 6 }, () => 1 + Math.floor(40 * draw() ** 2)))].sort(
      (a, b) => a - b,
    );
    return { ranks: places, grades: places.map(() => 1 + Math.floor(3 * draw())) };
  });
  return Object.entries(trueRetrieval(queries)).map(([value, truth]) => ({
    value,
    data: "50 queries",
    input: { queries },
    truth: [truth],
    async found() {
      const means = new MetricMeans([10], { names: [value] });
      for (const [query, found] of queries.entries()) means.add({ query, ...found });
      return { simcli: [means.result()[value]!] };
    },
  }));
}

/** Statistics of scores, retrieval metrics and p-values. */
export const statisticCases = (): Case[] => [...ofLists(), ...retrieval(), ...tails(), ...tests()];
