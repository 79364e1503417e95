import type { VectorSet } from "../../core/vectors.js";
import type { Uniformity } from "../../evaluation/uniformity.js";
import { equalRows } from "../../kernels/equal-rows.js";
import { hashOfNumbers } from "../../neighbours/duplicates.js";
import { counted } from "../../shell/counted.js";
import type { RelevantSets } from "../shared/relevant-sets.js";

/** Above this mean cosine of different rows, all vectors say nearly the same. */
const COLLAPSED = 0.95;

/** Tells of sets whose vectors all say nearly the same; a set that is both queries and corpus is told of once. */
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

/**
 * Tells of answers that say nothing of a model: rows that are the same as a query's answer, but count as none, make it look
 * worse than it is; answers that are the same as their query make it look better.
 */
export function duplicateWarnings({ queries, corpus, relevance, isSelf }: RelevantSets): string[] {
  const twins = twinsIn(corpus);
  let [repeated, identical] = [0, 0];
  for (let query = 0; query < queries.rows; query++) {
    const answers = Array.from(relevance.rowsOf(query));
    if (answers.some((row) => equalRows(queries.values, query, corpus.values, row, corpus.dimensions))) identical++;
    if (twins.size === 0) continue;
    const counted = new Set(answers);
    // Of one file the query itself is no other row.
    if (isSelf) counted.add(query);
    if (answers.some((row) => twins.get(row)?.some((other) => !counted.has(other)))) repeated++;
  }
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

/** All rows that are the same as another one, each with those that it is the same as, itself among them. */
function twinsIn({ dimensions: d, values, rows: count }: VectorSet): ReadonlyMap<number, readonly number[]> {
  const byHash = new Map<number, number>();
  const twins = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const hash = hashOfNumbers(values.subarray(row * d, (row + 1) * d));
    const first = byHash.get(hash);
    if (first === undefined) {
      byHash.set(hash, row);
    } else if (equalRows(values, first, values, row, d)) {
      const rows = twins.get(first) ?? [first];
      rows.push(row);
      for (const one of [first, row]) twins.set(one, rows);
    }
  }
  return twins;
}
