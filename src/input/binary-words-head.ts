/** The line that word2vec's binary vectors begin with: how many words there are, and how many components each has. */
export const COUNTS = /^(\d{1,15}) (\d{1,6})\n/;
export const LONGEST_COUNTS = 24;

const BLANK = 0x20;

/** Whether the first bytes of a file are word2vec's binary vectors: a line of two counts, a word, then no text. */
export function looksLikeBinaryWords(head: Uint8Array): boolean {
  const counts = COUNTS.exec(Buffer.from(head.subarray(0, LONGEST_COUNTS)).toString("latin1"));
  if (!counts) return false;
  const numbers = head.indexOf(BLANK, counts[0].length) + 1;
  if (numbers === 0) return false;
  // Some byte of a float is a control, or belongs to no character; text has neither.
  const sample = head.subarray(numbers, numbers + 4 * Number(counts[2]));
  return sample.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte)) || !isText(sample);
}

function isText(bytes: Uint8Array): boolean {
  return !new TextDecoder().decode(bytes).slice(0, -1).includes("\uFFFD");
}
