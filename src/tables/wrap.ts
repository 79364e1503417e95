import type { TextWidth } from "../output/width.js";

/** The separator of parts in a line. */
export const PART_GAP = "   ";

/**
 * Joins parts into lines of at most `width` columns; no part is broken.
 *
 * @param textWidth measures text without colour escapes.
 */
export function wrapParts(
  parts: readonly string[],
  { width, textWidth }: { readonly width: number; readonly textWidth: TextWidth },
): string[] {
  const lines: string[] = [];
  let left = 0;
  for (const part of parts) {
    const taken = textWidth(plain(part));
    if (lines.length > 0 && PART_GAP.length + taken <= left) {
      lines[lines.length - 1] += PART_GAP + part;
      left -= PART_GAP.length + taken;
    } else {
      lines.push(part);
      left = width - taken;
    }
  }
  return lines;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes for colour begin with one
const plain = (text: string) => text.replace(/\x1b\[[\d;]*m/g, "");
