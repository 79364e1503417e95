import type { PageHeader } from "hyparquet";
import { unpackPage } from "./codec.js";
import { HybridReader } from "./hybrid.js";
import type { Column } from "./schema.js";
import { storedValues } from "./stored.js";
import type { Take } from "./stored-bytes.js";
import type { ValueDecoder } from "./values.js";

/** A page as stored in the file. */
export interface PackedPage {
  readonly header: PageHeader;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly codec: string;
  /** The location of the page, for messages. */
  readonly place: string;
  /** The name of the file, for messages. */
  readonly file: string;
}

/** The levels of a page, one per value, and the bytes of the values. */
export interface OpenPage {
  readonly count: number;
  readonly encoding: string;
  /** 0 where a row begins, 1 where its list continues; null if there are no lists. */
  readonly repetitions: HybridReader | null;
  /** Definition levels; null if no value can be missing. */
  readonly definitions: HybridReader | null;
  readonly rest: Uint8Array<ArrayBuffer>;
}

/**
 * Decompresses a data page; levels are decoded on demand.
 *
 * @throws {RangeError} for truncated levels.
 */
export function openPage(page: PackedPage, column: Column): OpenPage {
  const { header, bytes, codec, file } = page;
  const size = header.uncompressed_page_size;
  const first = header.data_page_header;
  const second = header.data_page_header_v2;
  const count = expectCount((first ?? second)?.num_values);
  const encoding = (first ?? second)?.encoding ?? "";
  const levels = (part: Uint8Array | null, highest: number) =>
    part && new HybridReader(part, 32 - Math.clz32(highest), count);
  const isOptional = column.valueLevel > 0;
  if (first) {
    // In version 1, each block of levels follows its length.
    let rest = unpackPage(bytes, codec, size, file);
    const part = (isPresent: boolean) => {
      if (!isPresent) return null;
      const length = Buffer.from(rest.buffer, rest.byteOffset, rest.length).readUInt32LE(0);
      if (length > rest.length - 4) throw new RangeError("levels are not whole");
      const taken = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      return taken;
    };
    const [repetitions, definitions] = [part(column.isList), part(isOptional)];
    return {
      count,
      encoding,
      repetitions: levels(repetitions, 1),
      definitions: levels(definitions, column.valueLevel),
      rest,
    };
  }
  const [a, b] = [second?.repetition_levels_byte_length ?? 0, second?.definition_levels_byte_length ?? 0];
  if (!second || !(a >= 0 && b >= 0 && a + b <= Math.min(bytes.length, size)))
    throw new RangeError("levels are not whole");
  const packed = bytes.subarray(a + b);
  return {
    count,
    encoding,
    repetitions: levels(column.isList ? bytes.subarray(0, a) : null, 1),
    definitions: levels(isOptional ? bytes.subarray(a, a + b) : null, column.valueLevel),
    rest: second.is_compressed === false ? packed : unpackPage(packed, codec, size - a - b, file),
  };
}

/**
 * Returns a reader of the values of a page, which decodes them on demand.
 *
 * @throws {RangeError} when there are fewer values than the page header states.
 */
export function pageValues<T>(
  page: OpenPage,
  column: Column,
  decoder: ValueDecoder<T>,
  dictionary: T | null,
  place: string,
): Take<T> {
  const { count, definitions } = page;
  const missing = definitions && decoder.spread ? definitions.countBelow(column.valueLevel) : 0;
  const take = storedInPage({ ...page, count: count - missing }, column, decoder, dictionary, place);
  if (!definitions || !decoder.spread || missing === 0) return take;
  return (n) => {
    const levels = new Uint32Array(n);
    definitions.read(levels);
    const isPresent = Uint8Array.from(levels, (level) => (level < column.valueLevel ? 0 : 1));
    const values = take(isPresent.reduce((sum, one) => sum + one, 0));
    return decoder.spread?.(values, isPresent) ?? values;
  };
}

/** Returns a reader of the non-null values of a page. */
function storedInPage<T>(
  { encoding, count, rest }: OpenPage,
  { element }: Column,
  decoder: ValueDecoder<T>,
  dictionary: T | null,
  place: string,
): Take<T> {
  // A page of nulls only may have neither bytes nor a dictionary.
  if (count === 0) return () => decoder.of(storedValues(rest, "PLAIN", 0, element)(0), element, place);
  if (!encoding.endsWith("_DICTIONARY")) {
    const take = storedValues(rest, encoding, count, element);
    return (n) => decoder.of(take(n), element, place);
  }
  if (dictionary === null) throw new RangeError("there is no dictionary");
  if (rest.length === 0) throw new RangeError("there are no indices");
  // Indices of 0 bits are all zero; some writers omit their count.
  const reader = rest[0] === 0 ? null : new HybridReader(rest.subarray(1), rest[0], count);
  return (n) => {
    const indices = new Uint32Array(n);
    reader?.read(indices);
    return decoder.pick(dictionary, indices);
  };
}

/** Number of entries decoded per step: each text is an object of its own while it is decoded. */
const ENTRIES = 1 << 16;
/** As many as indices can address (see `hybrid.ts`). */
const MAX_ENTRIES = 1 << 24;

/** Decodes a dictionary page. */
export function dictionaryValues<T>(page: PackedPage, { element }: Column, decoder: ValueDecoder<T>): T {
  const { header, bytes, codec, file, place } = page;
  const count = expectCount(header.dictionary_page_header?.num_values);
  const plain = unpackPage(bytes, codec, header.uncompressed_page_size, file);
  const take = storedValues(plain, "PLAIN", count, element);
  if (count > MAX_ENTRIES) throw new RangeError(`a dictionary of ${count} values`);
  const parts: T[] = [];
  for (let left = count; left > 0; left -= ENTRIES) {
    parts.push(decoder.of(take(Math.min(left, ENTRIES)), element, place));
  }
  return decoder.joined(parts);
}

function expectCount(count: number | undefined): number {
  if (count !== undefined && Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(count === undefined ? "a page without a number of values" : `a page of ${count} values`);
}
