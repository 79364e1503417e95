import { parseArray } from "../../input/cell.js";
import type { Hints } from "../../input/faults.js";
import { MISSING_HINT } from "../../input/finite.js";
import type { RowGatherer } from "../../input/row-gatherer.js";
import { BYTE, type JsonText } from "./json-text.js";
import { skipped } from "./json-values.js";

/** Components that are reported as faults, or kept with `nonFinite: "keep"`; Python writes the first three. */
const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["null", Number.NaN],
]);
const COMPONENTS: ReadonlySet<string> = new Set([...NON_FINITE.keys(), "true", "false"]);

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
    private readonly hint: string,
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
    const isWord = byte !== BYTE.open && byte !== BYTE.begin && byte !== BYTE.quote;
    const found = isWord ? await text.word(COMPONENTS) : await skipped(text, 1);
    const value = /\d/.test(found) && isWord ? Number(found) : (NON_FINITE.get(found) ?? null);
    if (value !== null && (keepNonFinite || Number.isFinite(value))) return value;
    rows.fault(`expected a number, found ${found}`, componentHint(found, value), line, field);
    return Number.NaN;
  }

  /** Reads components from a text such as "[0.5, 1]", as PostgreSQL's vectors are returned. */
  addText(value: string, line: number): void {
    const { rows, keepNonFinite } = this;
    const numbers = parseArray(value.trim());
    const bad = numbers?.findIndex((component) => !Number.isFinite(component)) ?? -1;
    if (numbers === null) rows.fault(`expected numbers, found "${value.slice(0, 40)}"`, {}, line);
    else if (bad >= 0 && !keepNonFinite) rows.fault(`expected a number, found ${numbers[bad]}`, {}, line, bad + 1);
    rows.add(numbers ?? []);
  }

  /** Reads components encoded as float32 in base64. */
  addPacked(value: string, line: number): void {
    const { rows, keepNonFinite } = this;
    const floats = floatsOfBase64(value);
    if (!floats) {
      const found = `"${value.slice(0, 20)}${value.length > 20 ? "…" : ""}"`;
      rows.fault(`expected numbers, or float32 in base64, found ${found}`, { hint: this.hint }, line);
      return;
    }
    const bad = floats.findIndex((component) => !Number.isFinite(component));
    if (bad >= 0 && !keepNonFinite) {
      rows.fault(`expected a number, found ${floats[bad]}`, {}, line, bad + 1);
    }
    rows.add(floats);
  }
}

function componentHint(found: string, value: number | null): Hints {
  if (Math.abs(value ?? 0) === Number.POSITIVE_INFINITY) return { hint: "the largest double is ±1.8e308" };
  if (found === "an array") return { hint: "several vectors to a text? numpy.mean(vectors, axis=0) makes one of them" };
  if (/^"[-+\d.]/.test(found)) return { hint: "numbers in quotes are text: write them without quotes" };
  return found === "null" || found === "NaN" ? MISSING_HINT : {};
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
