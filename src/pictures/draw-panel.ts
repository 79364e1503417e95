import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { escapeControls } from "../output/escape.js";
import { shortened, textWidth } from "./axis-labels.js";
import { axisRange } from "./counted.js";
import {
  type Axis,
  type Band,
  type Bars,
  type Curves,
  type Density,
  type Histogram,
  type Inset,
  OTHERS,
  type Panel,
  type Scatter,
  SERIES,
} from "./figure.js";
import { element, Markup } from "./markup.js";
import { CHARACTER, LINE } from "./picture.js";

/** A chart as an `svg` element. */
export interface DrawnPanel {
  readonly markup: Markup;
  readonly width: number;
  readonly height: number;
}

/** Width of a chart, in pixels. */
export const PANEL_WIDTH = 470;
const PLOT_HEIGHT = 240;
const MAP_HEIGHT = 360;
/**
 * Up to these numbers, points have symbols, bars have their own names, an axis has a tick for each point, and an axis of counts
 * has a tick for each number.
 */
const FEW = { points: 40, bars: 24, ticks: 10, counts: 5 };
const GRID = { strokeOpacity: 0.12 };
const GREY = "#8b949e";
/** Width of the longest name in a legend, and beside a point, in characters. */
const MAX_LEGEND = 40;
const MAX_POINT_NAME = 24;

