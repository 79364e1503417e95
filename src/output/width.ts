/** Returns the number of terminal columns of a text. */
export type TextWidth = (text: string) => number;

/**
 * Returns a function that measures these texts. Loads string-width only for non-ASCII texts, because it takes 40 ms.
 */
export async function widthOf(texts: Iterable<string>): Promise<TextWidth> {
  for (const text of texts) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
    if (!/^[\x00-\x7f]*$/.test(text)) return (await import("string-width")).default;
  }
  return (text) => text.length;
}

/** Returns the width of the widest text. Takes an iterable: `Math.max(...)` fails for too many arguments. */
export function widest(texts: Iterable<string>, textWidth: TextWidth): number {
  let width = 0;
  for (const text of texts) width = Math.max(width, textWidth(text));
  return width;
}

/** Shortens `text` to at most `width` columns, with `…` at the end. */
export function truncate(text: string, width: number, textWidth: TextWidth): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (textWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Pads `text` with spaces on the left to `width` columns. */
export function padStart(text: string, width: number, textWidth: TextWidth): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Pads `text` with spaces on the right to `width` columns. */
export function padEnd(text: string, width: number, textWidth: TextWidth): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
