import type { NearestWanted, ScoredMatrix, Screen } from "../core/matrix.js";
import { now, type Phases } from "../core/phases.js";
import { copyRows, sharedFloats } from "../core/vectors.js";
import { type FloatSearch, rowsAtOnce } from "../kernels/search.js";
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
  /** Maximum bytes of lists of candidates. */
  readonly bytes: number;
  readonly phases: Phases;
  ofRows(rows: Uint32Array): Promise<ScoredMatrix>;
}

/** Returns a screen: float32 products, whose error is bounded, leave few candidates for exact scores. */
export function screenOf({ search, floats, bytes, phases, ofRows }: ScreenSource): Screen {
  const { errors, boundOf, d } = floats;
  const m = floats.right.length / d;
  const all = Uint32Array.from(errors, (_, i) => i);
  const probe = all.length > 4 * PROBED ? sampleOf(floats, PROBED) : null;

  const nearest = ({ rows, left }: SomeRows, { k, selfOffset, minScoreOf }: NearestWanted) =>
    search.nearest(
      { ...floats, left },
      {
        k,
        selfOffset,
        bytes,
        margins: Float32Array.from(rows, (i) => floatAbove(2 * errors[i])),
        bounds: Float32Array.from(rows, (i) => (minScoreOf ? floatBelow(boundOf(minScoreOf(i), i)) : -Infinity)),
      },
    );

  const reaching = ({ rows, left }: SomeRows, minScore: number, errorsMore: number) =>
    search.reaching(
      { ...floats, left },
      Float32Array.from(rows, (i) => floatBelow(boundOf(minScore, i) + errorsMore * errors[i])),
    );

  return {
    ofRows,
    async nearest(wanted) {
      if (wanted.k > MOST_NEAREST * m || rowsAtOnce(wanted.k, d, bytes) === 0) return null;
      if (probe) {
        let open = 0;
        for await (const { columns } of nearest(probe, { k: wanted.k, selfOffset: null })) {
          for (const found of columns) if (found === null) open++;
        }
        if (open > MOST_OPEN * probe.rows.length) return null;
      }
      return timed(nearest({ rows: all, left: floats.left }, wanted), phases);
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
