import type { VectorSet } from "../../core/vectors.js";
import type { PrincipalComponents } from "../../evaluation/principal-components.js";
import { numberFormat } from "../../output/number.js";
import { shortened } from "../../pictures/axis-labels.js";
import { histogramOf } from "../../pictures/counted.js";
import type { Curves, Figure, Panel } from "../../pictures/figure.js";
import { counted } from "../../shell/report.js";
import { mapPanel } from "../shared/vector-map.js";
import type { Description } from "./description.js";

/** Maximum number of principal components in the chart. */
export const MAX_COMPONENTS = 100;
/** Shares of the variance that the facts and the chart name. */
const SHARES = [0.5, 0.9, 0.99];

export interface Described {
  /** n×d; components may be NaN or infinite. */
  readonly set: VectorSet;
  readonly description: Description;
  /** The rows whose components are all finite, their norms and principal components. */
  readonly finite: VectorSet;
  readonly norms: Float64Array;
  readonly components: PrincipalComponents;
  readonly precision: number | null;
}

/** Returns the charts of a file of vectors: norms, components, and the variance that principal components explain. */
export function descriptionFigure({ set, description, finite, norms, components, precision }: Described): Figure {
  const { rows, dimensions, zeroRows, duplicateRows, duplicateIds, nan, infinite } = description;
  const number = numberFormat(precision ?? 4, "-");
  const cumulative = cumulativeShares(components);
  const reached = reachedShares(cumulative);
  const faults = [
    [zeroRows, "zero row"] as const,
    [duplicateRows.count, "duplicate row"] as const,
    [duplicateIds, "duplicate id"] as const,
    [nan + infinite, "non-finite component"] as const,
  ].filter(([count]) => count > 0);
  const variance = reached.map(({ share, count }) => `${percent(share)} in ${count}`).join(", ");
  const most = reached.at(-1)?.count;
  const left = rows - norms.length;
  return {
    title: shortened(set.name, 60),
    facts: [
      `${rows}×${dimensions}${faults.map(([count, noun]) => ` · ${counted(count, noun)}`).join("")}`,
      [
        ...(description.norms ? [`norms ${number(description.norms.min)} … ${number(description.norms.max)}`] : []),
        ...(description.min === null
          ? []
          : [`components ${number(description.min)} … ${number(description.max ?? 0)}`]),
      ].join(" · "),
      ...(most ? [`variance: ${variance} principal component${most === 1 ? "" : "s"}`] : []),
    ],
    notes:
      left > 0 ? [`${counted(left, "row")} with non-finite components: left out of the norms and of the variance`] : [],
    panels: [
      ...histogramPanel("Norms of rows", "norm", norms),
      ...histogramPanel("Components", "component", set.values),
      ...(cumulative.length > 0 ? [variancePanel(components), mapPanel([finite], components)] : []),
    ],
  };
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function histogramPanel(title: string, x: string, values: ArrayLike<number>): Panel[] {
  const histogram = histogramOf(x, [{ name: x, values }]);
  return histogram ? [{ title, ...histogram }] : [];
}

/** Returns the share of the total variance in the first one, two and more principal components. */
function cumulativeShares({ variances, total }: PrincipalComponents): number[] {
  let sum = 0;
  return Array.from(variances, (variance) => {
    sum += variance;
    return Math.min(1, sum / total);
  });
}

/** A share of the variance, and the number of principal components that explain it. */
interface Reached {
  readonly share: number;
  readonly count: number;
}

/** Returns the shares that are reached, of those that the same number of components reaches the largest. */
function reachedShares(cumulative: readonly number[]): Reached[] {
  const counts = new Map<number, number>();
  for (const share of SHARES) {
    const count = 1 + cumulative.findIndex((explained) => explained >= share);
    if (count > 0) counts.set(count, share);
  }
  return Array.from(counts, ([count, share]) => ({ share, count }));
}

/** Returns the shares of the variance that principal components explain, together and each. */
export function variancePanel(components: PrincipalComponents): Panel {
  const cumulative = cumulativeShares(components);
  const reached = reachedShares(cumulative);
  const each = cumulative.map((share, i) => share - (cumulative[i - 1] ?? 0));
  const points = (shares: readonly number[]) => shares.map((share, i) => [i + 1, share] as const);
  return {
    title: "Share of the variance that principal components explain",
    summary: reached.map(({ share, count }) => `${percent(share)}: ${count}`).join(", "),
    kind: "curves",
    x: { label: "components", from: 1, to: Math.max(2, cumulative.length) },
    y: { label: "share", from: 0, to: 1 },
    series: [
      { name: "cumulative", points: points(cumulative) },
      { name: "of each", points: points(each) },
    ],
    marks: reached.map(({ share, count }) => ({ at: count, name: percent(share) })),
  } satisfies Panel & Curves;
}
