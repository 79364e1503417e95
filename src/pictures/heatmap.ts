import { CellGrid } from "../core/cell-grid.js";
import { inkOn, MISSING } from "../core/color-scale.js";
import type { MatrixHead } from "../output/format.js";
import { numberFormat } from "../output/number.js";
import { type Label, labelsOf, shortened, textWidth } from "./axis-labels.js";
import { framed } from "./frame.js";
import { halved } from "./halved-grid.js";
import { element, group, Markup } from "./markup.js";
import { type Bitmap, CHARACTER, LINE, MARGIN, type Picture } from "./picture.js";
import { encodePng } from "./png-encoder.js";
import { roundTicks } from "./ticks.js";
import { hexColor, pixelsOf, type ValueScale, valueScale } from "./value-scale.js";

/** Maximum width and height of the plot, in pixels. */
const PLOT = 800;
/** Maximum size of a cell, and its size where it shows its value. */
const MAX_CELL = 40;
const CELL_WITH_VALUE = [56, 30] as const;
/** Up to these numbers of rows and columns, cells show their values; cells have titles. */
const SHOWN = { values: 12, titles: 60 };
const SMALLEST_MARKED = 6;
const BAR = { width: 14, gap: 28, labels: 76 };

/** Returns the grid for a matrix: a pixel for each cell up to 800 rows and columns, otherwise 800 pixels. */
export function gridFor({ rows, columns }: MatrixHead): CellGrid {
  return new CellGrid(rows, columns, Math.min(rows, PLOT), Math.min(columns, PLOT));
}

/**
 * Draws a matrix as a heatmap with names, a colour bar, and the range of its cells. If a pixel has several cells, it shows their
 * mean; two smaller maps show their minimum and maximum.
 *
 * @param precision digits of values and titles; null for all.
 * @param isRaster whether images are returned as bitmaps, for a picture of pixels, instead of in the SVG.
 * @param marks drawn where a cell has at least 6 pixels.
 */
export function drawHeatmap(
  grid: CellGrid,
  head: MatrixHead,
  precision: number | null,
  marks: Marks | null = null,
  isRaster = false,
): Picture {
  return new Heatmap(grid, head, precision, marks, isRaster).draw();
}

/** Marks of cells. */
export interface Marks {
  /** Returns whether a cell has a frame (`positive`), a dot (`closest`), or no mark. */
  of(row: number, column: number): "positive" | "closest" | null;
  /** The meaning of the frame, and of the dot. */
  readonly names: readonly [positive: string, closest: string];
}

class Heatmap {
  private readonly bitmaps: Bitmap[] = [];
  private readonly cellWidth: number;
  private readonly cellHeight: number;
  private readonly plotWidth: number;
  private readonly plotHeight: number;
  private readonly range: ReturnType<CellGrid["range"]>;
  private readonly scale: ValueScale;
  private readonly showsValues: boolean;
  private readonly hasTitles: boolean;
  /** The top left corner of the plot. */
  private readonly left: number;
  private readonly top: number;

  constructor(
    private readonly grid: CellGrid,
    private readonly head: MatrixHead,
    private readonly precision: number | null,
    private readonly marks: Marks | null,
    private readonly isRaster: boolean,
  ) {
    const { rows, columns, width, height } = grid;
    this.range = grid.range();
    const { min, max } = this.range;
    this.scale = valueScale(head.picture?.range ?? [min, Number.POSITIVE_INFINITY], [min, max]);
    this.showsValues = rows <= SHOWN.values && columns <= SHOWN.values;
    this.hasTitles = rows <= SHOWN.titles && columns <= SHOWN.titles;
    const across = Math.max(1, Math.min(MAX_CELL, Math.floor(PLOT / width)));
    const down = Math.max(1, Math.min(MAX_CELL, Math.floor(PLOT / height)));
    // Cells are squares, unless a side has far more cells than the other.
    const square = Math.min(across, down);
    const areSquares = square >= 4 || across === down;
    [this.cellWidth, this.cellHeight] = this.showsValues
      ? CELL_WITH_VALUE
      : areSquares
        ? [square, square]
        : [across, down];
    this.plotWidth = width * this.cellWidth;
    this.plotHeight = height * this.cellHeight;
    // Whole pixels keep the edges of cells sharp.
    this.left = Math.ceil(MARGIN + CHARACTER * textWidth(this.rowLabels().map(({ text }) => text)) + 10);
    this.top = Math.ceil(MARGIN + LINE * (this.headLines().length + 0.5) + this.columnLabelHeight() + 8);
  }

