import { expect } from "chai";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import type { Relevance } from "#dist/core/relevance.js";
import { type Evaluation, type EvaluationOptions, evaluate } from "#dist/evaluation/evaluate.js";
import type { QueryRanks } from "#dist/evaluation/retrieval-metrics.js";
import { loadKernels } from "#dist/kernels/wasm.js";

/** Exact scores and what is relevant. */
export interface Judged {
  readonly rows: readonly Float64Array[];
  /** The relevant columns of each row in ascending order. */
  readonly relevant: readonly (readonly number[])[];
  readonly nearer: ScoredMatrix["nearer"];
  readonly excludeSelf: boolean;
}

/** The result of `evaluate` with the ranks of all queries. */
export type Found = Evaluation & { readonly queries: readonly QueryRanks[] };

export interface Stream {
  /** Number of rows of a tile. */
  readonly height?: number;
  /** The largest error of a cell. */
  readonly slack?: number;
  /** Whether cells are in the memory of the kernels, as those of a product are. */
  readonly inKernels?: boolean;
}

/** Returns the scores as a matrix whose cells have errors, and which fails if a consumer leaves a cell changed. */
export function streamed(
  { rows, nearer }: Judged,
  { height = 2, slack = 0, inKernels = false }: Stream = {},
): ScoredMatrix {
  const columns = rows[0]!.length;
  return {
    rows: rows.length,
    columns,
    nearer,
    exact: (i, j) => rows[i]![j] ?? Number.NaN,
    slack: () => slack,
    async *tiles() {
      for (let firstRow = 0; firstRow < rows.length; firstRow += height) {
        const some = rows.slice(firstRow, firstRow + height);
        const cells = Float64Array.from({ length: some.length * columns }, (_, at) => {
          const exact = some[Math.floor(at / columns)]![at % columns]!;
          return slack === 0 ? exact : exact + slack * Math.sin(7 * firstRow + 13 * at);
        });
        const kernels = loadKernels();
        const values = inKernels ? kernels.allocateDoubles(cells.length) : cells.slice();
        values.set(cells);
        yield { firstRow, rows: some.length, columns, values };
        expect(Buffer.from(values.buffer, values.byteOffset, values.byteLength).equals(Buffer.from(cells.buffer))).to.be
          .true;
        if (inKernels) kernels.release(values);
      }
    },
  };
}

export const relevanceOf = ({ relevant }: Judged): Relevance => ({
  rowsOf: (query) => relevant[query]!,
  gradesOf: () => null,
});

export async function evaluated(judged: Judged, stream?: Stream, options: EvaluationOptions = {}): Promise<Found> {
  const queries: QueryRanks[] = [];
  const evaluation = await evaluate(streamed(judged, stream), relevanceOf(judged), {
    excludeSelf: judged.excludeSelf,
    onQuery: (query) => queries.push(query),
    ...options,
  });
  return { ...evaluation, queries };
}

/** The scores of relevant and of other rows; those of distances are negated, so that greater is nearer. */
export function split({ rows, relevant, nearer, excludeSelf }: Judged): { positive: number[]; negative: number[] } {
  const sign = nearer === "greater" ? 1 : -1;
  const [positive, negative]: [number[], number[]] = [[], []];
  for (const [i, row] of rows.entries()) {
    const own = new Set(relevant[i]);
    row.forEach((score, j) => {
      if (!Number.isNaN(score) && !(excludeSelf && i === j)) (own.has(j) ? positive : negative).push(sign * score);
    });
  }
  return { positive, negative };
}

/** Returns the number of positives above each negative, added up; ties count half. Exact below 2^52. */
function pairsAbove(positive: readonly number[], negative: readonly number[]): number {
  const sorted = Float64Array.from(positive).sort();
  const countBelow = (bound: number, including: boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < bound || (including && sorted[middle] === bound)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let above = 0;
  for (const score of negative) above += sorted.length - (countBelow(score, true) + countBelow(score, false)) / 2;
  return above;
}

/** Returns the sum of a value of each number, with the rounding errors of additions added at the end (Kahan). */
function sumOf(numbers: Float64Array, of: (x: number) => number): number {
  let [sum, lost] = [0, 0];
  for (const x of numbers) {
    const term = of(x) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/** Expects the result that the definitions give. */
export function expectDefinitions(found: Found, judged: Judged, quartilesAreExact = true): void {
  const { rows, relevant, nearer, excludeSelf } = judged;
  const sign = nearer === "greater" ? 1 : -1;
  const { positive, negative } = split(judged);
  const pairs = positive.length * negative.length;
  const above = pairsAbove(positive, negative) / pairs;
  // One minus the area below the curve of distances is rounded.
  if (pairs === 0) expect(found.auc).to.be.null;
  else if (found.aucError! > 0) expect(found.auc).to.be.closeTo(above, found.aucError! + 1e-12);
  else if (nearer === "greater") expect(found.auc).to.equal(above);
  else expect(found.auc).to.be.closeTo(above, 1e-15);
  for (const [spread, scores] of [
    [found.positive, positive],
    [found.negative, negative],
  ] as const) {
    if (scores.length === 0) {
      expect(spread).to.be.null;
      continue;
    }
    const sorted = Float64Array.from(scores, (x) => sign * x).sort();
    const [min, max] = [sorted[0]!, sorted[sorted.length - 1]!];
    const size = Math.max(-min, max) || 1;
    const mean = sumOf(sorted, (x) => x / size) / sorted.length;
    const sd = Math.sqrt(sumOf(sorted, (x) => (x / size - mean) ** 2) / sorted.length);
    expect(spread).to.include({ count: sorted.length });
    expect(spread!.min + 0).to.equal(min + 0);
    expect(spread!.max + 0).to.equal(max + 0);
    expect(spread!.mean / size).to.be.closeTo(mean, 1e-13);
    expect(spread!.sd / size).to.be.closeTo(sd, 1e-13);
    for (const [name, share] of [
      ["q25", 0.25],
      ["median", 0.5],
      ["q75", 0.75],
    ] as const) {
      const place = share * (sorted.length - 1);
      const [lower, upper] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
      const wanted = lower + (upper - lower) * (place - Math.floor(place));
      if (quartilesAreExact) expect(spread![name] + 0, name).to.equal(wanted + 0);
      else expect(Math.abs(spread![name] - wanted), name).to.be.at.most(spread!.quartileError * (1 + 1e-9));
    }
  }
  const answered = found.queries.map(({ query }) => query);
  expect(answered).to.deep.equal(relevant.flatMap((own, i) => (own.some((j) => !(excludeSelf && i === j)) ? [i] : [])));
  for (const { query, ranks } of found.queries) {
    const row = rows[query]!;
    const order = Array.from(row.keys())
      .filter((j) => !Number.isNaN(row[j]) && !(excludeSelf && j === query))
      .sort((one, other) => sign * (row[other]! - row[one]!) || one - other);
    const rankOf = new Map(order.map((j, place) => [j, place + 1]));
    const own = relevant[query]!.filter((j) => !(excludeSelf && j === query));
    const wanted = own.map((j) => rankOf.get(j) ?? Number.POSITIVE_INFINITY);
    expect(ranks).to.deep.equal(wanted.sort((one, other) => (one === other ? 0 : one - other)));
  }
}
