import { isUtf8 } from "node:buffer";
import { basename } from "node:path";
import { DataError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";

/**
 * Passes bytes through and checks that they are UTF-8 text.
 *
 * @param start the offset of the first byte in the text.
 * @throws {DataError} naming the offset (from 0, of the decompressed bytes) of the first NUL byte or the first byte
 * that is not UTF-8.
 */
export async function* textBytes(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  start = 0,
): AsyncGenerator<Uint8Array> {
  let offset = start;
  let carry: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const text = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    // The first bytes are checked together, because they show the encoding.
    if (offset === start && text.length < WIDE_SAMPLE) {
      carry = text;
      continue;
    }
    const whole = text.subarray(0, text.length - unfinishedBytes(text));
    check(name, whole, offset);
    offset += whole.length;
    carry = text.slice(whole.length);
    if (whole.length > 0) yield whole;
  }
  check(name, carry, offset);
  if (carry.length > 0) yield carry;
}

function check(name: string, bytes: Uint8Array, offset: number): void {
  const nul = bytes.indexOf(0);
  if (nul < 0 && isUtf8(bytes)) return;
  const wide = offset === 0 ? wideEncoding(bytes) : null;
  if (wide) {
    throw new DataError(
      `${name}: expected UTF-8 text, found ${wide.toUpperCase()} at byte offset 0`,
      iconv(name, wide),
    );
  }
  const invalid = firstInvalidByte(bytes);
  if (nul >= 0 && nul <= invalid) {
    throw new DataError(
      `${name}: expected text, found a NUL byte at byte offset ${offset + nul}`,
      "is it a binary file? --input-format names its format",
    );
  }
  const hex = (bytes[invalid] ?? 0).toString(16).padStart(2, "0");
  const isText = bytes.subarray(0, 4096).every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  throw new DataError(
    `${name}: expected UTF-8 text, found byte 0x${hex} at byte offset ${offset + invalid}`,
    isText
      ? `if it is Windows-1252 or Latin-1: ${iconv(name, "windows-1252")}`
      : "is it a binary file? --input-format names its format",
  );
}

/** Returns the command that converts a file to UTF-8. */
function iconv(name: string, encoding: string): string {
  const command = `iconv -f ${encoding} -t utf-8`;
  return name === "stdin"
    ? `put this before simcli in the pipe: ${command}`
    : `${command} ${shellWord(name)} > ${shellWord(`utf8-${basename(name)}`)}`;
}

/** Byte order marks of unsupported encodings. UTF-32 comes first: its marks start with those of UTF-16. */
const WIDE_ENCODINGS = [
  { name: "utf-32", marks: [Uint8Array.of(0xff, 0xfe, 0, 0), Uint8Array.of(0, 0, 0xfe, 0xff)] },
  { name: "utf-16", marks: [Uint8Array.of(0xff, 0xfe), Uint8Array.of(0xfe, 0xff)] },
];

const WIDE_SAMPLE = 64;

/** Returns the encoding of text of two or four bytes per character, by its byte order mark or its NUL bytes. */
function wideEncoding(bytes: Uint8Array): string | null {
  const marked = WIDE_ENCODINGS.find(({ marks }) => marks.some((mark) => startsWith(bytes, mark)));
  if (marked) return marked.name;
  const sample = bytes.subarray(0, WIDE_SAMPLE);
  const nulsAt = (parity: number) => sample.every((byte, i) => i % 2 !== parity || byte === 0);
  const textAt = (parity: number) => sample.every((byte, i) => i % 2 !== parity || byte !== 0);
  if (sample.length < 4) return null;
  if (nulsAt(1) && textAt(0)) return "utf-16le";
  return nulsAt(0) && textAt(1) ? "utf-16be" : null;
}

const startsWith = (bytes: Uint8Array, mark: Uint8Array) => mark.every((byte, i) => bytes[i] === byte);

/** Returns the number of bytes at the end (0 to 3) of a character that the next chunk may complete. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < characterLength(byte) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

const characterLength = (first: number) => (first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);

function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : characterLength(first);
    if (first >= 0x80 && !(length > 1 && isUtf8(bytes.subarray(at, at + length)))) return at;
    at += length;
  }
  return bytes.length;
}
