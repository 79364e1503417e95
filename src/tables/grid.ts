import type { MatrixHead } from "../output/format.js";
import { numberFormat } from "../output/number.js";
import { padEnd, padStart, type TextWidth, widest } from "../output/width.js";
import { GAP } from "./columns.js";
import { blockLayout, blockLines, SIGNS, SIGNS_FROM_ZERO } from "./heatmap-blocks.js";
import { imageLines, type TerminalImages } from "./heatmap-image.js";
import { COLUMN_LABEL, labelOf, ROW_LABEL } from "./labels.js";
import type { Paint } from "./paint.js";
import { edges, indicesOf, MatrixWindow, type Span, spanOf } from "./window.js";

/** Display options of a table. */
export interface TableOptions {
  /** Width of the terminal in columns. */
  readonly width: number;
  /** Maximum number of lines of a heatmap. */
  readonly height: number;
  /** Whether to show all rows and columns. */
  readonly full: boolean;
  readonly heatmap: boolean;
  /** Number of digits after the decimal point. */
  readonly precision: number;
  readonly paint: Paint;
  readonly textWidth: TextWidth;
  /** Draws a heatmap that has no room for numbers as an image; null draws it in blocks. */
  readonly images: TerminalImages | null;
}

/** The range of values that the colours represent: −end … end, or 0 … end. */
export interface Scale {
  readonly end: number;
  readonly signed: boolean;
}

const SIMILARITIES: Scale = { end: 1, signed: true };

/** The highlighting of a cell: an anchor's positive, shown `[0.9]`, or its closest negative, shown `0.3*`. */
export type Mark = "positive" | "closest" | null;

const ROWS_SHOWN = 24;
const EDGE_ROWS = 5;

/** Returns a window for the part of a matrix that fits a table of this width; it is filled from the tiles. */
export function windowOf(head: MatrixHead, options: TableOptions): MatrixWindow {
  const { rows, columns } = head;
  const { full, width, height, heatmap, precision } = options;
  const blocks = heatmap ? blockLayout(head, options) : null;
  if (full) return new MatrixWindow(spanOf(rows, rows), spanOf(columns, columns), blocks);
  const minCellWidth = GAP.length + 2 + precision;
  const rowSpan = heatmap ? spanOf(rows, height) : rowsShown(rows, false);
  return new MatrixWindow(rowSpan, spanOf(columns, Math.floor(width / minCellWidth)), blocks);
}

/** Returns the rows that a table shows: all, or the first and last few. */
export function rowsShown(rows: number, full: boolean): Span {
  return full ? spanOf(rows, rows) : edges(rows, ROWS_SHOWN, EDGE_ROWS);
}

/**
 * Returns the lines of a matrix: a header, then one line per row. Values are coloured by size; a heatmap colours the
 * background.
 *
 * @param colored whether values are similarities, on the fixed scale −1 … 1.
 * @param scale the range of values that the colours of a heatmap represent.
 */
export function gridLines(
  head: MatrixHead,
  window: MatrixWindow,
  options: TableOptions,
  colored: boolean,
  mark: ((row: number, column: number) => Mark) | null = null,
  scale: Scale = SIMILARITIES,
): string[] {
  const { textWidth, paint, precision, heatmap } = options;
  const number = numberFormat(precision, "nan");
  const rows = indicesOf(window.rows);
  const rowLabels = new Map(rows.map((i) => [i, i === null ? "…" : labelOf(head.rowIds, i, ROW_LABEL, options)]));
  const labelWidth = widest(rowLabels.values(), textWidth);
  const room = options.full ? Number.POSITIVE_INFINITY : options.width - labelWidth - (heatmap ? 1 : 0);

  const shown = indicesOf(window.columns).filter((j) => j !== null);
  function* texts(): Generator<string> {
    for (const i of rows) {
      if (i !== null) for (const j of shown) yield marked(number(window.at(i, j)), mark?.(i, j) ?? null, mark);
    }
  }
  const cellWidth = widest(texts(), (text) => text.length);
  const columnLabels = new Map(shown.map((j) => [j, labelOf(head.columnIds, j, COLUMN_LABEL, options)]));
  const columnWidth = Math.max(cellWidth, widest(columnLabels.values(), textWidth));
  const { blocks } = window;
  if (blocks && (!blocks.isWhole || head.columns * (columnWidth + GAP.length) > room)) {
    const { image } = blocks;
    const { images } = options;
    if (image && images) {
      const lines = imageLines(head, blocks.grid, image, images, rowLabels, options, scale);
      return [...lines, legend(images.paint, scale)];
    }
    return [...blockLines(head, blocks, rowLabels, options, scale), legend(paint, scale)];
  }

  const fitting = narrow(window.columns, Math.floor(room / (columnWidth + GAP.length)));
  const columns = indicesOf(fitting);
  const header = columns.map((j) =>
    j === null ? `${GAP}…` : GAP + padStart(columnLabels.get(j) ?? "", columnWidth, textWidth),
  );
  const lines = [paint.dim(" ".repeat(labelWidth) + header.join(""))];
  for (const i of rows) {
    const label = paint.dim(padEnd(rowLabels.get(i) ?? "", labelWidth, textWidth));
    const cells = columns.map((j) => {
      if (j === null) return `${GAP}…`;
      if (i === null) return GAP + "…".padStart(columnWidth);
      const value = window.at(i, j);
      const kind = mark?.(i, j) ?? null;
      const text = marked(number(value), kind, mark).padStart(columnWidth);
      if (heatmap) return paint.heat(`${text} `.padStart(columnWidth + GAP.length), value / scale.end, scale.signed);
      const inked = colored ? paint.value(text, value) : text;
      return GAP + (kind ? paint.bold(inked) : inked);
    });
    lines.push(label + (heatmap ? " " : "") + cells.join(""));
  }
  if (heatmap) lines.push("", legend(paint, scale));
  return lines;
}

function legend(paint: Paint, { end, signed }: Scale): string {
  const [low, high] = [signed ? -end : 0, end].map((value) => String(Number(value.toPrecision(4))));
  if (paint.level === 0) return `${low} ${(signed ? SIGNS : SIGNS_FROM_ZERO).join("")} ${high}`;
  const steps = Array.from({ length: 21 }, (_, i) => paint.heat(" ", signed ? (i - 10) / 10 : i / 20, signed));
  return `${paint.dim(low)} ${steps.join("")} ${paint.dim(high)}`;
}

function marked(text: string, kind: Mark, mark: unknown): string {
  if (!mark) return text;
  return kind === "positive" ? `[${text}]` : kind === "closest" ? `${text}*` : `${text} `;
}

/** Returns the columns of the window that fit `room`. */
function narrow(kept: Span, room: number): Span {
  const span = spanOf(kept.total, room);
  const shown = kept.head + kept.tail;
  return shown === kept.total || span.head + span.tail < shown ? span : kept;
}
