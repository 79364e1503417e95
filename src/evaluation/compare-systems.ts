import { DataError } from "../core/errors.js";
import type { QueryValues } from "../core/query-values.js";
import { isRank } from "./retrieval-metrics.js";
import {
  comparePaired,
  differenceOf,
  holm,
  type PairedComparison,
  type ResamplingOptions,
} from "./significance/paired-tests.js";

/** The comparison of a system with the baseline by one measure. */
export interface MeasureComparison extends PairedComparison {
  readonly measure: string;
  /** Number of queries that are better than, equal to and worse than the baseline. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** The p-values, adjusted by Holm's method over all measures of all systems. */
  readonly holm: { readonly tTest: number; readonly wilcoxon: number; readonly randomisation: number };
  /** The values of the queries, in the order of {@link SystemsComparison.queries}. */
  readonly values: { readonly baseline: Float64Array; readonly system: Float64Array };
}

/** A system compared with the baseline, by each measure. */
export interface SystemComparison {
  readonly name: string;
  readonly measures: readonly MeasureComparison[];
}

/** Systems compared with a baseline on the same queries. */
export interface SystemsComparison {
  readonly baseline: string;
  readonly queries: readonly string[];
  readonly systems: readonly SystemComparison[];
}

/**
 * Compares systems with a baseline by the measures that the baseline has.
 *
 * @throws {DataError} for a system with other queries, other numbers of relevant rows, or without one of the measures, and for
 * values that are not finite.
 */
export function compareSystems(
  baseline: QueryValues,
  systems: readonly QueryValues[],
  options: ResamplingOptions = {},
): SystemsComparison {
  const { queries, measures } = baseline;
  if (measures.size === 0) {
    throw new DataError(
      `${baseline.name}: expected a measure with a value for each query, found none`,
      "--measures names one of its columns, whose missing values are then told",
    );
  }
  expectFinite(baseline);
  expectNoRepeated(baseline);
  const compared = systems.map((system) => {
    const aligned = alignedTo(baseline, system);
    const pairs = [...measures].map(([name, values]) => ({ baseline: values, values: aligned.get(name) ?? values }));
    return { name: system.name, pairs, results: comparePaired(pairs, options) };
  });
  const all = compared.flatMap(({ results }) => results);
  const [tTest, wilcoxon, randomisation] = [
    holm(all.map((result) => result.tTest.p)),
    holm(all.map((result) => result.wilcoxon.p)),
    holm(all.map((result) => result.randomisation.p)),
  ];
  let at = 0;
  return {
    baseline: baseline.name,
    queries,
    systems: compared.map(({ name, pairs, results }) => ({
      name,
      measures: [...measures.keys()].map((measure, j) => {
        const { higher, same, lower } = results[j];
        const [wins, losses] = isRank(measure) ? [lower, higher] : [higher, lower];
        const adjusted = { tTest: tTest[at], wilcoxon: wilcoxon[at], randomisation: randomisation[at] };
        at++;
        const values = { baseline: pairs[j].baseline, system: pairs[j].values };
        return { ...results[j], measure, wins, ties: same, losses, holm: adjusted, values };
      }),
    })),
  };
}

/** Returns the measures of a system in the order of the queries of the baseline. */
function alignedTo(baseline: QueryValues, system: QueryValues): ReadonlyMap<string, Float64Array> {
  expectFinite(system);
  expectNoRepeated(system);
  const rowOf = new Map(system.queries.map((query, row) => [query, row]));
  const missing = baseline.queries.filter((query) => !rowOf.has(query));
  if (missing.length > 0) throw otherQueries(system.name, baseline.name, missing);
  if (system.queries.length > baseline.queries.length) {
    const known = new Set(baseline.queries);
    const more = system.queries.filter((query) => !known.has(query));
    throw otherQueries(baseline.name, system.name, more);
  }
  const rows = Uint32Array.from(baseline.queries, (query) => rowOf.get(query) ?? 0);
  for (const [i, row] of rows.entries()) {
    const [wanted, found] = [baseline.relevant?.[i], system.relevant?.[row]];
    if (wanted === undefined || found === undefined || wanted === found) continue;
    throw new DataError(
      `${system.name}: expected ${wanted} relevant rows of query "${baseline.queries[i]}" as in ${baseline.name}, found ${found}`,
      "systems are compared on the same relevance: the same corpus ids, labels and judgements",
    );
  }
  return new Map(
    [...baseline.measures.keys()].map((name) => {
      const values = system.measures.get(name);
      if (!values) {
        throw new DataError(
          `${system.name}: expected the measure ${name} as in ${baseline.name}, found ${[...system.measures.keys()].join(", ")}`,
          "--measures lists the measures to compare",
        );
      }
      return [name, Float64Array.from(rows, (row) => values[row])];
    }),
  );
}

const SHOWN = 5;

function otherQueries(name: string, other: string, missing: readonly string[]): DataError {
  const list = missing.slice(0, SHOWN).map((query) => `"${query}"`);
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : "";
  return new DataError(
    `${name}: expected the queries of ${other}, found no ${list.join(", ")}${more}`,
    "queries are matched by their ids; without ids, by their row numbers from 0",
  );
}

function expectNoRepeated({ name, queries }: QueryValues): void {
  const seen = new Set<string>();
  for (const query of queries) {
    if (seen.has(query)) {
      throw new DataError(
        `${name}: expected each query once, found "${query}" again`,
        "queries are matched by their ids",
      );
    }
    seen.add(query);
  }
}

function expectFinite({ name, queries, measures }: QueryValues): void {
  for (const [measure, values] of measures) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new DataError(
      `${name}: expected a value of ${measure} for each query, found none for "${queries[at]}"`,
      "--measures lists the measures to compare",
    );
  }
}

/** A query whose value differs from that of the baseline. */
export interface MovedQuery {
  readonly query: string;
  readonly baseline: number;
  readonly value: number;
  readonly difference: number;
}

/** Returns the `count` queries that gained most and the `count` that lost most, each from the largest difference on. */
export function movedQueries(
  queries: readonly string[],
  { measure, values }: MeasureComparison,
  count: number,
): { readonly gained: MovedQuery[]; readonly lost: MovedQuery[] } {
  const { baseline, system } = values;
  const sign = isRank(measure) ? -1 : 1;
  const gains = system.map((value, i) => sign * differenceOf(value, baseline[i]));
  const sorted = Array.from(gains.keys()).sort((i, j) => gains[j] - gains[i] || i - j);
  const movedOf = (i: number): MovedQuery => ({
    query: queries[i],
    baseline: baseline[i],
    value: system[i],
    difference: system[i] - baseline[i],
  });
  const gained = sorted.slice(0, count).filter((i) => gains[i] > 0);
  // The last queries of equal losses would be reversed.
  const losing = sorted.filter((i) => gains[i] < 0).sort((i, j) => gains[i] - gains[j] || i - j);
  return { gained: gained.map(movedOf), lost: losing.slice(0, count).map(movedOf) };
}
