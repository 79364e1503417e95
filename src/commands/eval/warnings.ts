import type { VectorSet } from "../../core/vectors.js";
import type { Uniformity } from "../../evaluation/uniformity.js";
import { equalRows } from "../../kernels/product.js";
import { hashOfNumbers } from "../../neighbours/duplicates.js";
import { counted } from "../../shell/report.js";
import type { RelevantSets } from "../shared/relevant-sets.js";

/** Above this mean cosine of different rows, the vectors are considered collapsed. */
export const COLLAPSED = 0.95;

/** Returns warnings about collapsed sets; a set that is both queries and corpus gives one warning. */
export function collapseWarnings(queries: Uniformity | null, corpus: Uniformity | null): string[] {
  const sides = [
    ["queries", queries],
    ["corpus", corpus],
  ] as const;
  return sides.flatMap(([name, found]) =>
    found && found.meanCosine > COLLAPSED && !(name === "queries" && queries === corpus)
      ? [`the ${name} may have collapsed: the mean cosine of two of its rows is ${found.meanCosine.toFixed(4)}`]
      : [],
  );
}

/** Numbers of queries with relevant rows that distort the metrics. */
export interface DistortedQueries {
  /** A relevant row has copies that are not marked relevant, which make the model look worse. */
  readonly repeated: number;
  /** A relevant row equals the query, which makes the model look better. */
  readonly identical: number;
}

/** Counts the queries from `first` to before `end` with relevant rows that distort the metrics. */
export function distortedQueries(
  { queries, corpus, relevance, isSelf }: RelevantSets,
  first = 0,
  end = queries.rows,
): DistortedQueries {
  const copies = copiesIn(corpus);
  let [repeated, identical] = [0, 0];
  for (let query = first; query < end; query++) {
    const answers = Array.from(relevance.rowsOf(query));
    if (answers.some((row) => equalRows(queries.values, query, corpus.values, row, corpus.dimensions))) identical++;
    if (copies.size === 0) continue;
    const known = new Set(answers);
    // In a single file, the query is not a copy of its relevant row.
    if (isSelf) known.add(query);
    if (answers.some((row) => copies.get(row)?.some((other) => !known.has(other)))) repeated++;
  }
  return { repeated, identical };
}

export function duplicateWarnings({ repeated, identical }: DistortedQueries): string[] {
  return [
    ...(repeated > 0
      ? [`duplicate positives: relevant rows of ${counted(repeated, "query")} have copies that are not marked relevant`]
      : []),
    ...(identical > 0
      ? [
          `identical positives: a relevant row equals its query for ${counted(identical, "query")}, and any model finds it`,
        ]
      : []),
  ];
}

/** Returns the rows that equal another row, each with all rows equal to it, including itself. */
function copiesIn({ dimensions: d, values, rows: count }: VectorSet): ReadonlyMap<number, readonly number[]> {
  const byHash = new Map<number, number>();
  const copies = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const hash = hashOfNumbers(values.subarray(row * d, (row + 1) * d));
    const first = byHash.get(hash);
    if (first === undefined) {
      byHash.set(hash, row);
    } else if (equalRows(values, first, values, row, d)) {
      const rows = copies.get(first) ?? [first];
      rows.push(row);
      for (const one of [first, row]) copies.set(one, rows);
    }
  }
  return copies;
}
