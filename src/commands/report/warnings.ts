import type { VectorSet } from "../../core/vectors.js";
import { type Hubs, largestHubs } from "../../neighbours/hubs.js";
import type { Section } from "../../pages/page.js";
import { counted } from "../../shell/report.js";
import type { ZeroVectors } from "../../similarity/options.js";
import { type Description, norm } from "../describe/description.js";
import { COLLAPSED, distortedQueries, duplicateWarnings } from "../eval/warnings.js";
import { type Comparison, NEIGHBOURS } from "./comparison.js";
import { SUSPICIOUS } from "./nearest-negatives.js";

/** Above this skewness, a few rows are near neighbours of many queries. */
const SKEWED = 1;

/** Returns warnings about one set: collapse, copies, zero vectors. */
export function setWarnings(
  set: VectorSet,
  { duplicateRows, zeroRows, firstZeroRow }: Description,
  zeroVectors: ZeroVectors,
): string[] {
  const cosine = meanCosine(set);
  const rowName = (row: number) => (set.ids ? `row ${row} (${set.ids[row]})` : `row ${row}`);
  const [again, earlier] = duplicateRows.first ?? [0, 0];
  return [
    ...(cosine > COLLAPSED
      ? [`${set.name} may have collapsed: the mean cosine over all pairs of its rows is ${cosine.toFixed(4)}`]
      : []),
    ...(duplicateRows.count > 0
      ? [
          `${set.name} has copies: ${counted(duplicateRows.count, "row")} equal to an earlier one, such as ${rowName(again)} to ${rowName(earlier)}`,
        ]
      : []),
    ...(zeroRows > 0 && firstZeroRow !== null
      ? [
          `${set.name} has ${counted(zeroRows, "zero vector")}, the first in ${rowName(firstZeroRow)}: they have no direction, and their cosine counts as ${zeroVectors}`,
        ]
      : []),
  ];
}

/** Returns warnings about two sets: the same set, positives with copies, possible false negatives, hubs. */
export function comparisonWarnings(comparison: Comparison, hubs: Hubs): string[] {
  const { relevance, corpus, queries, isSelf, nearer, negatives } = comparison;
  const [[row, count]] = largestHubs(hubs, 1);
  const name = corpus.ids?.[row] ?? `row ${row}`;
  const limit =
    nearer === "greater"
      ? `scores more than ${100 * SUSPICIOUS} % of the nearest relevant one`
      : `is as near as the nearest relevant one, or at most ${Math.round(100 / SUSPICIOUS - 100)} % farther`;
  return [
    ...(!isSelf && queries.name === corpus.name
      ? ["both files are the same: each row is compared with itself, as its own positive"]
      : []),
    ...(relevance ? duplicateWarnings(distortedQueries({ ...comparison, relevance })) : []),
    ...(negatives.suspicious > 0
      ? [
          `possible false negatives: for ${negatives.suspicious} of ${counted(queries.rows, "query")}, a row that is not relevant ${limit}`,
        ]
      : []),
    ...(hubs.skewness > SKEWED
      ? [
          `hubs: ${name} of ${corpus.name} is among the ${NEIGHBOURS} nearest rows of ${counted(count, "query")} (skewness ${hubs.skewness.toFixed(2)})`,
        ]
      : []),
  ];
}

/** Returns the mean cosine of two different rows, from the sum of the directions; zero vectors are left out. */
export function meanCosine({ values, rows, dimensions: d }: VectorSet): number {
  const sum = new Float64Array(d);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * d, (i + 1) * d);
    const length = norm(row);
    if (length === 0) continue;
    for (let k = 0; k < d; k++) sum[k] += row[k] / length;
    count++;
  }
  const squares = sum.reduce((total, value) => total + value * value, 0);
  return count < 2 ? 0 : (squares - count) / (count * (count - 1));
}

/** Returns the warnings as a section of a report. */
export function warningsSection(warnings: readonly string[]): Section {
  const none = "No collapse, copies, zero vectors, possible false negatives or hubs were found.";
  return {
    title: "Warnings",
    blocks: [warnings.length > 0 ? { kind: "list", items: warnings, isWarning: true } : { kind: "text", text: none }],
  };
}
