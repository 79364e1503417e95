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

/**
 * Shortens `text` to at most `width` columns with `…`: at the end if it has blanks, otherwise in the middle, because ids and paths
 * often differ only at their end.
 */
export function truncate(text: string, width: number, textWidth: TextWidth): string {
  if (textWidth(text) <= width) return text;
  const room = Math.max(0, width - 1);
  const tail = /\s/.test(text) ? 0 : Math.ceil(room / 2);
  // Far more than fits: a character may have several code points.
  const last = Array.from(charactersOf(text.slice(-MOST_POINTS * width))).reverse();
  const end = fitting(last, tail, textWidth).reverse().join("");
  const start = fitting(charactersOf(text), room - textWidth(end), textWidth).join("");
  return `${start}…${end}`;
}

const MOST_POINTS = 32;

let segmenter: Intl.Segmenter | undefined;

function* charactersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Returns the first characters that fit in `room` columns. */
function fitting(characters: Iterable<string>, room: number, textWidth: TextWidth): string[] {
  const fit: string[] = [];
  for (const character of characters) {
    if (textWidth(fit.join("") + character) > room) break;
    fit.push(character);
  }
  return fit;
}

/** Pads `text` with spaces on the left to `width` columns. */
export function padStart(text: string, width: number, textWidth: TextWidth): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Pads `text` with spaces on the right to `width` columns. */
export function padEnd(text: string, width: number, textWidth: TextWidth): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
