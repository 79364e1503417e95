import {
  type MeasureComparison,
  type MovedQuery,
  movedQueries,
  type SystemComparison,
  type SystemsComparison,
} from "../../evaluation/compare-systems.js";
import { escapeControls } from "../../output/escape.js";
import { numberFormat } from "../../output/number.js";
import { truncate, widest } from "../../output/width.js";
import { alignColumns, GAP } from "../../tables/columns.js";
import type { TableOptions } from "../../tables/grid.js";
import { wrapParts } from "../../tables/wrap.js";
import type { ComparisonSettings } from "./comparison-records.js";

/** Below this adjusted p-value, a difference is coloured. */
const SIGNIFICANT = 0.05;
const MAX_ID_WIDTH = 24;
/** The width of "gained most". */
const MIN_ID_WIDTH = 11;

/** Returns the lines of the table: for each system its differences, the p-values, and the queries that moved most. */
export function comparisonTable(
  { baseline, queries, systems }: SystemsComparison,
  settings: ComparisonSettings,
  options: TableOptions,
): string[] {
  const { paint } = options;
  const fact = (name: string, value: string | number) => `${paint.dim(name)} ${escapeControls(String(value))}`;
  const heading = [
    fact("baseline", baseline),
    fact("queries", queries.length),
    fact("resamples", settings.resamples),
    fact("seed", settings.seed),
  ];
  return [
    ...wrapParts(heading, options),
    ...systems.flatMap((system) => systemLines(system, queries, settings, options)),
  ];
}

function systemLines(
  { name, measures }: SystemComparison,
  queries: readonly string[],
  { moved }: ComparisonSettings,
  options: TableOptions,
): string[] {
  const { paint } = options;
  const number = numberFormat(options.precision, "-");
  const signed = (value: number) => (value > 0 ? "+" : "") + number(value);
  const grid = (head: string[], rows: string[][]) => {
    const [first, ...rest] = alignColumns([head, ...rows], options.textWidth, options.width);
    return [paint.dim(first.join(GAP)), ...rest.map((cells) => cells.join(GAP))];
  };
  const interval = ([low, high]: readonly [number, number]) => `${signed(low)} … ${signed(high)}`;
  const colour = ({ wins, losses, holm }: MeasureComparison) => {
    if (!(holm.randomisation < SIGNIFICANT) || wins === losses) return (text: string) => text;
    return wins > losses ? paint.good : paint.bad;
  };
  const differences = grid(
    ["", "baseline", "system", "difference", "95 % interval", "bootstrap"],
    measures.map(({ measure, baseline, value, difference, interval: ends, bootstrap }) => [
      measure,
      number(baseline),
      number(value),
      signed(difference),
      interval(ends),
      interval(bootstrap),
    ]),
  );
  const p = pFormat(options.precision);
  const tests = grid(
    ["", "wins", "ties", "losses", "p: t-test", "Wilcoxon", "randomisation", "with Holm"],
    measures.map(({ measure, wins, ties, losses, tTest, wilcoxon, randomisation, holm }) => [
      measure,
      String(wins),
      String(ties),
      String(losses),
      p(tTest.p),
      p(wilcoxon.p),
      p(randomisation.p),
      p(holm.randomisation),
    ]),
  );
  const painted = (lines: string[]) => lines.map((line, i) => (i === 0 ? line : colour(measures[i - 1])(line)));
  return [
    "",
    paint.bold(escapeControls(name)),
    ...painted(differences),
    "",
    ...tests,
    ...movedLines(measures[0], queries, moved, options),
  ];
}

/** Formats p-values: `<0.0001` for those that would be shown as 0. */
function pFormat(precision: number): (p: number) => string {
  const number = numberFormat(precision, "-");
  const least = 10 ** -precision;
  return (p) => (p < least ? `<${number(least)}` : number(p));
}

/** Returns the queries that gained and lost most by a measure, side by side. */
function movedLines(
  found: MeasureComparison,
  queries: readonly string[],
  count: number,
  options: TableOptions,
): string[] {
  const { gained, lost } = movedQueries(queries, found, count);
  if (gained.length === 0 && lost.length === 0) return [];
  const { paint, textWidth } = options;
  const number = numberFormat(options.precision, "-");
  const valuesOf = ({ baseline, value }: MovedQuery) => `${number(baseline)} → ${number(value)}`;
  // Two columns of ids and two of values fit side by side.
  const valueWidth = widest([found.measure, ...[...gained, ...lost].map(valuesOf)], textWidth);
  const room = Math.floor((options.width - 2 * valueWidth - 3 * GAP.length) / 2);
  const idWidth = Math.max(MIN_ID_WIDTH, Math.min(MAX_ID_WIDTH, room));
  const idOf = (query: string) => truncate(escapeControls(query), idWidth, textWidth);
  const cells = (moved: MovedQuery | undefined) => (moved ? [idOf(moved.query), valuesOf(moved)] : ["", ""]);
  const rows = Array.from({ length: Math.max(gained.length, lost.length) }, (_, i) => [
    ...cells(gained[i]),
    ...cells(lost[i]),
  ]);
  const head = ["gained most", found.measure, "lost most", found.measure];
  const [first, ...rest] = alignColumns([head, ...rows], textWidth, options.width);
  return ["", paint.dim(first.join(GAP)), ...rest.map((line) => line.join(GAP).trimEnd())];
}
