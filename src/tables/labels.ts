import { escapeControls } from "../output/escape.js";
import { truncate } from "../output/width.js";
import type { TableOptions } from "./grid.js";

/** Maximum width of a label: in columns, and as a fraction 1/share of the terminal width. */
export const ROW_LABEL = { maxWidth: 20, share: 4 };
export const COLUMN_LABEL = { maxWidth: 12, share: 6 };

/** Returns the label of a row or column: its id, cut to the maximum width, or its number. */
export function labelOf(
  ids: readonly string[] | null,
  i: number,
  { maxWidth, share }: typeof ROW_LABEL,
  { full, width, textWidth }: TableOptions,
): string {
  if (!ids) return String(i);
  return truncate(escapeControls(ids[i]), full ? maxWidth : Math.min(maxWidth, Math.floor(width / share)), textWidth);
}
