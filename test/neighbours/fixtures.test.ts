import { expect } from "chai";
import { GivenScores } from "#dist/core/given-scores.js";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import { relevanceByLabel, relevanceByRow } from "#dist/core/relevance.js";
import { communities } from "#dist/neighbours/communities.js";
import { givenOrder } from "#dist/neighbours/given-order.js";
import { Groups } from "#dist/neighbours/groups.js";
import { marginOrder } from "#dist/neighbours/margin-order.js";
import { MARGIN_SCORES, neighbourhoodsOf } from "#dist/neighbours/margin-scores.js";
import { type MiningOptions, mineNegatives } from "#dist/neighbours/miner.js";
import { mutualOrder } from "#dist/neighbours/mutual-order.js";
import { findPairs } from "#dist/neighbours/near-pairs.js";
import { NearestRows, type Neighbours } from "#dist/neighbours/nearest-rows.js";
import type { SimilarityOptions } from "#dist/similarity/options.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { digits, expectClose, fixtureJson, fixtureText, runtimeOf } from "../reference.js";

interface Nearest {
  readonly rows: readonly number[];
  readonly scores: readonly number[];
}

type Rows = readonly (readonly number[])[];

interface Mined {
  readonly negatives: number;
  readonly range_min?: number;
  readonly range_max?: number;
  readonly margin?: number;
  readonly relative_margin?: number;
  readonly min_score?: number;
  readonly max_score?: number;
}

const expected = fixtureJson<{
  readonly topk: readonly Nearest[];
  readonly topkOfSelf: readonly Nearest[];
  readonly pairs: readonly (readonly [number, number, number])[];
  readonly communities: readonly {
    readonly threshold: number;
    readonly minSize: number;
    readonly rows: readonly (readonly number[])[];
  }[];
  readonly groups: readonly (readonly number[])[];
  readonly mined: readonly (Mined & { readonly byRow: Rows; readonly byLabel: Rows })[];
  readonly ordered: readonly (Mined & {
    readonly by: "score" | "margin-ratio" | "csls";
    readonly k: number;
    readonly is_mutual?: true;
    readonly byRow: Rows;
    readonly byLabel: Rows;
  })[];
  readonly teacher: readonly (readonly number[])[];
  readonly rescored: readonly (Mined & { readonly all: Rows; readonly some: Rows })[];
}>("neighbours/digits.json");

const { a, b } = digits();
const labels = fixtureText("digits/a.csv")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",")[1]!);

const HOW: readonly SimilarityOptions[] = [
  { mode: "loop" },
  { backend: "js" },
  { backend: "wasm", runtime: runtimeOf(1) },
  { backend: "wasm", runtime: runtimeOf(2) },
];

function optionsOf(choice: Mined): Omit<MiningOptions, "excludeSelf"> {
  const { negatives, range_min, range_max, margin, relative_margin, min_score, max_score } = choice;
  return {
    kind: "hard",
    negatives,
    rangeMin: range_min ?? 0,
    ...(range_max !== undefined && { rangeMax: range_max }),
    ...(margin !== undefined && { margin }),
    ...(relative_margin !== undefined && { relativeMargin: relative_margin }),
    ...(min_score !== undefined && { minScore: min_score }),
    ...(max_score !== undefined && { maxScore: max_score }),
    sampling: "top",
    seed: 0,
  };
}

async function nearest(scores: ScoredMatrix, k: number, excludeSelf: boolean): Promise<Neighbours> {
  const rows = new NearestRows(scores.rows, { k, excludeSelf });
  await rows.add(scores);
  return rows.result();
}

/** Returns the negatives of each anchor. */
function rowsOf({ counts, rows }: { readonly counts: Int32Array; readonly rows: Int32Array }): number[][] {
  const perAnchor = rows.length / counts.length;
  return Array.from(counts, (count, i) => [...rows.subarray(i * perAnchor, i * perAnchor + count)]);
}

