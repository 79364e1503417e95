import { DataError } from "../errors.js";
import type { ByteReader } from "./byte-reader.js";
import { readNpyHeader } from "./npy-header.js";
import { itemType } from "./npy-items.js";

/**
 * Reads a NumPy array of one dimension as texts, such as ids: of type U (UTF-32), S (bytes), or whole numbers.
 *
 * @throws {DataError} for another type or shape.
 */
export async function readNpyTexts(reader: ByteReader): Promise<string[]> {
  const { descr, shape } = await readNpyHeader(reader);
  const [, order, kind, width] = /^([<>|=])([US])(\d{1,6})$/.exec(descr) ?? [];
  const type = itemType(descr);
  if (shape.length !== 1 || (!kind && !type)) {
    const found = `"${descr}" of the shape (${shape.join(", ")})`;
    throw new DataError(`${reader.name}: expected ids as texts or whole numbers in one dimension, found ${found}`);
  }
  const itemBytes = kind === "U" ? 4 * Number(width) : kind ? Number(width) : (type?.bytes ?? 0);
  const bytes = Buffer.from(await reader.take(shape[0] * itemBytes));
  if (type) {
    const places = { name: reader.name, columns: 1, firstRow: 0 };
    return Array.from(type.numbers(new Uint8Array(bytes), places), String);
  }
  if (order === ">") bytes.swap32();
  return Array.from({ length: shape[0] }, (_, i) => {
    const item = bytes.subarray(i * itemBytes, (i + 1) * itemBytes);
    return (kind === "U" ? fromCodePoints(item) : item.toString("utf8")).replace(/\0+$/, "");
  });
}

function fromCodePoints(item: Buffer): string {
  let text = "";
  for (let at = 0; at < item.length; at += 4) {
    const code = item.readUInt32LE(at);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "\uFFFD";
  }
  return text;
}
