// An array of something other than bare numbers, or of numbers with commas; what a blank follows may be a word of GloVe.
const JSON_ARRAY =
  /^\[\s*(?:\[\s*)*(?:["\]]|\{\s*(?:["}]|$)|-?\d[\d.eE+-]*\s*(?:[,\]]|$)|(?:NaN|null|-?Infinity)\s*[,\]]|$)/;
const JSON_OBJECT = /^\{\s*(?:["}]|$)/;

/** Whether the first bytes of a file are JSON: an array or an object, not a text that begins with a bracket. */
export function looksLikeJson(head: Uint8Array): boolean {
  const text = textOf(head).trimStart();
  return JSON_ARRAY.test(text) || JSON_OBJECT.test(text);
}

const textOf = (head: Uint8Array) => new TextDecoder().decode(head);
