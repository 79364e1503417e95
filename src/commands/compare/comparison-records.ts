import {
  type MeasureComparison,
  type MovedQuery,
  movedQueries,
  type SystemsComparison,
} from "../../evaluation/compare-systems.js";
import { jsonText } from "../../formats/json/write-json.js";
import type { Cell, ColumnKind, Records } from "../../output/format.js";
import type { NumberFormat } from "../../output/number.js";

/** What was chosen for a comparison. */
export interface ComparisonSettings {
  readonly resamples: number;
  readonly seed: number;
  /** Number of queries listed that gained most, and that lost most. */
  readonly moved: number;
}

/** The columns of a comparison by one measure, with their kinds and values. */
const COLUMNS: readonly (readonly [string, ColumnKind, (found: MeasureComparison) => Cell])[] = [
  ["measure", "text", ({ measure }) => measure],
  ["baseline", "number", ({ baseline }) => baseline],
  ["value", "number", ({ value }) => value],
  ["difference", "number", ({ difference }) => difference],
  ["ci_low", "number", ({ interval }) => interval[0]],
  ["ci_high", "number", ({ interval }) => interval[1]],
  ["bootstrap_low", "number", ({ bootstrap }) => bootstrap[0]],
  ["bootstrap_high", "number", ({ bootstrap }) => bootstrap[1]],
  ["wins", "whole", ({ wins }) => wins],
  ["ties", "whole", ({ ties }) => ties],
  ["losses", "whole", ({ losses }) => losses],
  ["t", "number", ({ tTest }) => tTest.t],
  ["t_p", "number", ({ tTest }) => tTest.p],
  ["t_p_holm", "number", ({ holm }) => holm.tTest],
  ["wilcoxon", "number", ({ wilcoxon }) => wilcoxon.statistic],
  ["wilcoxon_method", "text", ({ wilcoxon }) => wilcoxon.method],
  ["wilcoxon_p", "number", ({ wilcoxon }) => wilcoxon.p],
  ["wilcoxon_p_holm", "number", ({ holm }) => holm.wilcoxon],
  ["randomisation_method", "text", ({ randomisation }) => (randomisation.isExact ? "exact" : "sampled")],
  ["randomisation_p", "number", ({ randomisation }) => randomisation.p],
  ["randomisation_p_holm", "number", ({ holm }) => holm.randomisation],
];

/** Returns one record for each system and measure. */
export function comparisonRecords({ systems }: SystemsComparison): Records {
  const rows = systems.flatMap(({ name, measures }) =>
    measures.map((found) => [name, ...COLUMNS.map(([, , cellOf]) => finite(cellOf(found)))]),
  );
  const columns = ["system", ...COLUMNS.map(([column]) => column)];
  return { columns, kinds: ["text", ...COLUMNS.map(([, kind]) => kind)], rows };
}

/** Returns a cell; null if it is NaN or infinite. */
const finite = (cell: Cell): Cell => (typeof cell === "number" && !Number.isFinite(cell) ? null : cell);

/** Returns one record for each system, measure and query that gained or lost most. */
export function movedRecords({ systems, queries }: SystemsComparison, count: number): Records {
  const recordsOf = (system: string, measure: MeasureComparison) => {
    const { gained, lost } = movedQueries(queries, measure, count);
    return [...gained, ...lost].map(({ query, baseline, value, difference }): Cell[] => [
      system,
      measure.measure,
      query,
      baseline,
      value,
      difference,
    ]);
  };
  return {
    columns: ["system", "measure", "query", "baseline", "value", "difference"],
    kinds: ["text", "text", "text", "number", "number", "number"],
    rows: systems.flatMap(({ name, measures }) => measures.flatMap((measure) => recordsOf(name, measure))),
  };
}

/** Formats a comparison as a JSON object: the settings, then for each system its measures with the queries that moved most. */
export function comparisonJson(
  { baseline, queries, systems }: SystemsComparison,
  { resamples, seed, moved }: ComparisonSettings,
  number: NumberFormat,
): string {
  const settings = jsonText({ baseline, queries: queries.length, resamples, seed }, String);
  const isWhole = new Set(COLUMNS.flatMap(([column, kind]) => (kind === "whole" ? [column] : [])));
  const measureText = (found: MeasureComparison) => {
    const members = COLUMNS.map(([column, , cellOf]) => {
      const text = jsonText(finite(cellOf(found)), isWhole.has(column) ? String : number);
      return `${jsonText(column, number)}:${text}`;
    });
    const { gained, lost } = movedQueries(queries, found, moved);
    return `{${members.join(",")},"gained":${movedText(gained)},"lost":${movedText(lost)}}`;
  };
  const movedText = (list: readonly MovedQuery[]) => jsonText(list, number);
  const list = systems.map(
    ({ name, measures }) => `{"system":${jsonText(name, number)},"measures":[${measures.map(measureText).join(",")}]}`,
  );
  return `${settings.slice(0, -1)},"systems":[${list.join(",")}]}`;
}
