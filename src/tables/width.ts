/** The number of terminal columns that a text takes. */
export type TextWidth = (text: string) => number;

/**
 * How to measure texts such as these. string-width, which knows wide characters and emoji, takes 40 ms to load:
 * only texts beyond ASCII need it.
 */
export async function widthOf(texts: Iterable<string>): Promise<TextWidth> {
  for (const text of texts) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
    if (!/^[\x00-\x7f]*$/.test(text)) return (await import("string-width")).default;
  }
  return (text) => text.length;
}

/** The width of the widest text; of any number of them, as arguments of a call are not. */
export function widest(texts: Iterable<string>, textWidth: TextWidth): number {
  let width = 0;
  for (const text of texts) width = Math.max(width, textWidth(text));
  return width;
}

/** `text`, cut with `…` so that it takes at most `width` columns. */
export function truncate(text: string, width: number, textWidth: TextWidth): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (textWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** `text` with blanks before it, so that it takes `width` columns. */
export function padStart(text: string, width: number, textWidth: TextWidth): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

/** `text` with blanks behind it, so that it takes `width` columns. */
export function padEnd(text: string, width: number, textWidth: TextWidth): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