  draw(): Picture {
    const { grid, left, top, plotWidth, plotHeight } = this;
    const small = grid.isAggregated ? this.smallMaps(left + plotWidth + MARGIN, top) : null;
    const right = left + plotWidth + (small ? MARGIN + small.width : 0);
    const barLeft = right + BAR.gap;
    const bottom = top + Math.max(plotHeight, small?.height ?? 0, 120);
    const footLines = this.footLines();
    const texts = [...this.headLines(), ...footLines];
    const width = Math.ceil(Math.max(barLeft + BAR.width + BAR.labels, 2 * MARGIN + CHARACTER * textWidth(texts)));
    const height = Math.ceil(bottom + LINE * (footLines.length + 0.5) + MARGIN);
    const heading = this.headLines().map((line, i) =>
      element("text", { x: MARGIN, y: MARGIN + LINE * (i + 0.7), class: i === 0 ? "title" : "dim" }, line),
    );
    const footing = footLines.map((line, i) =>
      element("text", { x: MARGIN, y: bottom + LINE * (i + 1.3), class: "dim" }, line),
    );
    const contents = [
      ...heading,
      this.axes(),
      this.hasTitles
        ? this.cells()
        : this.image(grid.means(), grid.width, grid.height, left, top, plotWidth, plotHeight),
      ...(small ? [small.markup] : []),
      ...(this.hasMarks ? this.markShapes(this.marks) : []),
      this.colorBar(barLeft, top, Math.min(Math.max(plotHeight, 120), 240)),
      ...footing,
    ];
    const svg = framed({ width, height }, { role: "img", "font-size": 12 }, texts.join(". "), contents);
    return { svg, width, height, isVector: this.hasTitles, bitmaps: this.bitmaps };
  }

  private get hasMarks(): boolean {
    const { marks, grid, cellWidth, cellHeight } = this;
    return marks !== null && !grid.isAggregated && Math.min(cellWidth, cellHeight) >= SMALLEST_MARKED;
  }

  private headLines(): string[] {
    const { rows, columns } = this.grid;
    const { picture } = this.head;
    const [rowsName, columnsName] = picture?.sides ?? ["rows", "columns"];
    const title = picture?.title ?? `${rows} × ${columns} numbers`;
    return [
      title[0].toUpperCase() + title.slice(1),
      `rows: ${shortened(rowsName, 60)} (${rows}) · columns: ${shortened(columnsName, 60)} (${columns})`,
    ];
  }

  private footLines(): string[] {
    const { rows, columns, width, height, isAggregated } = this.grid;
    const { min, max, mean, missing } = this.range;
    const number = numberFormat(this.precision ?? 4, "nan");
    const cells =
      missing < rows * columns ? `cells ${number(min)} … ${number(max)}, mean ${number(mean)}` : "no cell has a value";
    const nan = missing > 0 ? `, ${missing} nan (grey)` : "";
    const perPixel = `${Math.ceil(rows / height)} × ${Math.ceil(columns / width)}`;
    const [frame, dot] = this.marks?.names ?? [];
    const marks = this.hasMarks ? [`frame: ${frame} · dot: ${dot}`] : [];
    return [`${cells}${nan}`, ...marks, ...(isAggregated ? [`each pixel is the mean of up to ${perPixel} cells`] : [])];
  }

  /** Returns the names of rows, or the numbers of some, with their places on the axis. */
  private rowLabels(): Label[] {
    return labelsOf(this.head.rowIds, this.grid.rows, this.grid.height * this.cellHeight);
  }

  private columnLabels(): Label[] {
    return labelsOf(this.head.columnIds, this.grid.columns, this.grid.width * this.cellWidth);
  }

  /** Long names of columns are written upwards. */
  private get isTurned(): boolean {
    const labels = this.columnLabels();
    return CHARACTER * textWidth(labels.map(({ text }) => text)) > this.plotWidth / labels.length - 6;
  }

  private columnLabelHeight(): number {
    return this.isTurned ? CHARACTER * textWidth(this.columnLabels().map(({ text }) => text)) : 12;
  }

  private axes(): Markup {
    const { left, top, isTurned } = this;
    const names = this.rowLabels().map(({ text, at }) =>
      element("text", { x: left - 6, y: top + at + 4, "text-anchor": "end" }, text),
    );
    const columns = this.columnLabels().map(({ text, at }) =>
      isTurned
        ? element("text", { transform: `translate(${left + at + 4} ${top - 6}) rotate(-90)` }, text)
        : element("text", { x: left + at, y: top - 6, "text-anchor": "middle" }, text),
    );
    return group([...names, ...columns]);
  }

  /** Draws each cell as a rectangle with a title, and its value if there is room. */
  private cells(): Markup {
    const { grid, head, left, top, cellWidth, cellHeight, scale, showsValues } = this;
    const exact = numberFormat(this.precision, "nan");
    const rounded = numberFormat(this.precision ?? 2, "nan");
    const parts: Markup[] = [];
    const means = grid.means();
    for (let k = 0; k < means.length; k++) {
      const [i, j] = [Math.floor(k / grid.width), k % grid.width];
      const [x, y] = [left + j * cellWidth, top + i * cellHeight];
      const color = scale.colorOf(means[k]);
      const name = `${head.rowIds?.[i] ?? i}, ${head.columnIds?.[j] ?? j}: ${exact(means[k])}`;
      const attributes = { x, y, width: cellWidth, height: cellHeight, fill: hexColor(color) };
      parts.push(element("rect", attributes, element("title", {}, name)));
      if (!showsValues) continue;
      const place = {
        x: x + cellWidth / 2,
        y: y + cellHeight / 2 + 4,
        "text-anchor": "middle",
        "pointer-events": "none",
      };
      parts.push(element("text", { ...place, style: `fill:${hexColor(inkOn(color))}` }, rounded(means[k])));
    }
    return element("g", { "shape-rendering": "crispEdges" }, ...parts);
  }