/** Draws a chart with its title and the names of its series. */
export function drawPanel(
  panel: Panel,
  width: number,
  { hasTitle = true, ...place }: { x?: number; y?: number; hasTitle?: boolean } = {},
): DrawnPanel {
  if (panel.kind === "inset") return drawnInset(panel, place);
  const plot = plotOf(panel, width);
  const legend = legendOf(namesOf(panel), width);
  const head = LINE * ((hasTitle ? 1 : 0) + legend.lines);
  const height = head + plot.height;
  const label = [panel.title, ...(panel.summary ? [panel.summary] : [])].join(". ");
  const markup = element(
    "svg",
    { ...place, width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ...(hasTitle ? [element("text", { x: 0, y: 13, class: "name" }, panel.title)] : []),
    element("g", { transform: `translate(0 ${hasTitle ? 0 : -LINE})` }, ...legend.entries),
    element("g", { transform: `translate(0 ${head})`, "font-size": 11, "text-anchor": "middle" }, plot.markup),
  );
  return { markup, width, height };
}

function drawnInset({ picture }: Inset, { x, y }: { x?: number; y?: number }): DrawnPanel {
  const { svg, width, height } = picture;
  return { markup: new Markup(svg.replace("<svg ", `<svg x="${x ?? 0}" y="${y ?? 0}" `).trimEnd()), width, height };
}

/** Returns the names of the series: of points always, of other charts where there are several. */
function namesOf(panel: Exclude<Panel, { kind: "inset" }>): readonly string[] {
  if (panel.kind === "band") return [];
  if (panel.kind === "scatter" || panel.kind === "density") return panel.series;
  return panel.series.length > 1 ? panel.series.map(({ name }) => name) : [];
}

/** Draws the names of series with their colours, in as many lines as they need, and at least in the space of one. */
function legendOf(names: readonly string[], width: number): { entries: Markup[]; lines: number } {
  let [x, line] = [0, 1];
  const entries = names.flatMap((full, i) => {
    const name = shortened(full, MAX_LEGEND);
    const size = 12 + 6 + CHARACTER * textWidth([name]);
    if (x > 0 && x + size > width) [x, line] = [0, line + 1];
    const [top, fill] = [LINE * line + 3, colorOf(i)];
    const swatch =
      symbolOf(i) === "circle"
        ? element("rect", { x, y: top, width: 12, height: 12, fill })
        : element("path", { d: `M${x},${top + 12}h12l-6,-12z`, fill });
    const text = element("text", { x: x + 18, y: LINE * line + 13, "font-size": 12 }, name);
    x += size + 14;
    return [swatch, text];
  });
  return { entries, lines: line };
}

const colorOf = (series: number): string => (series >= OTHERS ? GREY : SERIES[series % SERIES.length]);

/** Returns the symbol of points: a second one for the series that have a colour for the second time. */
const symbolOf = (series: number) => (series >= SERIES.length && series < OTHERS ? "triangle" : "circle");

function plotOf(panel: Exclude<Panel, { kind: "inset" }>, width: number) {
  switch (panel.kind) {
    case "histogram":
      return plotted(width, histogram(panel));
    case "curves":
      return plotted(width, curves(panel));
    case "bars":
      return plotted(width, bars(panel));
    case "band":
      return plotted(width, band(panel));
    case "scatter":
      return plotted(width, scatter(panel));
    case "density":
      return plotted(width, density(panel));
  }
}

/** Draws marks by Observable Plot, and returns the contents of its `svg` element. */
function plotted(width: number, options: Plot.PlotOptions): { markup: Markup; height: number } {
  const { document } = parseHTML("<html></html>");
  const height = options.height ?? PLOT_HEIGHT;
  const drawn = Plot.plot({ marginLeft: 64, marginBottom: 36, marginTop: 24, ...options, document, width, height });
  drawn.querySelector("style")?.remove();
  // The panel is one image with one label; inside it, the labels of Plot serve as classes.
  for (const part of drawn.querySelectorAll("[aria-label]")) {
    part.setAttribute("class", (part.getAttribute("aria-label") ?? "").replaceAll(" ", "-"));
    part.removeAttribute("aria-label");
    part.removeAttribute("aria-hidden");
  }
  return { markup: new Markup(`<g fill="currentColor">${drawn.innerHTML}</g>`), height };
}

function axis({ label, from, to, isLogarithmic }: Axis): Plot.ScaleOptions {
  return {
    label,
    ...(from !== undefined && to !== undefined && { domain: [from, to] }),
    ...(isLogarithmic && { type: "log" }),
  };
}

function histogram({ x, from, to, series }: Histogram): Plot.PlotOptions {
  const several = series.length > 1;
  const marks = series.flatMap(({ name, counts }, i) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const width = (to - from) / counts.length;
    const rows = counts.map((count, k) => ({
      start: from + k * width,
      end: k === counts.length - 1 ? to : from + (k + 1) * width,
      height: several ? count / Math.max(1, total) : count,
      count,
    }));
    const text = (row: (typeof rows)[number]) =>
      `${several ? `${name}: ` : ""}${row.count} from ${short(row.start)} to ${short(row.end)}`;
    return [
      Plot.rectY(rows, {
        x1: "start",
        x2: "end",
        y: "height",
        fill: colorOf(i),
        fillOpacity: several ? 0.55 : 0.85,
        inset: several ? 0 : 0.5,
        title: text,
      }),
    ];
  });
  const ticks = several ? {} : wholeTicks(series.flatMap(({ counts }) => counts));
  return {
    x: { label: x, domain: [from, to] },
    y: several ? { label: "% of each", percent: true } : { label: "count", ...ticks },
    marks: [Plot.gridY({ ...GRID, ...ticks }), ...marks, Plot.ruleY([0])],
  };
}

/** Width of the longest name of a bar, and of all names below the bars, in characters. */
const MAX_NAME = 14;
const LINE_OF_NAMES = 60;

/** Returns a tick for each of a few whole numbers, instead of fractions between them. */
function wholeTicks(values: readonly number[]): { ticks?: number[]; tickFormat?: (value: number) => string } {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  if (most > FEW.counts || !values.every(Number.isInteger)) return {};
  return { ticks: Array.from({ length: most + 1 }, (_, i) => i), tickFormat: String };
}

const SYMBOLS = ["circle", "square", "triangle", "diamond2", "cross", "star"] as const;

