import { isUtf8 } from "node:buffer";
import { DataError } from "../../core/errors.js";
import { ByteReader } from "../../input/byte-reader.js";
import type { Source } from "../../input/source.js";
import { readNpyHeader } from "./npy-header.js";
import { swapBytes } from "./npy-items.js";
import { textsFilter } from "./npy-refusals.js";

/**
 * Reads a one-dimensional NumPy array of strings or integers as text: ids or labels.
 *
 * @throws {DataError} for any other array.
 */
export async function readNpyTexts(source: Source): Promise<string[]> {
  const reader = await ByteReader.open(source);
  const { name } = reader;
  try {
    const { descr, shape } = await readNpyHeader(reader);
    const [, order, kind, digits] = /^([<>|=])([USiu])(\d{1,9})$/.exec(descr) ?? [];
    const width = Number(digits) * (kind === "U" ? 4 : 1);
    const isInteger = kind === "i" || kind === "u";
    if (!(width > 0) || shape.length !== 1 || (isInteger && ![1, 2, 4, 8].includes(width))) {
      const found = `${descr.slice(0, 40)} of the shape (${shape.join(", ")})`;
      const message = `${name}: expected a row of texts or whole numbers, found ${found}`;
      throw new DataError(message, ...textsFilter(descr, source));
    }
    const texts: string[] = [];
    for (let i = 0; i < shape[0]; i++) {
      const { offset } = reader;
      const bytes = Buffer.from(await reader.take(width));
      if (order === ">" && kind !== "S") swapBytes(bytes, isInteger ? width : 4);
      const text = isInteger ? integerText(bytes, kind === "i") : kind === "U" ? fromUtf32(bytes) : fromBytes(bytes);
      if (text === null) throw new DataError(`${name}: expected text at byte offset ${offset}, found other bytes`);
      texts.push(text);
    }
    return texts;
  } finally {
    await reader.close();
  }
}

function integerText(bytes: Buffer, isSigned: boolean): string {
  if (bytes.length === 8) return String(isSigned ? bytes.readBigInt64LE(0) : bytes.readBigUInt64LE(0));
  return String(isSigned ? bytes.readIntLE(0, bytes.length) : bytes.readUIntLE(0, bytes.length));
}

/** Decodes UTF-32 without the zeros at its end; null for an invalid code point. */
function fromUtf32(bytes: Buffer): string | null {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32LE(at);
    if (point > 0x10ffff) return null;
    text += String.fromCodePoint(point);
  }
  return text.replace(/\0+$/, "");
}

function fromBytes(bytes: Buffer): string | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return isUtf8(bytes.subarray(0, end)) ? bytes.toString("utf8", 0, end) : null;
}
