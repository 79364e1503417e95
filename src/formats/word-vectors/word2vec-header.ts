/** The first line of word2vec's text and binary formats. */
export interface Word2vecHeader {
  /** Length of the line in bytes. */
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** Maximum length of a header. */
export const HEADER_BYTES = 32;
const HEADER = /^(\d{1,12}) (\d{1,9}) ?\r?\n/;

/** Parses the header at the start of a file; null if there is none. */
export function headerOf(head: Uint8Array): Word2vecHeader | null {
  const [line, rows, columns] = HEADER.exec(Buffer.from(head.subarray(0, HEADER_BYTES)).toString("latin1")) ?? [];
  return line === undefined ? null : { bytes: line.length, rows: Number(rows), columns: Number(columns) };
}

/**
 * Returns whether a file is in word2vec's binary format: a header, a word, a space, and then control characters, which
 * text does not contain.
 */
export function isWord2vecBin(head: Uint8Array): boolean {
  const header = headerOf(head);
  if (!header) return false;
  const entry = head.subarray(header.bytes);
  const wordEnd = entry.indexOf(0x20);
  return wordEnd > 0 && !entry.subarray(0, wordEnd).some(isControl) && entry.subarray(wordEnd).some(isControl);
}

const isControl = (byte: number) => byte < 0x09 || (byte > 0x0d && byte < 0x20);