describe("neighbours of digits", () => {
  for (const how of HOW) {
    const name = JSON.stringify(how);

    it(`agree with scikit-learn, to the last rank (${name})`, async () => {
      for (const [corpus, excludeSelf, wanted] of [
        [b, false, expected.topk],
        [a, true, expected.topkOfSelf],
      ] as const) {
        const nearest = new NearestRows(a.rows, { k: 5, excludeSelf });
        await nearest.add(await cosineTiles(a, corpus, how));
        const { rows, scores } = nearest.result();
        for (const [i, { rows: columns, scores: values }] of wanted.entries()) {
          expect([...rows.subarray(5 * i, 5 * i + 5)]).to.deep.equal(columns);
          expectClose(scores.subarray(5 * i, 5 * i + 5), values, 1e-14);
        }
      }
    });

    it(`agree with SciPy as pairs and groups (${name})`, async () => {
      const pairs: [number, number][] = [];
      const groups = new Groups(a.rows);
      await findPairs(await cosineTiles(a, a, how), 0.9, (one, other) => {
        pairs.push([one, other]);
        groups.connect(one, other);
      });
      const wanted = expected.pairs.map(([one, other]) => [one, other] as const);
      expect(pairs).to.have.deep.members(wanted);
      expect(groups.list()).to.deep.equal(expected.groups);
    });

    it(`agree with the definition of Sentence Transformers as communities (${name})`, async () => {
      for (const { threshold, minSize, rows } of expected.communities) {
        expect(rows).to.have.length.at.least(1);
        const found = await communities(await cosineTiles(a, a, how), threshold, minSize, 1e6);
        expect(found).to.deep.equal(rows);
      }
    });
  }

  for (const { byRow, byLabel, ...choice } of expected.mined) {
    it(`agree with Sentence Transformers as negatives (${JSON.stringify(choice)})`, async () => {
      const options = optionsOf(choice);
      for (const [corpus, relevance, excludeSelf, wanted] of [
        [b, relevanceByRow(), false, byRow],
        [a, relevanceByLabel(labels, labels, true), true, byLabel],
      ] as const) {
        const mined = await mineNegatives(await cosineTiles(a, corpus), relevance, { ...options, excludeSelf });
        expect(rowsOf(mined)).to.deep.equal(wanted);
      }
    });
  }

  for (const { byRow, byLabel, by, k, is_mutual, ...choice } of expected.ordered) {
    it(`agree with the definitions of margins and mutual neighbours (${JSON.stringify({ by, k, is_mutual, ...choice })})`, async () => {
      for (const [corpus, relevance, excludeSelf, wanted] of [
        [b, relevanceByRow(), false, byRow],
        [a, relevanceByLabel(labels, labels, true), true, byLabel],
      ] as const) {
        for (const how of HOW) {
          const ofAnchors = await nearest(await cosineTiles(a, corpus, how), k, excludeSelf);
          const ofCorpus = await nearest(await cosineTiles(corpus, a, how), k, excludeSelf);
          const margin = MARGIN_SCORES.find(({ name }) => by.endsWith(name));
          const byMargin = margin && marginOrder(margin, neighbourhoodsOf(ofAnchors, ofCorpus, k), corpus.rows);
          const order = is_mutual ? mutualOrder(ofCorpus, byMargin ?? null, "greater") : byMargin;
          const mined = await mineNegatives(await cosineTiles(a, corpus, how), relevance, {
            ...optionsOf(choice),
            excludeSelf,
            ...(order && { order }),
          });
          expect(rowsOf(mined)).to.deep.equal(wanted);
        }
      }
    });
  }

  for (const { all, some, ...choice } of expected.rescored) {
    it(`agree with Sentence Transformers as negatives rescored by a teacher (${JSON.stringify(choice)})`, async () => {
      const options = { ...optionsOf(choice), excludeSelf: false };
      for (const [isScored, wanted] of [
        [() => true, all],
        [(i: number, j: number) => i === j || (i + 3 * j) % 4 !== 0, some],
      ] as const) {
        const given = new GivenScores({ rows: a.rows, ids: null }, { rows: b.rows, ids: null }, false);
        for (const [i, row] of expected.teacher.entries())
          for (const [j, score] of row.entries()) if (isScored(i, j)) given.add(String(i), String(j), score);
        const order = givenOrder(given, b.rows, false);
        for (const how of HOW) {
          const mined = await mineNegatives(await cosineTiles(a, b, how), relevanceByRow(), { ...options, order });
          expect(rowsOf(mined)).to.deep.equal(wanted);
          for (const [i, rows] of wanted.entries())
            for (const [k, j] of rows.entries())
              expect(mined.scores[i * options.negatives + k]).to.equal(expected.teacher[i]![j]);
        }
      }
    });
  }
});
