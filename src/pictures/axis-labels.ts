import stringWidth from "string-width";
import { escapeControls } from "../output/escape.js";
import { truncate, widest } from "../output/width.js";
import { roundTicks } from "./ticks.js";

/** Up to this number of rows or columns, each has its name. */
const ALL_NAMED = 60;
const LABEL_WIDTH = 24;
/** Height of a line of text, in pixels. */
const LINE = 12;

/** A text at an axis. */
export interface Label {
  readonly text: string;
  /** Its place along the axis, in pixels. */
  readonly at: number;
}

/** Returns the names of all cells along an axis of `length` pixels, or the numbers of some if there are many. */
export function labelsOf(ids: readonly string[] | null, count: number, length: number): Label[] {
  if (count <= ALL_NAMED) {
    const cell = length / count;
    const all = Array.from({ length: count }, (_, i) => ({
      text: shortened(ids?.[i] ?? String(i), LABEL_WIDTH),
      at: (i + 0.5) * cell,
    }));
    return cell >= LINE ? all : all.filter((_, i) => i % Math.ceil(LINE / cell) === 0);
  }
  return roundTicks(0, count - 1, 6).map((index) => ({ text: String(index), at: ((index + 0.5) / count) * length }));
}

/** Returns the width of the widest text, in characters. */
export const textWidth = (texts: readonly string[]): number => widest(texts, stringWidth);

/** Makes control characters visible, and cuts a text to a width with `…`. */
export const shortened = (text: string, width: number): string => truncate(escapeControls(text), width, stringWidth);
