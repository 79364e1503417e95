// Controls, format characters (which hide or reorder text), separators of lines and paragraphs, lone surrogates;
// not the joiner inside emoji.
const UNSAFE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from a file as a terminal may show it: characters that would act instead of showing are spelled out.
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

/** Text as a Markdown table cell shows it: no markup, no HTML, no end of the cell. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\|`*_[\]~#$!]/g, (character) => `\\${character}`);
}

/** A field of delimited text, in quotes where the grammar asks for them (RFC 4180). */
export function quoteField(text: string, delimiter: string): string {
  const plain = !text.includes(delimiter) && !/["\r\n]|^\s|\s$|^# /.test(text) && text !== "";
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
