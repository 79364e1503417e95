import type { CellGrid } from "../core/cell-grid.js";
import type { MatrixHead } from "../output/format.js";
import type { ImageEncoder } from "../output/image-encoder.js";
import { padEnd, truncate, widest } from "../output/width.js";
import { GAP } from "./columns.js";
import type { Scale, TableOptions } from "./grid.js";
import type { Paint } from "./paint.js";

/** How a terminal shows images. */
export interface TerminalImages {
  readonly encoder: ImageEncoder;
  /** Paints the legend in the colours of the image. */
  readonly paint: Paint;
}

/** The size of an image in pixels, before it is enlarged, and in characters. */
export interface ImageLayout {
  readonly width: number;
  readonly height: number;
  readonly enlargement: readonly [across: number, down: number];
  readonly columns: number;
  readonly lines: number;
}

/** Minimum size of an image of a matrix that is much longer than wide, or the reverse: its cells are not squares. */
const MIN_COLUMNS = 16;
const MIN_LINES = 8;

/**
 * Returns the layout of an image that fits the window: cells are squares of at most two columns and a line, or a pixel is a block of
 * cells.
 *
 * @param room columns of the window, and `height` its lines.
 */
export function imageLayout(
  { rows, columns }: MatrixHead,
  room: number,
  height: number,
  { character, isScaled }: ImageEncoder,
): ImageLayout {
  const [across, down] = character;
  const most = { across: Math.min((room * across) / columns, down), down: Math.min((height * down) / rows, down) };
  const side = Math.min(most.across, most.down);
  const horizontal = axis(columns, Math.max(side, Math.min(most.across, (MIN_COLUMNS * across) / columns)));
  const vertical = axis(rows, Math.max(side, Math.min(most.down, (MIN_LINES * down) / rows)));
  return {
    width: horizontal.pixels,
    height: vertical.pixels,
    enlargement: [horizontal.enlargement, vertical.enlargement],
    columns: Math.max(1, Math.round(horizontal.length / across)),
    lines: Math.max(1, Math.round(vertical.length / down)),
  };

  /** @param side pixels of a cell, which may be less than one. */
  function axis(cells: number, side: number): { pixels: number; enlargement: number; length: number } {
    const length = cells * side;
    if (side < 1) return { pixels: Math.max(1, Math.round(length)), enlargement: 1, length };
    // Rounding errors must not lose a whole pixel. Pixels that are not scaled must not exceed the window.
    return { pixels: cells, enlargement: isScaled ? Math.round(side) : Math.floor(side + 1e-9), length };
  }
}

/**
 * Returns the lines of a heatmap as an image, with an empty one at the end. A scaled image is part of the empty line below the names
 * of rows: its control sequence moves the cursor up, draws, and moves the cursor back.
 *
 * @param labels the names of rows, by index.
 */
export function imageLines(
  head: MatrixHead,
  grid: CellGrid,
  layout: ImageLayout,
  { encoder, paint }: TerminalImages,
  labels: ReadonlyMap<number | null, string>,
  { textWidth, width: terminalWidth }: TableOptions,
  { end, signed }: Scale,
): string[] {
  grid.close();
  const { rows, columns, width, height } = grid;
  const draw = (width: number) => encoder.encode({ ...layout, columns: width, values: grid.means(), end, signed });
  const note = (text: string) => paint.dim(truncate(text, terminalWidth, textWidth));
  const perPixel = `a pixel is the mean of ${Math.ceil(rows / height)} × ${Math.ceil(columns / width)} cells`;
  const after = grid.isAggregated ? [note(perPixel), ""] : [];
  const across = `columns 0 … ${head.columns - 1}`;
  if (!encoder.isScaled) {
    return [note(across), note(`rows 0 … ${head.rows - 1}, from top to bottom`), draw(layout.columns), "", ...after];
  }
  const { lines } = layout;
  const names = Array.from({ length: lines }, (_, line) => {
    const row = Math.floor((line * rows) / lines);
    return (lines === rows ? labels.get(row) : undefined) ?? String(row);
  });
  const labelWidth = widest(names, textWidth);
  const left = labelWidth + GAP.length;
  // The names come first and scroll the window. The image is drawn beside them, with the cursor below saved: terminals differ in
  // where they leave the cursor after an image.
  // Names that were unknown when the window was made may be wider than the layout assumes.
  const image = draw(Math.max(1, Math.min(layout.columns, terminalWidth - left)));
  const placed = `\x1b7\x1b[${lines}A\x1b[${left + 1}G${image}\x1b8`;
  return [
    paint.dim(`${" ".repeat(left)}${across}`),
    ...names.map((name) => paint.dim(padEnd(name, labelWidth, textWidth))),
    placed,
    ...after,
  ];
}