  /** Draws a frame around positives and a dot in closest negatives. */
  private markShapes(marks: Marks | null): Markup[] {
    const { grid, left, top, cellWidth, cellHeight, scale } = this;
    const size = Math.min(cellWidth, cellHeight);
    const means = grid.means();
    const found: Markup[] = [];
    const stroke = Math.max(1, size / 16);
    for (let i = 0; i < grid.height; i++) {
      for (let j = 0; j < grid.width; j++) {
        const mark = marks?.of(i, j);
        if (!mark) continue;
        const [x, y] = [left + j * cellWidth, top + i * cellHeight];
        const ink = hexColor(inkOn(scale.colorOf(means[i * grid.width + j])));
        const frame = {
          x: x + stroke / 2,
          y: y + stroke / 2,
          width: cellWidth - stroke,
          height: cellHeight - stroke,
          fill: "none",
          stroke: ink,
          "stroke-width": stroke,
        };
        // A dot beside the value, if the cell shows it.
        const dot = {
          cx: x + (this.showsValues ? cellWidth - 7 : cellWidth / 2),
          cy: y + (this.showsValues ? 7 : cellHeight / 2),
          r: Math.max(1, size / 8),
          fill: ink,
        };
        found.push(mark === "positive" ? element("rect", frame) : element("circle", dot));
      }
    }
    return [element("g", { "pointer-events": "none" }, ...found)];
  }

  /** Draws values as an image of one pixel each, enlarged without smoothing. */
  private image(
    values: Float64Array,
    columns: number,
    rows: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): Markup {
    const pixels = pixelsOf(values, this.scale);
    if (this.isRaster) {
      this.bitmaps.push({ x, y, width, height, columns, rows, pixels });
      return group([]);
    }
    const png = encodePng(columns, rows, pixels);
    const href = new Markup(`data:image/png;base64,${png.toString("base64")}`);
    const style = "image-rendering:pixelated";
    return element("image", {
      x,
      y,
      width,
      height,
      href,
      preserveAspectRatio: "none",
      "image-rendering": "optimizeSpeed",
      style,
    });
  }

  /** Draws the minimum and the maximum of the cells of each pixel, at half the size. */
  private smallMaps(left: number, top: number): { markup: Markup; width: number; height: number } {
    const { grid } = this;
    const columns = grid.width < grid.columns ? grid.width / 2 : grid.width;
    const rows = grid.height < grid.rows ? grid.height / 2 : grid.height;
    const [width, height] = [Math.max(this.plotWidth / 2, 120), this.plotHeight / 2];
    const maps = [
      ["minimum of each pixel", halved(grid, grid.minima, columns, rows, Math.min)],
      ["maximum of each pixel", halved(grid, grid.maxima, columns, rows, Math.max)],
    ] as const;
    const parts = maps.flatMap(([title, values], i) => {
      const y = top + i * (height + LINE + 12);
      const image = this.image(values, columns, rows, left, y + LINE, width, height);
      return [element("text", { x: left, y: y + LINE - 6, class: "dim" }, title), image];
    });
    return { markup: group(parts), width, height: 2 * (height + LINE) + 12 };
  }

  private colorBar(x: number, y: number, height: number): Markup {
    const { colors, ends } = this.scale;
    const [start, end] = ends;
    const stops = colors.map((color, i) =>
      element("stop", { offset: `${(100 * i) / (colors.length - 1)}%`, "stop-color": hexColor(color) }),
    );
    const gradient = element("linearGradient", { id: "scale", x1: 0, y1: 1, x2: 0, y2: 0 }, ...stops);
    const ticks = roundTicks(start, end, 5).map((value) => {
      const at = y + height - (height * (value - start)) / (end - start);
      return element("text", { x: x + BAR.width + 6, y: at + 4 }, shortValue(value));
    });
    const bar = element("rect", { x, y, width: BAR.width, height, fill: "url(#scale)" });
    const missing =
      this.range.missing > 0
        ? [
            element("rect", { x, y: y + height + 10, width: BAR.width, height: BAR.width, fill: hexColor(MISSING) }),
            element("text", { x: x + BAR.width + 6, y: y + height + 21 }, "nan"),
          ]
        : [];
    return group([gradient, bar, ...ticks, ...missing]);
  }
}

/** Returns a value of the colour bar, with the minus sign of the axes of charts. */
const shortValue = (value: number): string =>
  (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6)
    ? String(Math.round(value * 1e6) / 1e6)
    : value.toExponential(1)
  ).replace("-", "−");
