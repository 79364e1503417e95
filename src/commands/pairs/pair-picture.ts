import type { ScoredMatrix } from "../../core/matrix.js";
import type { VectorSet } from "../../core/vectors.js";
import { SpreadGatherer } from "../../evaluation/spread.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs, PairList, type Pairs } from "../../neighbours/near-pairs.js";
import type { Figure } from "../../pictures/figure.js";
import type { MetricName } from "../../similarity/options.js";
import { acrossFigure, type Link, pairFigure } from "./pair-figure.js";

export interface PairPictureOptions {
  readonly metric: MetricName;
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: string;
  readonly precision?: number;
  /** Maximum memory for pairs in bytes. */
  readonly maxBytes: number;
}

/** Finds the pairs of a set and returns their charts. With `groups`, only the pairs that connect groups are kept. */
export async function pairPicture(
  set: VectorSet,
  scores: ScoredMatrix,
  { metric, minScore, maxPairs = Number.POSITIVE_INFINITY, groups: isBounded, precision, maxBytes }: PairPictureOptions,
): Promise<Figure> {
  const spread = new SpreadGatherer();
  const groups = new Groups(set.rows);
  const joints: (readonly [number, number])[] = [];
  const add = (first: number, second: number, score: number) => {
    spread.add(score);
    if (groups.connect(first, second)) joints.push([first, second]);
  };
  const sign = scores.nearer === "greater" ? 1 : -1;
  const figure = (linksAmong: (rows: readonly number[]) => Link[]) =>
    pairFigure({ set, metric, minScore, maxPairs, precision, spread, groups: groups.list(), joints, linksAmong });
  if (isBounded) {
    await findPairs(scores, minScore, add);
    return figure((rows) => {
      const sorted = rows.map((row, place) => ({ row, place })).sort((one, other) => one.row - other.row);
      const links: Link[] = [];
      for (const [k, first] of sorted.entries()) {
        for (const second of sorted.slice(k + 1)) {
          const score = scores.exact(first.row, second.row);
          if (sign * score >= sign * minScore) links.push([first.place, second.place, score]);
        }
      }
      return links.sort(([, , one], [, , other]) => sign * (other - one));
    });
  }
  const list = new PairList(maxPairs, sign, maxBytes);
  await findPairs(scores, minScore, (...pair) => list.add(...pair));
  const { count, first, second, scores: sorted } = list.sorted();
  for (let pair = 0; pair < count; pair++) add(first[pair], second[pair], sorted[pair]);
  return figure((rows) => {
    const places = new Map(rows.map((row, place) => [row, place]));
    const links: Link[] = [];
    for (let pair = 0; pair < count; pair++) {
      const [i, j] = [places.get(first[pair]), places.get(second[pair])];
      if (i !== undefined && j !== undefined) links.push([i, j, sorted[pair]]);
    }
    return links;
  });
}

/** Returns the chart of pairs of a row of one set and a row of another. */
export function acrossPicture(
  { count, scores }: Pairs,
  rows: readonly [a: number, b: number],
  {
    metric,
    minScore,
    maxPairs = Number.POSITIVE_INFINITY,
    precision,
  }: Pick<PairPictureOptions, "metric" | "minScore" | "maxPairs" | "precision">,
): Figure {
  const spread = new SpreadGatherer();
  for (const score of scores.subarray(0, count)) spread.add(score);
  return acrossFigure({ rows, metric, minScore, maxPairs, precision, spread });
}
