import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage } from "../../input/binary.js";
import { chunkSizes, expectSameBits, sourceOf } from "../../input/support.js";
import { failure } from "../../reference.js";

const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
  .map((text) => text.replaceAll(" ", "_"))
  .filter((text) => !text.startsWith("\n"));

function written(words: readonly string[], rows: readonly (readonly number[])[], end = ""): Uint8Array {
  const parts = words.map((text, i) => {
    const vector = new Uint8Array(Float32Array.from(rows[i] ?? []).buffer);
    return Buffer.concat([Buffer.from(`${text} `), vector, Buffer.from(end)]);
  });
  return Buffer.concat([Buffer.from(`${words.length} ${rows[0]?.length}\n`), ...parts]);
}

describe("readWord2vecBin", () => {
  itReadsFixtures(/\.bin$/);
  itReportsDamage(["gensim.bin"]);
  // The newline at the end is optional.
  itReportsDamage(["word2vec.bin"], { isComplete: (length) => length === 70 });

  it("reads any words and vectors, for any chunks, with or without newlines", async () => {
    const file = fc.integer({ min: 1, max: 5 }).chain((columns) => {
      const value = fc.float({ noNaN: true, noDefaultInfinity: true });
      const row = fc.array(value, { minLength: columns, maxLength: columns });
      return fc.array(fc.tuple(word, row), { minLength: 1, maxLength: 6 });
    });
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom("", "\n"), chunkSizes, async (given, end, sizes) => {
        const [words, rows] = [given.map(([text]) => text), given.map(([, row]) => row)];
        const source = sourceOf(written(words, rows, end), "stdin", sizes);
        const set = await readVectors(source, { inputFormat: "word2vec-bin" });
        expect([set.rows, set.dimensions, set.ids]).to.deep.equal([words.length, rows[0]?.length, words]);
        expectSameBits(set.values, rows.flat());
      }),
    );
  });

  it("is detected by its bytes, whatever its name", async () => {
    const set = await readVectors(
      sourceOf(
        written(
          ["a", "b"],
          [
            [0.5, 1],
            [2, 3],
          ],
        ),
        "vectors.csv",
      ),
    );
    expect([set.ids, [...set.values]]).to.deep.equal([
      ["a", "b"],
      [0.5, 1, 2, 3],
    ]);
  });

  it("is not detected for text with such a first line", async () => {
    const set = await readVectors(sourceOf("2 3\n4 5\n", "a.csv"));
    expect([...set.values]).to.deep.equal([2, 3, 4, 5]);
  });

  it("is not detected for damaged text without a word after such a line", async () => {
    for (const text of ["1 2\n1\0\n0\t0", "1 2\n1\0 2\n"]) {
      const error = await failure(readVectors(sourceOf(text, "a.csv")));
      expect(error.message).to.equal("a.csv: expected text, found a NUL byte at byte offset 5");
    }
  });

  it("keeps the order of rows over many batches", async () => {
    const words = Array.from({ length: 25_000 }, (_, i) => `word-${i}`);
    const rows = words.map((_, i) => Array.from({ length: 100 }, (_, j) => i - j));
    const set = await readVectors(sourceOf(written(words, rows), "a.bin", [1 << 18]));
    expect(set.ids).to.deep.equal(words);
    expect(set.values.every((value, k) => value === rows[Math.floor(k / 100)]?.[k % 100])).to.equal(true);
  });

  it("reports non-finite numbers, invalid words, and wrong counts", async () => {
    expect(
      await errorMessage(
        written(
          ["a", "b"],
          [
            [1, 2],
            [Number.NaN, 4],
          ],
        ),
        "a.bin",
      ),
    ).to.equal("a.bin: row 1, column 0 (byte offset 16): expected a finite number, found nan");
    const header = "2 1\n";
    expect(await errorMessage(Buffer.concat([Buffer.from(header), Buffer.alloc(10_100, 97)]), "a.bin")).to.equal(
      "a.bin: byte offset 4: expected a word and a space, found no space within 10000 bytes",
    );
    const invalid = Buffer.from(written(["a", "b"], [[1], [2]]));
    invalid[4] = 0xff;
    expect(await errorMessage(invalid, "a.bin")).to.equal(
      "a.bin: byte offset 4: expected a word in UTF-8, found other bytes",
    );
    const lying = Buffer.concat([Buffer.from("999999999999 999999999\n"), Buffer.alloc(20)]);
    expect(await errorMessage(lying, "a.bin")).to.equal(
      "a.bin: expected 999999999999 words with vectors of 999999999 components behind byte offset 23, found 20 bytes",
    );
    const more = Buffer.concat([written(["a"], [[1]]), Buffer.from("more")]);
    expect(await errorMessage(more, "a.bin")).to.equal(
      "a.bin: expected the end of the file at byte offset 10, found more bytes",
    );
    expect(await errorMessage(Buffer.from("0 1\n\0"), "a.bin")).to.equal(
      "a.bin: expected a line with the number of words and the dimension at byte offset 0, found 0",
    );
    expect(await errorMessage(Buffer.from("\0"), "a.bin")).to.equal(
      "a.bin: expected a line with the number of words and the dimension at byte offset 0, found none",
    );
  });
});
