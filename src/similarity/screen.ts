import type { CandidateRows, NearestWanted, ScoredMatrix, Screen } from "../core/matrix.js";
import { now, type Phases } from "../core/phases.js";
import { copyRows, sharedFloats, sharedIntegers } from "../core/vectors.js";
import type { FloatSearch, FoundRows } from "../kernels/float-search.js";
import type { MetricFloats } from "./float-rows.js";

/** Number of rows that are tried first, where there are many: whether the screen leaves few candidates. */
const PROBED = 256;
/** The screen is worth it if at most this share of the probed rows has too many candidates. */
const MOST_OPEN = 0.4;
/** The screen is worth it if at most this share of the cells is within the error of the minimum score. */
const MOST_DOUBTFUL = 1e-3;
/** The nearest columns are at most this share of all. */
const MOST_NEAREST = 1 / 4;

/** What the screen of a matrix needs. */
export interface ScreenSource {
  readonly search: FloatSearch;
  readonly floats: MetricFloats;
  /** Returns the exact scores of pairs of rows, NaN for those that are left to `ScoredMatrix.exact`. Null if all are. */
  readonly exactScores: ((first: Uint32Array, second: Uint32Array) => Promise<Float64Array>) | null;
  /** Maximum bytes of lists of candidates. */
  readonly bytes: number;
  readonly phases: Phases;
  ofRows(rows: Uint32Array): Promise<ScoredMatrix>;
}

/** Returns a screen: float32 products, whose error is bounded, leave few candidates for exact scores. */
export function screenOf({ search, floats, exactScores, bytes, phases, ofRows }: ScreenSource): Screen {
  const { errors, boundOf, d } = floats;
  const m = floats.right.length / d;
  const all = Uint32Array.from(errors, (_, i) => i);
  const searchOfRows = search.of(floats);
  const probe = all.length > 4 * PROBED ? sampleOf(floats, PROBED) : null;

  const nearest = ({ rows, left }: SomeRows, { k, selfOffset, minScoreOf }: NearestWanted) =>
    searchOfRows.nearest(left, {
      k,
      selfOffset,
      bytes,
      margins: Float32Array.from(rows, (i) => floatAbove(2 * errors[i])),
      bounds: Float32Array.from(rows, (i) => (minScoreOf ? floatBelow(boundOf(minScoreOf(i), i)) : -Infinity)),
    });

  const reaching = ({ rows, left }: SomeRows, minScore: number, errorsMore: number) =>
    searchOfRows.reaching(
      left,
      Float32Array.from(rows, (i) => floatBelow(boundOf(minScore, i) + errorsMore * errors[i])),
    );

  return {
    ofRows,
    async nearest(wanted) {
      if (wanted.k > MOST_NEAREST * m || !search.canFind(wanted.k, d, bytes)) return null;
      if (probe) {
        let open = 0;
        for await (const { columns } of nearest(probe, { k: wanted.k, selfOffset: null })) {
          for (const found of columns) if (found === null) open++;
        }
        if (open > MOST_OPEN * probe.rows.length) return null;
      }
      const found = timed(nearest({ rows: all, left: floats.left }, wanted), phases);
      return exactScores ? scored(found, exactScores) : found;
    },
    async reaching(minScore) {
      if (probe) {
        const count = async (errorsMore: number) => {
          let found = 0;
          for await (const { pairs } of reaching(probe, minScore, errorsMore)) found += pairs.length / 2;
          return found;
        };
        const doubtful = (await count(0)) - (await count(2));
        if (doubtful > MOST_DOUBTFUL * probe.rows.length * m) return null;
      }
      return timed(reaching({ rows: all, left: floats.left }, minScore, 0), phases);
    },
  };
}

/** Adds the exact scores of the candidates. */
async function* scored(
  parts: AsyncIterable<FoundRows>,
  exactScores: NonNullable<ScreenSource["exactScores"]>,
): AsyncGenerator<CandidateRows> {
  for await (const part of parts) {
    const { firstRow, columns } = part;
    const count = columns.reduce((sum, found) => sum + (found?.length ?? 0), 0);
    const [first, second] = [sharedIntegers(count), sharedIntegers(count)];
    let at = 0;
    for (const [i, found] of columns.entries()) {
      if (!found) continue;
      first.fill(firstRow + i, at, at + found.length);
      second.set(found, at);
      at += found.length;
    }
    const all = await exactScores(first, second);
    let read = 0;
    const scores = columns.map((found) => {
      if (!found) return null;
      read += found.length;
      return all.subarray(read - found.length, read);
    });
    yield { ...part, scores };
  }
}

/** Yields parts of a search, and adds the time that is spent waiting for them. */
export async function* timed<P extends { readonly mirrored: number }>(
  parts: AsyncIterable<P>,
  phases: Phases,
): AsyncGenerator<P> {
  let since = now();
  for await (const part of parts) {
    phases.add("multiply", since);
    phases.skippedCells += part.mirrored;
    yield part;
    since = now();
  }
}

/** Some left-hand rows, and their numbers. */
interface SomeRows {
  readonly rows: Uint32Array;
  readonly left: Float32Array;
}

/** Returns some rows at equal distances. */
function sampleOf({ left, d, errors }: MetricFloats, count: number): SomeRows {
  const rows = Uint32Array.from({ length: count }, (_, k) => Math.floor((k * errors.length) / count));
  return { rows, left: copyRows(left, d, rows, sharedFloats(count * d)) };
}

/** Returns a float that is less than a number, by about one unit in the last place. */
const floatBelow = (x: number): number => Math.fround(x - Math.abs(x) * 2 ** -23 - 2 ** -148);

/** Returns a float that is greater than a number. */
const floatAbove = (x: number): number => -floatBelow(-x);
