// Control characters, format characters (which hide or reorder text), line and paragraph separators and lone
// surrogates, but not the joiner in emoji.
const UNSAFE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Escapes characters of input text that would control the terminal.
 *
 * @example escapeControls("a\x1b[31m") // "a\\x1b[31m"
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });
}

/** Escapes text for a Markdown table cell: no markup, no HTML, no end of the cell. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\|`*_[\]~#$!]/g, (character) => `\\${character}`);
}

/** Quotes a field of delimited text if the grammar requires it (RFC 4180). */
export function quoteField(text: string, delimiter: string): string {
  const plain = !text.includes(delimiter) && !/["\r\n]|^\s|\s$|^# /.test(text) && text !== "";
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}

// Characters that JSON allows unescaped, but that control a terminal or are invisible.
const UNSAFE_IN_JSON = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Formats any value but a number as JSON. */
export function jsonString(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE_IN_JSON, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
