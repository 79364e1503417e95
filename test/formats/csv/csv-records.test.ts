import { expect } from "chai";
import fc from "fast-check";
import { readCsvRecords } from "#dist/formats/csv/csv-records.js";
import { SAMPLE_BYTES } from "#dist/formats/csv/dialect.js";
import type { RecordBatch } from "#dist/formats/records.js";

/** Reads the columns a and b of a text in pieces. */
async function read(text: string, piece: number, delimiter: string) {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(text);
    for (let start = 0; start < all.length; start += piece) yield all.subarray(start, start + piece);
  }
  const batches: RecordBatch[] = [];
  try {
    for await (const batch of readCsvRecords({ name: "t", bytes: bytes() }, ["a", "b"], { delimiter })) {
      batches.push(batch);
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
  const column = (k: number) => batches.flatMap(({ cells, rows }) => cells[k] ?? Array<null>(rows).fill(null));
  return { lines: batches.flatMap(({ lines }) => lines ?? []), a: column(0), b: column(1) };
}

/** Fields, most of them plain. */
const field = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: fc.constantFrom("x", "1", " ", ".", "-", "\t", "!", "~"), maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('"q"', '"x\ny"', "#", "é", "\u00a0", "x#", '"a""b"', 'x"y') },
);
const texts = fc.constantFrom(",", ";", "\t", " ").chain((delimiter) => {
  const line = fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => fields.join(delimiter));
  const header = fc.constantFrom(["a", "b"], ["b", "a"], ["c", "b", "a"], [" a ", "c"]);
  const lineEnd = fc.constantFrom("\n", "\n", "\n", "\r\n");
  return fc
    .tuple(header, fc.array(line, { maxLength: 12 }), lineEnd, fc.boolean())
    .map(([names, lines, end, isEnded]) => ({
      delimiter,
      text: [names.join(delimiter), ...lines].join(end) + (isEnded ? end : ""),
    }));
});

describe("readCsvRecords", () => {
  it("reads plain lines as csv-parse does, with the same lines and messages, wherever they end", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async ({ text, delimiter }, piece) => {
        const found = await read(text, piece, delimiter);
        // A quote in the header leaves all lines to csv-parse.
        const end = text.search(/\r?\n|$/);
        const names = text.slice(0, end).split(delimiter);
        const quoted = names.map((name) => `"${name.trim()}"`).join(delimiter);
        expect(found).to.deep.equal(await read(quoted + text.slice(end), 1 << 20, delimiter));
        // The first bytes are one piece.
        const long = `\n${Array(names.length).fill("x".repeat(SAMPLE_BYTES)).join(delimiter)}`;
        const [inPieces, atOnce] = [text.slice(0, end) + long, quoted + long].map((start) => start + text.slice(end));
        expect(await read(inPieces!, 7 * piece, delimiter)).to.deep.equal(await read(atOnce!, 1 << 20, delimiter));
      }),
      { numRuns: 100 },
    );
  });

  it("names the line of a quote that is not closed, after plain lines", async () => {
    const plain = "a,b\n".repeat(9000);
    expect(await read(`${plain}1,"2`, 4096, ",")).to.deep.equal(await read(`"a",b${plain.slice(3)}1,"2`, 4096, ","));
  });
});
