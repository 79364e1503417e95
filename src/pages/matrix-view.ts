import type { CellGrid } from "../core/cell-grid.js";
import { MISSING, SEQUENTIAL } from "../core/color-scale.js";
import { escapeControls } from "../output/escape.js";
import type { MatrixHead } from "../output/format.js";
import { numberFormat } from "../output/number.js";
import { html, Markup } from "../pictures/markup.js";
import { encodeIndexedPng } from "../pictures/png-encoder.js";
import { hexColor, type ValueScale, valueScale } from "../pictures/value-scale.js";
import { base64 } from "./base64.js";
import type { Drawn } from "./page.js";

/** A matrix as a heatmap that a reader can move, enlarge, sort and search. */
export interface MatrixView {
  readonly head: MatrixHead;
  readonly grid: CellGrid;
  /** Orders of rows and columns besides that of the files. */
  readonly orders: readonly MatrixOrder[];
  /** Up to this number of cells, the page has their values as float32; of more cells it has 255 levels. */
  readonly exactCells: number;
}

/** An order of the rows and the columns of a matrix. */
export interface MatrixOrder {
  readonly name: string;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** The matrix in this order, if a pixel has several cells; otherwise the pixels are moved. */
  readonly grid: CellGrid | null;
}

/** Up to this number of rows and columns, the page has their ids. */
const MOST_IDS = 20_000;
const LEVELS = 254;
const NAN_LEVEL = 255;

/** Draws the image, which is readable without its script, and the data from which the script draws it again. */
export function drawMatrix({ head, grid, orders, exactCells }: MatrixView): Drawn {
  const { rows, columns, width, height } = grid;
  const { min, max, mean, missing } = grid.range();
  const scale = valueScale(head.picture?.range ?? [min, Number.POSITIVE_INFINITY], [min, max]);
  const number = numberFormat(4, "nan");
  const [rowsName, columnsName] = head.picture?.sides ?? ["rows", "columns"];
  const title = `${head.picture?.title ?? "matrix"}, ${rows} rows of ${rowsName} × ${columns} rows of ${columnsName}`;
  const facts = [
    `cells ${number(min)} … ${number(max)}, mean ${number(mean)}`,
    ...(missing > 0 ? [`${missing} nan`] : []),
    ...(grid.isAggregated
      ? [`each pixel is the mean of up to ${Math.ceil(rows / height)} × ${Math.ceil(columns / width)} cells`]
      : []),
  ].join("; ");
  const isExact = !grid.isAggregated && rows * columns <= exactCells;
  const image = imageOf(grid, scale);
  const markup = html(
    "figure",
    { class: "matrix" },
    html(
      "div",
      { class: "view" },
      html("img", { src: new Markup(image.address), width, height, alt: `Heatmap: ${title}. ${facts}.` }),
    ),
    colorBar(scale),
    html("figcaption", {}, `${facts}.`),
  );
  const ids = (list: readonly string[] | null) => (list && list.length <= MOST_IDS ? list.map(escapeControls) : null);
  const data = {
    rows,
    columns,
    ends: image.ends,
    scale: { ends: scale.ends, colors: scale.colors },
    stretched: SEQUENTIAL,
    rowIds: ids(head.rowIds),
    columnIds: head.columnIds === head.rowIds ? "same" : ids(head.columnIds),
    exact: isExact ? base64(Float32Array.from(grid.means())) : null,
    orders: orders.map((order) => ({
      name: order.name,
      rows: Array.from(order.rows),
      columns: order.columns === order.rows ? "same" : Array.from(order.columns),
      image: order.grid ? imageOf(order.grid, scale) : null,
    })),
  };
  return { markup, data };
}

/** An image of levels as the address of its data, and the values of the first and the last level. */
interface LevelImage {
  readonly address: string;
  readonly ends: readonly [number, number];
}

/** Returns an image with 255 levels over the range of its pixels, in the colours of the scale. */
function imageOf(grid: CellGrid, { colorOf }: ValueScale): LevelImage {
  const means = grid.means();
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of means) {
    if (value < start) start = value;
    if (value > end) end = value;
  }
  if (!(end >= start)) [start, end] = [0, 0];
  const palette = new Uint8Array(3 * (NAN_LEVEL + 1));
  for (let level = 0; level <= LEVELS; level++) {
    palette.set(colorOf(start + ((end - start) * level) / LEVELS), 3 * level);
  }
  palette.set(MISSING, 3 * NAN_LEVEL);
  const levels = Uint8Array.from(means, (value) => {
    if (Number.isNaN(value)) return NAN_LEVEL;
    return end > start ? Math.round(((value - start) / (end - start)) * LEVELS) : 0;
  });
  const png = encodeIndexedPng(grid.width, grid.height, levels, palette);
  return { address: `data:image/png;base64,${png.toString("base64")}`, ends: [start, end] };
}

function colorBar({ colors, ends: [start, end] }: ValueScale): Markup {
  const number = numberFormat(Number.isInteger(start) && Number.isInteger(end) ? 0 : 3, "nan");
  const stops = colors.map((color, i) =>
    html("stop", { offset: `${(100 * i) / (colors.length - 1)}%`, "stop-color": hexColor(color) }),
  );
  return html(
    "div",
    { class: "scale" },
    html("span", {}, number(start)),
    html(
      "svg",
      { viewBox: "0 0 200 12", width: 200, height: 12, role: "img", "aria-label": "colour scale" },
      html("linearGradient", { id: "scale" }, ...stops),
      html("rect", { width: 200, height: 12, fill: "url(#scale)" }),
    ),
    html("span", {}, number(end)),
  );
}