function curves({ x, y, series, marks = [] }: Curves): Plot.PlotOptions {
  const few = series.every(({ points }) => points.length <= FEW.points);
  const lines = series.flatMap(({ name, points }, i) => {
    const named = points.map(([at, value]) => ({ at, value }));
    const line = Plot.line(named, { x: "at", y: "value", stroke: colorOf(i), strokeWidth: 1.8 });
    if (!few) return [line];
    const title = ({ at, value }: (typeof named)[number]) => `${name} at ${short(at)}: ${short(value)}`;
    const options = { x: "at", y: "value", fill: colorOf(i), symbol: SYMBOLS[i % SYMBOLS.length], r: 3.2, title };
    return [line, Plot.dot(named, options)];
  });
  const places = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))];
  const isTickEach = x.isLogarithmic || places.every(Number.isInteger);
  const nearEnd = 0.85 * Math.max(...places) + 0.15 * Math.min(...places);
  const ticks = isTickEach && places.length <= FEW.ticks ? { ticks: places, tickFormat: String } : {};
  return {
    x: { ...axis(x), ...ticks },
    y: axis(y),
    marks: [
      Plot.gridY(GRID),
      ...lines,
      ...marks.flatMap(({ at, name }, i) => [
        Plot.ruleX([at], { strokeDasharray: "4 3", strokeOpacity: 0.7 }),
        Plot.text([at], {
          x: at,
          text: () => escapeControls(name),
          frameAnchor: "top",
          textAnchor: at > nearEnd ? "end" : "start",
          dx: at > nearEnd ? -4 : 4,
          // Names of marks beside each other are on different lines.
          dy: 4 + 12 * (i % 3),
        }),
      ]),
    ],
  };
}

function bars({ x, y, names, series, isOverlaid }: Bars): Plot.PlotOptions {
  const places = names.map((_, i) => i);
  const longest = Math.min(MAX_NAME, Math.max(...names.map((name) => name.length)));
  const areAllNamed = names.length <= FEW.bars;
  const every = areAllNamed ? 1 : Math.ceil((names.length * (longest + 1)) / LINE_OF_NAMES);
  const rows = series.flatMap(({ name, values }, s) =>
    values.map((value, i) => ({
      i,
      value,
      s,
      title: `${names[i]}${series.length > 1 ? `, ${name}` : ""}: ${short(value)}`,
    })),
  );
  const shown = names.map((name) => escapeControls(name));
  const isLong = areAllNamed && longest * names.length > LINE_OF_NAMES;
  const options = {
    x: "i",
    y: "value",
    fill: ({ s }: (typeof rows)[number]) => colorOf(s),
    title: ({ title }: (typeof rows)[number]) => escapeControls(title),
  };
  const isStacked = series.length > 1 && !isOverlaid;
  const ticks = isStacked ? {} : wholeTicks(rows.map(({ value }) => value));
  const isEmpty = rows.every(({ value }) => !(value > 0));
  return {
    x: { type: "band", domain: places, label: null, padding: names.length > 60 ? 0 : 0.15 },
    y: { label: y, ...ticks, ...(isEmpty && { domain: [0, 1] }) },
    color: { type: "identity" },
    marginBottom: isLong ? 84 : 36,
    height: isLong ? PLOT_HEIGHT + 48 : PLOT_HEIGHT,
    marks: [
      Plot.gridY({ ...GRID, ...ticks }),
      isOverlaid ? Plot.barY(rows, { ...options, y1: 0, y2: "value" }) : Plot.barY(rows, options),
      Plot.axisX(
        places.filter((i) => i % every === 0),
        {
          tickFormat: (i: number) => shortened(shown[i], MAX_NAME),
          label: x,
          tickRotate: isLong ? -45 : 0,
          labelOffset: isLong ? 80 : 34,
        },
      ),
      Plot.ruleY([0]),
    ],
  };
}

