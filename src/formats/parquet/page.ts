import type { PageHeader } from "hyparquet";
import { unpackPage } from "./codec.js";
import { HybridReader } from "./hybrid.js";
import type { Column } from "./schema.js";
import { storedValues } from "./stored.js";
import type { Take } from "./stored-bytes.js";
import type { Meaning } from "./values.js";

/** A page as it lies in a file. */
export interface PackedPage {
  readonly header: PageHeader;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly codec: string;
  /** How messages call its place. */
  readonly place: string;
  /** How messages call the file. */
  readonly file: string;
}

/** The levels of a page, one a value, and the bytes of the values themselves. */
export interface OpenPage {
  readonly count: number;
  readonly encoding: string;
  /** 0 where a row begins, 1 where its list goes on; null where there are no lists. */
  readonly repetitions: HybridReader | null;
  /** How much of a value is there; null where nothing may be missing. */
  readonly definitions: HybridReader | null;
  readonly rest: Uint8Array<ArrayBuffer>;
}

/**
 * Unpacks a page of data; levels are unpacked as they are asked for.
 *
 * @throws {RangeError} for levels that are not whole.
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
    // Each list of levels has its length in front.
    let rest = unpackPage(bytes, codec, size, file);
    const part = (isThere: boolean) => {
      if (!isThere) return null;
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
 * The values of a page, decoded as they are asked for; none of them is missing, unless their meaning can be spread.
 *
 * @throws {RangeError} when there are fewer than the page says.
 */
export function pageValues<T>(
  page: OpenPage,
  column: Column,
  meaning: Meaning<T>,
  dictionary: T | null,
  place: string,
): Take<T> {
  const { count, definitions } = page;
  const missing = definitions && meaning.spread ? definitions.countBelow(column.valueLevel) : 0;
  const take = storedInPage({ ...page, count: count - missing }, column, meaning, dictionary, place);
  if (!definitions || !meaning.spread || missing === 0) return take;
  return (many) => {
    const levels = new Uint32Array(many);
    definitions.read(levels);
    const isThere = Uint8Array.from(levels, (level) => (level < column.valueLevel ? 0 : 1));
    const values = take(isThere.reduce((sum, one) => sum + one, 0));
    return meaning.spread?.(values, isThere) ?? values;
  };
}

/** The values that are in the bytes of a page. */
function storedInPage<T>(
  { encoding, count, rest }: OpenPage,
  { element }: Column,
  meaning: Meaning<T>,
  dictionary: T | null,
  place: string,
): Take<T> {
  // A page of missing values alone may have neither bytes nor a dictionary.
  if (count === 0) return () => meaning.of(storedValues(rest, "PLAIN", 0, element)(0), element, place);
  if (!encoding.endsWith("_DICTIONARY")) {
    const take = storedValues(rest, encoding, count, element);
    return (many) => meaning.of(take(many), element, place);
  }
  if (dictionary === null) throw new RangeError("there is no dictionary");
  if (rest.length === 0) throw new RangeError("there are no indices");
  // Numbers of no bits are zeros; some writers leave out how many.
  const reader = rest[0] === 0 ? null : new HybridReader(rest.subarray(1), rest[0], count);
  return (many) => {
    const indices = new Uint32Array(many);
    reader?.read(indices);
    return meaning.pick(dictionary, indices);
  };
}

/** Entries that are decoded at once: the bytes of each text are an object. */
const ENTRIES = 1 << 16;
/** As many as indices can name (see `hybrid.ts`). */
const MOST_ENTRIES = 1 << 24;

/** The values of a page of a dictionary. */
export function dictionaryValues<T>(page: PackedPage, { element }: Column, meaning: Meaning<T>): T {
  const { header, bytes, codec, file, place } = page;
  const count = expectCount(header.dictionary_page_header?.num_values);
  const plain = unpackPage(bytes, codec, header.uncompressed_page_size, file);
  const take = storedValues(plain, "PLAIN", count, element);
  if (count > MOST_ENTRIES) throw new RangeError(`a dictionary of ${count} values`);
  const parts: T[] = [];
  for (let left = count; left > 0; left -= ENTRIES) {
    parts.push(meaning.of(take(Math.min(left, ENTRIES)), element, place));
  }
  return meaning.joined(parts);
}

function expectCount(count: number | undefined): number {
  if (count !== undefined && Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(`a page of ${count} values`);
}
