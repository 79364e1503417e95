import type { ScoreBins } from "../core/results.js";
import type { Picture } from "./picture.js";

/** Colours of series that colour-blind people can tell apart: Okabe and Ito, https://jfly.uni-koeln.de/color/ */
export const SERIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

/** The series of all others, which is grey. The series before it have each colour twice, with two symbols. */
export const OTHERS = 2 * SERIES.length;

/** Charts of one result, with its title and facts. */
export interface Figure {
  readonly title: string;
  /** Lines below the title, and below the charts. */
  readonly facts: readonly string[];
  readonly notes: readonly string[];
  readonly panels: readonly Panel[];
}

/** One chart. Texts are escaped when it is drawn. */
export type Panel = (Histogram | Curves | Bars | Band | Scatter | Density | Inset) & {
  readonly title: string;
  /** What a reader who does not see the chart is told. */
  readonly summary?: string;
};

/** An axis; `from` and `to` are its ends, where the data do not decide them. */
export interface Axis {
  readonly label: string;
  readonly from?: number;
  readonly to?: number;
  readonly isLogarithmic?: boolean;
}

/** Values counted in bins of equal width from `from` to `to`. Several series are drawn as shares of each. */
export interface Histogram {
  readonly kind: "histogram";
  readonly x: string;
  readonly from: number;
  readonly to: number;
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

/** Lines through points, with a symbol at each point if they are few. */
export interface Curves {
  readonly kind: "curves";
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
  /** Values of x with a line and a name. */
  readonly marks?: readonly { readonly at: number; readonly name: string }[];
}

/** Bars for named places; several series are stacked, or drawn before one another. */
export interface Bars {
  readonly kind: "bars";
  readonly x: string;
  readonly y: string;
  readonly names: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly isOverlaid?: boolean;
}

/** The distribution of values at each of several places. */
export interface Band {
  readonly kind: "band";
  readonly x: string;
  readonly isLogarithmic?: boolean;
  readonly y: string;
  readonly places: readonly {
    readonly x: number;
    readonly min: number;
    readonly q25: number;
    readonly median: number;
    readonly q75: number;
    readonly max: number;
  }[];
}

/** Points, which may have names and be connected. */
export interface Scatter {
  readonly kind: "scatter";
  readonly x: string | null;
  readonly y: string | null;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly name: string;
    readonly series: number;
  }[];
  /** Names of the series. */
  readonly series: readonly string[];
  /** Pairs of indices of points that are connected by a line. */
  readonly links?: readonly (readonly [number, number])[];
  /** Whether names are written beside the points. */
  readonly isNamed?: boolean;
}

/** Many points, counted in rectangles: each has the colour of the series with most of its points. */
export interface Density {
  readonly kind: "density";
  readonly x: string;
  readonly y: string;
  readonly cells: readonly {
    readonly x1: number;
    readonly x2: number;
    readonly y1: number;
    readonly y2: number;
    readonly count: number;
    readonly series: number;
  }[];
  /** Names of the series. */
  readonly series: readonly string[];
}

/** A picture in a figure, such as a heatmap. */
export interface Inset {
  readonly kind: "inset";
  readonly picture: Picture;
}

/** Returns a histogram of the scores of relevant and of other rows. */
export const scoreHistogram = ({ from, to, positive, negative }: ScoreBins): Histogram => ({
  kind: "histogram",
  x: "score",
  from,
  to,
  series: [
    { name: "positive", counts: positive },
    { name: "negative", counts: negative },
  ],
});
