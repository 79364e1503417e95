import { DataError } from "../../core/errors.js";
import type { ByteReader } from "../../input/byte-reader.js";

/** The header of a NumPy array. */
export interface NpyHeader {
  /** The type of the items in NumPy's notation: `<f8`. */
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

export const NPY_MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** NumPy refuses longer headers too. */
const MAX_HEADER_BYTES = 10_000;

/**
 * Reads the header of a `.npy` file, up to the first item.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws {DataError} for an invalid header.
 */
export async function readNpyHeader(reader: ByteReader): Promise<NpyHeader> {
  const { name } = reader;
  const start = await reader.take(8);
  if (!NPY_MAGIC.every((byte, i) => byte === start[i])) {
    throw new DataError(`${name}: expected the start of a .npy file at byte offset 0, found other bytes`);
  }
  const version = start[6];
  if (version < 1 || version > 3) {
    throw new DataError(`${name}: expected version 1, 2 or 3 of .npy at byte offset 6, found ${version}`);
  }
  const width = version === 1 ? 2 : 4;
  const length = Buffer.from(await reader.take(width)).readUIntLE(0, width);
  if (length > MAX_HEADER_BYTES) {
    throw new DataError(
      `${name}: expected ${MAX_HEADER_BYTES} bytes of header at most, found ${length} at byte offset 8`,
    );
  }
  const { offset } = reader;
  const text = Buffer.from(await reader.take(length)).toString(version === 3 ? "utf8" : "latin1");
  return parsedHeader(text, (found) => {
    const expected = "a dictionary of descr, fortran_order and shape";
    return new DataError(`${name}: expected ${expected} at byte offset ${offset}, found ${found}`);
  });
}

/** An entry of a Python dictionary whose value is a string, a Boolean, a tuple of integers, or a list. */
const ENTRY = /\s*'(\w+)'\s*:\s*(?:'([^']*)'|(True|False)|\(([\d\sL,]*)\)|(\[.*\]))\s*(?:,\s*|(?=\}))/y;

/** Parses the header, a Python literal, without evaluating it. */
function parsedHeader(text: string, error: (found: string) => DataError): NpyHeader {
  const entries = new Map<string, RegExpExecArray>();
  ENTRY.lastIndex = 1;
  let end = 1;
  for (let entry = ENTRY.exec(text); entry; entry = ENTRY.exec(text)) {
    end = ENTRY.lastIndex;
    entries.set(entry[1], entry);
  }
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key) ?? []);
  const isComplete = text.startsWith("{") && text.slice(end).trimEnd() === "}" && entries.size === 3;
  const type = descr[2] ?? descr[5];
  const sizes = sizesOf(shape[4]);
  if (!isComplete || type === undefined || order[3] === undefined || sizes === null) {
    throw error(JSON.stringify(text.trim().slice(0, 80)));
  }
  return { descr: type, isFortran: order[3] === "True", shape: sizes };
}

/** Parses the integers of a tuple, with an optional comma after the last one; null if it is invalid. */
function sizesOf(tuple: string | undefined): number[] | null {
  const items = tuple?.split(",").map((item) => item.trim());
  if (items?.at(-1) === "") items.pop();
  return items?.every((item) => /^\d+L?$/.test(item)) ? items.map((item) => Number(item.replace("L", ""))) : null;
}
