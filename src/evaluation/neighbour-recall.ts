import { DataError } from "../core/errors.js";
import type { Nearer } from "../core/matrix.js";
import { type NeighbourLists, neighbourName, orderOf, queryName } from "../core/neighbour-lists.js";
import { ABSENT, PlaceTable } from "./place-table.js";

/** The neighbours that each of n queries has found, at one k. */
export interface RecallAtK {
  readonly k: number;
  /** How many of the k nearest neighbours are among the first k found; divided by k, the recall. */
  readonly hits: Float64Array;
  /**
   * How many of the first k found are no farther than the k-th nearest neighbour, plus epsilon; at least `hits`. Null if distances
   * that this needs are unknown.
   */
  readonly withinTolerance: Float64Array | null;
}

/** The recall of found neighbours, and what was unusual in them. */
export interface NeighbourRecall {
  readonly at: readonly RecallAtK[];
  /** Number of negative ids among the first k found, for the largest k. */
  readonly negative: number;
  /** Number of ids that a query repeats there. */
  readonly repeated: number;
  /** Number of neighbours that shorter lists lack to the largest k. */
  readonly missing: number;
  /** The first neighbour whose two distances differ; null if all agree. */
  readonly disagreement: Disagreement | null;
}

/** A neighbour with different distances in both lists. */
export interface Disagreement {
  readonly query: number;
  readonly neighbour: number;
  readonly truth: number;
  readonly found: number;
}

export interface RecallOptions {
  /** The values of k; none larger than the lists of the truth. */
  readonly k: readonly number[];
  /** What a distance may exceed that of the k-th neighbour by. Default: 1e-3, as in ann-benchmarks. */
  readonly epsilon?: number;
  /** Whether greater or smaller distances are nearer. Default: the order of the distances of the truth. */
  readonly nearer?: Nearer;
}

/** Relative error of distances in float32 that were computed from products. */
const FLOAT_ERROR = 1e-4;
/** The place of an id that the query has found before. */
const SEEN = -1;

/**
 * Compares found neighbours with the exact ones of the same n queries.
 *
 * An id counts once for a query, and a negative one counts as not found. The distance of a found neighbour is that of `found`,
 * otherwise that of `truth`. If it has none, it is at least as far as the last neighbour of the truth.
 *
 * @throws {DataError} for a query whose truth has less than k different neighbours.
 * @see https://github.com/erikbern/ann-benchmarks (plotting/metrics.py: knn_threshold, get_recall_values)
 */
export function neighbourRecall(
  truth: NeighbourLists,
  found: NeighbourLists,
  { k: cutoffs, epsilon = 1e-3, nearer = orderOf(truth) ?? "less" }: RecallOptions,
): NeighbourRecall {
  const { queries } = truth;
  const most = Math.max(...cutoffs);
  const depth = Math.min(most, found.width);
  const sign = nearer === "less" ? 1 : -1;
  const hits = cutoffs.map(() => new Float64Array(queries));
  const within = truth.distances && cutoffs.map(() => new Float64Array(queries));
  let [negative, repeated, missing] = [0, 0, (most - depth) * queries];
  let disagreement: Disagreement | null = null;
  const table = new PlaceTable(truth.width + depth);
  for (let query = 0; query < queries; query++) {
    const first = query * truth.width;
    const known = fillPlaces(table, truth, query, most);
    const distanceOf = (place: number) => (truth.distances?.[first + place] ?? Number.NaN) * sign;
    const limits = cutoffs.map((k) => distanceOf(k - 1) + epsilon);
    for (let rank = 0; rank < depth; rank++) {
      const at = query * found.width + rank;
      const neighbour = found.neighbours[at];
      if (!(neighbour >= 0)) {
        if (neighbour < 0) negative++;
        else missing++;
        continue;
      }
      const slot = table.slotOf(neighbour);
      const place = table.places[slot];
      if (place === SEEN) {
        repeated++;
        continue;
      }
      table.places[slot] = SEEN;
      const own = found.distances ? found.distances[at] * sign : Number.NaN;
      const exact = place < known ? distanceOf(place) : Number.NaN;
      if (Math.abs(own - exact) > epsilon + FLOAT_ERROR * Math.abs(exact)) {
        disagreement ??= { query, neighbour, truth: exact * sign, found: own * sign };
      }
      const distance = Number.isNaN(own) ? exact : own;
      for (let i = 0; i < cutoffs.length; i++) {
        if (rank >= cutoffs[i]) continue;
        if (place < cutoffs[i]) {
          hits[i][query]++;
          if (within) within[i][query]++;
        } else if (!within) continue;
        else if (distance <= limits[i]) within[i][query]++;
        // It may be within the limit, unless the last neighbour of the truth is not.
        else if (Number.isNaN(distance) && !(distanceOf(known - 1) > limits[i])) within[i][query] = Number.NaN;
      }
    }
  }
  return {
    negative,
    repeated,
    missing,
    disagreement,
    at: cutoffs.map((k, i) => ({
      k,
      hits: hits[i],
      withinTolerance: within && !within[i].some(Number.isNaN) ? within[i] : null,
    })),
  };
}

/** Maps the neighbours of a query to their places, from 0. Returns the number of neighbours; `most` of them must be different. */
function fillPlaces(table: PlaceTable, lists: NeighbourLists, query: number, most: number): number {
  const { name, width, neighbours } = lists;
  table.clear();
  let place = 0;
  for (; place < width && neighbours[query * width + place] >= 0; place++) {
    const neighbour = neighbours[query * width + place];
    const slot = table.slotOf(neighbour);
    if (table.places[slot] === ABSENT) table.places[slot] = place;
    else if (place < most) {
      throw new DataError(
        `${name}: expected each neighbour once, found ${neighbourName(lists, neighbour)} twice for ${queryName(lists, query)}`,
        "exact neighbours are different rows",
      );
    }
  }
  if (place >= most) return place;
  throw new DataError(
    `${name}: expected ${most} neighbours for each query, found ${place} for ${queryName(lists, query)}`,
    place > 0 ? `for example: -k ${place}` : "each query needs exact neighbours",
  );
}
