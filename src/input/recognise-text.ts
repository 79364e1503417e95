// An array of something other than bare numbers, or of numbers with commas; what a blank follows may be a word of GloVe.
const JSON_ARRAY = /^\[\s*(?:[[{"\]]|-?\d[\d.eE+-]*\s*(?:[,\]]|$)|(?:NaN|null|-?Infinity)\s*[,\]]|$)/;
const JSON_OBJECT = /^\{\s*(?:["}]|$)/;

/** Whether the first bytes of a file are JSON: an array or an object, not a text that begins with a bracket. */
export function looksLikeJson(head: Uint8Array): boolean {
  const text = textOf(head).trimStart();
  return JSON_ARRAY.test(text) || JSON_OBJECT.test(text);
}

/** The text of the first bytes of a file, without a byte order mark; to load a TextDecoder takes a millisecond. */
export function textOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
