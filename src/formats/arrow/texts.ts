import type { Buffers } from "./buffers.js";
import { type DataType, TYPE } from "./metadata.js";
import type { Region, Slot } from "./slots.js";
import { textOf } from "./values.js";

/** Length of a view: a length, and either up to 12 bytes or a prefix, a buffer and an offset. */
const VIEW_BYTES = 16;
const INLINE_BYTES = 12;
/** Texts may share bytes: limit on their total length, or this multiple of the bytes if it is larger. */
const SHARED_BYTES = 1 << 26;
const SHARED_TIMES = 64;

/**
 * Returns texts, which must not be null.
 *
 * @throws {DataError} for texts outside the buffers, or not in UTF-8.
 * @see https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-layout
 */
export async function readTexts(
  type: DataType,
  slot: Slot,
  buffers: Buffers,
  from: number,
  count: number,
): Promise<string[]> {
  return type.id === TYPE.textView
    ? viewTexts(slot, buffers, from, count)
    : offsetTexts(type.id === TYPE.largeText, slot, buffers, from, count);
}

async function offsetTexts(
  isLarge: boolean,
  { buffers: [, offsets, data] }: Slot,
  buffers: Buffers,
  from: number,
  count: number,
): Promise<string[]> {
  const width = isLarge ? 8 : 4;
  const { buffer } = await buffers.read(offsets, from * width, (count + 1) * width);
  const ends = isLarge ? Float64Array.from(new BigInt64Array(buffer), Number) : new Int32Array(buffer);
  for (let i = 0; i < count; i++) {
    if (!(ends[i] >= 0 && ends[i] <= ends[i + 1])) throw buffers.damage(offsets, "texts that are not in order");
  }
  const bytes = await buffers.read(data, ends[0], ends[count] - ends[0]);
  return buffers.decode(data, () =>
    Array.from({ length: count }, (_, i) => textOf(bytes.subarray(ends[i] - ends[0], ends[i + 1] - ends[0]))),
  );
}

async function viewTexts(
  { buffers: [, views, ...data] }: Slot,
  buffers: Buffers,
  from: number,
  count: number,
): Promise<string[]> {
  const bytes = await buffers.read(views, from * VIEW_BYTES, count * VIEW_BYTES);
  const view = new DataView(bytes.buffer);
  const whole = new Map<number, Uint8Array>();
  let [total, size] = [0, 0];
  const bytesOf = async (at: number, length: number): Promise<Uint8Array> => {
    if (length <= INLINE_BYTES) return bytes.subarray(at + 4, at + 4 + length);
    const [index, start] = [view.getInt32(at + 8, true), view.getInt32(at + 12, true)];
    const region: Region | undefined = data[index];
    if (!region) throw buffers.damage(views, `no buffer ${index} of texts`);
    let stored = whole.get(index);
    if (!stored) {
      stored = await buffers.all(region);
      whole.set(index, stored);
      size += stored.length;
    }
    total += length;
    if (start < 0 || start + length > stored.length) throw buffers.damage(views, "a text outside its buffer");
    if (total > Math.max(SHARED_BYTES, SHARED_TIMES * size))
      throw buffers.damage(views, "texts that share their bytes");
    return stored.subarray(start, start + length);
  };
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * VIEW_BYTES;
    const length = view.getInt32(at, true);
    if (length < 0) throw buffers.damage(views, `a text of ${length} bytes`);
    const text = await bytesOf(at, length);
    texts.push(buffers.decode(views, () => textOf(text)));
  }
  return texts;
}
