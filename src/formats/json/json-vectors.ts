import type { RowGatherer } from "../../input/row-gatherer.js";
import { floatsOfBase64 } from "./base64.js";
import { BYTE, type JsonText } from "./json-text.js";
import { skipped } from "./json-values.js";

/** What may stand in a vector and is told of as a fault there; the first three are what Python writes. */
const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["null", Number.NaN],
]);
const COMPONENTS: ReadonlySet<string> = new Set([...NON_FINITE.keys(), "true", "false"]);

export const VECTOR_HINT = "--vector-column names the field of the vector: data.embedding";

/** Adds the components of vectors to the rows. */
export class JsonVectors {
  /** @param keepsAll whether components that are not finite are kept. */
  constructor(
    private readonly text: JsonText,
    private readonly rows: RowGatherer,
    private readonly keepsAll: boolean,
  ) {}

  /** The components of a vector, whose bracket has been passed. */
  async add(line: number): Promise<void> {
    const { text, rows } = this;
    if ((await text.peek()) === BYTE.close) return text.take();
    do {
      const numbers = text.numbers();
      if (numbers.length > 0) rows.add(numbers);
      else rows.add([await this.component(line)]);
    } while (await text.goesOn(BYTE.close));
  }

  /** One component, read without the kernels: what they left, be it a number or not. */
  private async component(line: number): Promise<number> {
    const { text, rows, keepsAll } = this;
    const field = rows.length + 1;
    const byte = await text.peek();
    const isWord = byte !== BYTE.open && byte !== BYTE.begin && byte !== BYTE.quote;
    const found = isWord ? await text.word(COMPONENTS) : await skipped(text, 1);
    const value = /\d/.test(found) && isWord ? Number(found) : (NON_FINITE.get(found) ?? null);
    if (value !== null && (keepsAll || Number.isFinite(value))) return value;
    const hint = Math.abs(value ?? 0) === Number.POSITIVE_INFINITY ? { hint: "the largest double is ±1.8e308" } : {};
    rows.fault(`expected a number, found ${found}`, hint, line, field);
    return Number.NaN;
  }

  /** Components that are packed in a string: float32 in base64. */
  addPacked(value: string, line: number): void {
    const { rows, keepsAll } = this;
    const floats = floatsOfBase64(value);
    if (!floats) {
      const found = `"${value.slice(0, 20)}${value.length > 20 ? "…" : ""}"`;
      rows.fault(`expected numbers, or float32 in base64, found ${found}`, { hint: VECTOR_HINT }, line);
      return;
    }
    const bad = floats.findIndex((component) => !Number.isFinite(component));
    if (bad >= 0 && !keepsAll) {
      rows.fault(`expected a number, found ${floats[bad]}`, {}, line, bad + 1);
    }
    rows.add(floats);
  }
}
