/** Whitespace that csv-parse trims from a cell although numbers may not contain it: all but spaces and tabs. */
const OTHER_BLANK = /[^\S \t\r\n]/g;
/** Text contains no NUL (see `encoding.ts`), and csv-parse treats it as an ordinary character. */
const GUARD = "\0";

/**
 * Protects whitespace other than spaces and tabs from csv-parse; a byte order mark at the start of the file is left
 * alone.
 *
 * @param chunk whole characters.
 */
export function guardBlanks(chunk: Uint8Array, isFirst: boolean): Uint8Array {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("utf8");
  const mark = isFirst && text.startsWith("\uFEFF") ? 1 : 0;
  if (text.slice(mark).search(OTHER_BLANK) < 0) return chunk;
  return Buffer.from(text.slice(0, mark) + text.slice(mark).replace(OTHER_BLANK, `${GUARD}$&${GUARD}`));
}

/** Undoes {@link guardBlanks} for a cell. */
export function withoutGuards(cell: string): string {
  return cell.includes(GUARD) ? cell.replaceAll(GUARD, "") : cell;
}

/** Removes spaces and tabs around a cell. */
export function trimBlanks(cell: string): string {
  let [start, end] = [0, cell.length];
  while (isBlank(cell[start])) start++;
  while (end > start && isBlank(cell[end - 1])) end--;
  return cell.slice(start, end);
}

const isBlank = (character: string | undefined) => character === " " || character === "\t";
