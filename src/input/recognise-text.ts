// An array of anything but numbers, or of numbers with commas. A bracket followed by a blank may be a word of GloVe.
// Literals of Python are recognised, too, for a better error.
const JSON_ARRAY =
  /^\[\s*(?:[[{"\]]|'[^']*',|\([-\d'"(]|-?\d[\d.eE+-]*\s*(?:[,\]]|$)|(?:NaN|null|-?Infinity|None|-?nan|-?inf)\s*[,\]]|$)/;
const JSON_OBJECT = /^\{\s*(?:["}]|'[^']*':|\d+\s*:|$)/;

/**
 * Returns whether the first bytes of a file are a JSON array or object, rather than text that begins with a bracket.
 */
export function looksLikeJson(head: Uint8Array): boolean {
  const text = textOf(head).trimStart();
  return JSON_ARRAY.test(text) || JSON_OBJECT.test(text);
}

/**
 * Decodes the first bytes of a file without a byte order mark. Does not use TextDecoder, which takes a millisecond to
 * load.
 */
export function textOf(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
