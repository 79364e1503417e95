import { isUtf8 } from "node:buffer";
import { DataError } from "../../core/errors.js";
import type { ByteReader } from "../../input/byte-reader.js";
import { shapeText } from "../array-choice.js";
import { MAX_SAFETENSORS_HEADER } from "../first-bytes.js";
import { bitsOf } from "./safetensors-types.js";

/** An array in a safetensors file. */
export interface Tensor {
  readonly name: string;
  /** The type of the items, such as `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Offsets of the first byte, and of the byte after the last, counted from the end of the header. */
  readonly start: number;
  readonly end: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly tensors: readonly Tensor[];
  /** The texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

const LENGTH_BYTES = 8;
const METADATA = "__metadata__";

/**
 * Reads the header of a safetensors file, up to the first byte of the arrays, and checks it as the Rust library does: the arrays cover
 * all bytes after the header, without gaps, and each has the bytes of its shape.
 *
 * @see https://github.com/huggingface/safetensors#format
 * @throws {DataError} for an invalid header, and a file of another size.
 */
export async function readSafetensorsHeader(reader: ByteReader): Promise<SafetensorsHeader> {
  const { name, size } = reader;
  const length = Buffer.from(await reader.take(LENGTH_BYTES)).readBigUInt64LE();
  if (length < 2 || length > MAX_SAFETENSORS_HEADER) {
    const expected = `a header of 2 to ${MAX_SAFETENSORS_HEADER} bytes`;
    throw new DataError(`${name}: expected ${expected}, found the length ${length} at byte offset 0`);
  }
  const members = membersOf(name, await reader.take(Number(length)));
  const tensors = tensorsOf(members, name);
  const end = tensors.at(-1)?.end ?? 0;
  if (size !== null && size - reader.offset !== end) {
    const expected = `${end} bytes of arrays from byte offset ${reader.offset} on`;
    throw new DataError(`${name}: expected ${expected}, found ${size - reader.offset}`, "was the file cut short?");
  }
  return { tensors, metadata: metadataOf(members[METADATA], name) };
}

type Members = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function membersOf(name: string, bytes: Uint8Array): Members {
  const error = (found: string) =>
    new DataError(`${name}: expected a header in JSON at byte offset ${LENGTH_BYTES}, found ${found}`);
  if (!isUtf8(bytes)) throw error("bytes that are not UTF-8");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  if (!text.startsWith("{")) throw error(JSON.stringify(text.slice(0, 20)));
  try {
    return JSON.parse(text) as Members;
  } catch (cause) {
    throw error(`invalid JSON (${(cause as Error).message.slice(0, 120)})`);
  }
}

function metadataOf(value: unknown, name: string): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  const entries = isObject(value) ? Object.entries(value) : null;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === "string")) return new Map(entries);
  throw new DataError(`${name}: expected only texts in ${METADATA}, found other values`);
}

/** Returns the arrays in the order of their bytes. */
function tensorsOf(members: Members, file: string): Tensor[] {
  const tensors: Tensor[] = [];
  for (const [name, value] of Object.entries(members)) {
    if (name !== METADATA) tensors.push(tensorOf(name, value, file));
  }
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  let start = 0;
  for (const tensor of tensors) {
    const place = placeOf(file, tensor.name);
    if (tensor.start !== start) {
      throw new DataError(`${place}: expected data_offsets from ${start} on, without a gap, found ${tensor.start}`);
    }
    const bytes = byteCount(tensor);
    start = tensor.end;
    if (bytes !== null && tensor.end - tensor.start !== bytes) {
      const expected = `${bytes} bytes for ${shapeText(tensor)}`;
      throw new DataError(`${place}: expected ${expected}, found data_offsets of ${tensor.end - tensor.start}`);
    }
  }
  return tensors;
}

function tensorOf(name: string, value: unknown, file: string): Tensor {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype === "string" && areSizes(shape) && areSizes(offsets) && offsets.length === 2) {
    const [start, end] = offsets;
    if (start <= end) return { name, dtype, shape, start, end };
  }
  const found = (JSON.stringify(value) ?? "").slice(0, 80);
  throw new DataError(`${placeOf(file, name)}: expected dtype, shape and data_offsets, found ${found}`);
}

function areSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Returns the bytes of a shape; null for an unknown type. */
function byteCount({ dtype, shape }: Tensor): number | null {
  const bits = bitsOf(dtype);
  return bits === null ? null : shape.reduce((product, size) => product * size, bits / 8);
}

const placeOf = (file: string, name: string) => `${file}: array ${JSON.stringify(name.slice(0, 80))}`;
