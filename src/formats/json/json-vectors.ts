import { parseArray } from "../../input/cell.js";
import type { Hints } from "../../input/faults.js";
import { MISSING_HINT } from "../../input/finite.js";
import type { RowGatherer } from "../../input/row-gatherer.js";
import { INFINITE_HINT } from "../csv/cell-faults.js";
import { BYTE, type JsonText } from "./json-text.js";
import { EXTENDED_NUMBER, extended, skipped } from "./json-values.js";

/** Components that are reported as faults, or kept with `nonFinite: "keep"`; Python writes the first three. */
const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["null", Number.NaN],
]);
const COMPONENTS: ReadonlySet<string> = new Set([...NON_FINITE.keys(), "true", "false"]);

const SHORTENED_HINT = "NumPy has shortened the array: write it with tolist()";

/** Returns the hint that names the fields with arrays of numbers. */
export const vectorHint = (candidates: readonly string[]): string =>
  candidates.length === 0
    ? "--vector-column names the field of the vector, such as data.embedding"
    : `--vector-column ${candidates.join(" or ")}`;

/** Reads the components of vectors. */
export class JsonVectors {
  /** @param keepNonFinite whether to accept components that are not finite. */
  constructor(
    private readonly text: JsonText,
    private readonly rows: RowGatherer,
    private readonly keepNonFinite: boolean,
    private readonly hint: string | undefined,
  ) {}

  /** Reads the components of a vector, after its bracket. */
  async add(line: number): Promise<void> {
    const { text, rows } = this;
    if ((await text.peek()) === BYTE.close) return text.take();
    do {
      const numbers = text.numbers();
      if (numbers.length > 0) rows.add(numbers);
      else rows.add([await this.component(line)]);
    } while (await text.nextMember(BYTE.close));
  }

  /** Reads one component that the kernel did not accept, which may be a number. */
  private async component(line: number): Promise<number> {
    const { text, rows, keepNonFinite } = this;
    const field = rows.length + 1;
    const byte = await text.peek();
    if (byte === BYTE.begin && (await text.looksAt(EXTENDED_NUMBER))) return this.extendedNumber(line, field);
    const isWord = byte !== BYTE.open && byte !== BYTE.begin && byte !== BYTE.quote;
    const found = isWord ? await text.word(COMPONENTS) : await skipped(text, 1);
    const value = /\d/.test(found) && isWord ? Number(found) : (NON_FINITE.get(found) ?? null);
    if (value !== null && (keepNonFinite || Number.isFinite(value))) return value;
    rows.fault(`expected a number, found ${found}`, hintFor(value), line, field);
    return Number.NaN;
  }

  /** Reads a component in MongoDB's Extended JSON. */
  private async extendedNumber(line: number, field: number): Promise<number> {
    const found = await extended(this.text, 1);
    const value = found === null || found.trim() === "" ? Number.NaN : Number(found);
    if (Number.isFinite(value) || (this.keepNonFinite && NON_FINITE.has(found ?? ""))) return value;
    const hints = NON_FINITE.has(found ?? "") ? hintFor(value) : {};
    this.rows.fault(`expected a number, found ${found === null ? "an object" : `"${found}"`}`, hints, line, field);
    return Number.NaN;
  }

  /** Reads components in a text: an array of numbers, such as `"[0.1, 0.2]"`, or float32 in base64. */
  addPacked(value: string, line: number): void {
    const { rows, keepNonFinite } = this;
    const floats = /^\s*\[/.test(value) ? parseArray(value.trim()) : floatsOfBase64(value);
    if (!floats) {
      const found = `"${value.slice(0, 20)}${value.length > 20 ? "…" : ""}"`;
      const hint = value.includes("...") ? SHORTENED_HINT : this.hint;
      rows.fault(`expected numbers, or float32 in base64, found ${found}`, hint === undefined ? {} : { hint }, line);
      return;
    }
    const bad = floats.findIndex((component) => !Number.isFinite(component));
    if (bad >= 0 && !keepNonFinite) {
      rows.fault(`expected a number, found ${floats[bad]}`, hintFor(floats[bad]), line, bad + 1);
    }
    rows.add(floats);
  }
}

/** Returns the hint for a component that is not finite; null for one that is no number. */
function hintFor(value: number | null): Hints {
  if (value === null) return {};
  return Number.isNaN(value) ? MISSING_HINT : INFINITE_HINT;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes little-endian float32 numbers in base64, as embedding APIs return them.
 *
 * @returns null for other text.
 */
export function floatsOfBase64(text: string): Float32Array | null {
  if (text === "" || !BASE64.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) return null;
  const count = bytes.length / Float32Array.BYTES_PER_ELEMENT;
  return Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(4 * i));
}