function band({ x, y, places, isLogarithmic }: Band): Plot.PlotOptions {
  const title = ({ x: at, min, q25, median, q75, max }: Band["places"][number]) =>
    `${at}: ${short(min)}, ${short(q25)}, ${short(median)}, ${short(q75)}, ${short(max)} (minimum, quartiles, maximum)`;
  const domain = axisRange(Math.min(...places.map(({ min }) => min)), Math.max(...places.map(({ max }) => max)));
  return {
    x: {
      label: x,
      ...(places.length <= FEW.ticks && { ticks: places.map((place) => place.x), tickFormat: String }),
      ...(isLogarithmic && { type: "log" }),
    },
    y: { label: y, ...(domain && { domain }) },
    marks: [
      Plot.gridY(GRID),
      Plot.areaY(places, { x: "x", y1: "min", y2: "max", fill: SERIES[0], fillOpacity: 0.15 }),
      Plot.areaY(places, { x: "x", y1: "q25", y2: "q75", fill: SERIES[0], fillOpacity: 0.35 }),
      Plot.line(places, { x: "x", y: "median", stroke: SERIES[0], strokeWidth: 1.8 }),
      ...(places.length <= FEW.points ? [Plot.dot(places, { x: "x", y: "median", fill: SERIES[0], r: 3, title })] : []),
    ],
  };
}

function scatter({ x, y, points, links = [], isNamed }: Scatter): Plot.PlotOptions {
  const hasAxes = x !== null && y !== null;
  // Names are up to twice as wide as this, and in the middle of their point.
  const side = isNamed ? 64 : 8;
  const r = points.length > 1000 ? 1.5 : points.length > 200 ? 2.2 : 3.5;
  return {
    height: MAP_HEIGHT,
    ...(!hasAxes && { marginLeft: side, marginRight: side }),
    x: { label: x, inset: 12, axis: hasAxes ? "bottom" : null },
    y: { label: y, inset: 12, axis: hasAxes ? "left" : null },
    color: { type: "identity" },
    symbol: { type: "identity" },
    marks: [
      Plot.link(links, {
        x1: ([from]) => points[from].x,
        y1: ([from]) => points[from].y,
        x2: ([, to]) => points[to].x,
        y2: ([, to]) => points[to].y,
        strokeOpacity: 0.35,
      }),
      ...(["circle", "triangle"] as const).map((symbol) =>
        Plot.dot(points, {
          x: "x",
          y: "y",
          r,
          symbol,
          filter: (point) => symbolOf(point.series) === symbol,
          fill: (point) => colorOf(point.series),
          fillOpacity: points.length > 1000 ? 0.6 : 0.9,
          title: (point) => escapeControls(point.name),
        }),
      ),
      ...(isNamed
        ? [
            Plot.text(points, {
              x: "x",
              y: "y",
              text: (point) => shortened(point.name, MAX_POINT_NAME),
              dy: -9,
              fontSize: 10,
            }),
          ]
        : []),
    ],
  };
}

function density({ x, y, cells, series }: Density): Plot.PlotOptions {
  const most = Math.log1p(Math.max(...cells.map(({ count }) => count)));
  const title = ({ count, series: own }: Density["cells"][number]) =>
    `${count}${series.length > 1 ? `, mostly ${series[own]}` : ""}`;
  return {
    height: MAP_HEIGHT,
    x: { label: x },
    y: { label: y },
    color: { type: "identity" },
    marks: [
      Plot.rect(cells, {
        x1: "x1",
        x2: "x2",
        y1: "y1",
        y2: "y2",
        fill: (cell) => colorOf(cell.series),
        fillOpacity: (cell) => 0.15 + (0.85 * Math.log1p(cell.count)) / most,
        title: (cell) => escapeControls(title(cell)),
      }),
    ],
  };
}

/** Returns a number with four significant digits. */
const short = (value: number): string => String(Number(value.toPrecision(4)));
