/** Blanks that csv-parse trims off a cell, though they are no part of a number: all but spaces and tabs. */
const OTHER_BLANK = /[^\S \t\r\n]/g;
/** Text holds none (see `encoding.ts`), and csv-parse takes it for any other character. */
const GUARD = "\0";

/**
 * The same text with every other blank guarded from csv-parse; the mark at the start of a file stays what it is.
 *
 * @param chunk whole characters.
 */
export function guardBlanks(chunk: Uint8Array, isFirst: boolean): Uint8Array {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("utf8");
  const mark = isFirst && text.startsWith("\uFEFF") ? 1 : 0;
  if (text.slice(mark).search(OTHER_BLANK) < 0) return chunk;
  return Buffer.from(text.slice(0, mark) + text.slice(mark).replace(OTHER_BLANK, `${GUARD}$&${GUARD}`));
}

/** A cell as it stood in the file. */
export function withoutGuards(cell: string): string {
  return cell.includes(GUARD) ? cell.replaceAll(GUARD, "") : cell;
}

/** A cell without the spaces and tabs around it. */
export function trimBlanks(cell: string): string {
  let [start, end] = [0, cell.length];
  while (isBlank(cell[start])) start++;
  while (end > start && isBlank(cell[end - 1])) end--;
  return cell.slice(start, end);
}

const isBlank = (character: string | undefined) => character === " " || character === "\t";
