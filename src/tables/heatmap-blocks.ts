import { CellGrid } from "../core/cell-grid.js";
import type { MatrixHead } from "../output/format.js";
import { padEnd, truncate, widest } from "../output/width.js";
import { GAP } from "./columns.js";
import type { Scale, TableOptions } from "./grid.js";
import { type ImageLayout, imageLayout } from "./heatmap-image.js";
import { labelOf, ROW_LABEL } from "./labels.js";
import { type Paint, scaleStep } from "./paint.js";

/** Columns of a cell that has a line of its own. */
const WIDE = 2;

/** How blocks are drawn: cells of two columns and a line, or of one column and half a line; or the image in their place. */
export interface BlockLayout {
  readonly grid: CellGrid;
  readonly isWide: boolean;
  /** Whether each cell has a block of its own. */
  readonly isWhole: boolean;
  /** The image that takes the place of the blocks; null if they are drawn. */
  readonly image: ImageLayout | null;
}

/**
 * Returns the layout of a heatmap without numbers: all cells if they fit, otherwise as many pixels as fit, which show the means of
 * their cells.
 */
export function blockLayout(head: MatrixHead, options: TableOptions): BlockLayout {
  const { rows, columns, rowIds } = head;
  const { width, height, paint, full, textWidth, images } = options;
  const labels = rowIds && rows <= height ? rowIds.map((_, i) => labelOf(rowIds, i, ROW_LABEL, options)) : [];
  const labelWidth = widest([String(rows - 1), ...labels], textWidth);
  const room = full ? Number.POSITIVE_INFINITY : width - labelWidth - GAP.length;
  const lines = full ? Number.POSITIVE_INFINITY : height;
  // Half blocks need a colour above another one.
  const isWide = paint.level < 2 || (WIDE * columns <= room && rows <= lines);
  const most = isWide ? { rows: lines, columns: room / WIDE } : { rows: 2 * lines, columns: room };
  const fitting = (count: number, limit: number) => Math.max(1, Math.min(count, Math.floor(limit)));
  const blocks = { height: fitting(rows, most.rows), width: fitting(columns, most.columns) };
  const isWhole = blocks.height === rows && blocks.width === columns;
  // An image must fit the window; with `full`, blocks may be longer.
  const image =
    images && !full ? imageLayout(head, images.encoder.isScaled ? room : width, height, images.encoder) : null;
  const size = image ?? blocks;
  return { grid: new CellGrid(rows, columns, size.height, size.width), isWide, isWhole, image };
}

/**
 * Returns the lines of a heatmap in blocks, with an empty one at the end.
 *
 * @param labels the names of rows, by index.
 */
export function blockLines(
  head: MatrixHead,
  { grid, isWide }: BlockLayout,
  labels: ReadonlyMap<number | null, string>,
  { paint, textWidth, width: terminalWidth, full }: TableOptions,
  scale: Scale,
): string[] {
  grid.close();
  const { rows, columns, height, width } = grid;
  const means = grid.means();
  const step = isWide ? 1 : 2;
  const firstRow = (pixel: number) => Math.floor((pixel * rows) / height);
  const nameOf = (pixel: number) =>
    (isWide && height === rows ? labels.get(pixel) : undefined) ?? String(firstRow(pixel));
  const starts = Array.from({ length: Math.ceil(height / step) }, (_, line) => line * step);
  const names = starts.map(nameOf);
  const labelWidth = widest(names, textWidth);
  const lines = starts.map((pixel, line) => {
    const cells = Array.from({ length: width }, (_, x) => {
      const value = means[pixel * width + x];
      if (isWide) return block(value, paint, scale);
      const below = pixel + 1 < height ? means[(pixel + 1) * width + x] / scale.end : null;
      return paint.halves(value / scale.end, below, scale.signed);
    });
    return `${paint.dim(padEnd(names[line], labelWidth, textWidth))}${GAP}${cells.join("")}`;
  });
  const perBlock = `a block is the mean of ${Math.ceil(rows / height)} × ${Math.ceil(columns / width)} cells`;
  return [
    paint.dim(`${" ".repeat(labelWidth)}${GAP}columns 0 … ${head.columns - 1}`),
    ...lines,
    "",
    ...(grid.isAggregated ? [paint.dim(full ? perBlock : truncate(perBlock, terminalWidth, textWidth)), ""] : []),
  ];
}

export const SIGNS = ["--", " -", " ·", " +", "++"];
export const SIGNS_FROM_ZERO = [" ·", " -", " +", "++", "##"];

function block(value: number, paint: Paint, { end, signed }: Scale): string {
  if (paint.level > 0) return paint.heat("  ", value / end, signed);
  if (Number.isNaN(value)) return " ?";
  return signed ? SIGNS[scaleStep(value / end, SIGNS.length)] : SIGNS_FROM_ZERO[scaleStep((2 * value) / end - 1, 5)];
}
