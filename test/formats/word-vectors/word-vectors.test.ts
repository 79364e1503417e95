import { expect } from "chai";
import fc from "fast-check";
import { DataError, MalformedError, SimcliError, UsageError } from "#dist/core/errors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { recognise } from "#dist/reading/read-batches.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf, textOf } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";

const read = (text: string | Uint8Array, name = "a.vec", options: ReadOptions = {}, sizes: readonly number[] = []) =>
  readVectors(sourceOf(text, name, sizes), options);

/** Words as in real files: quotes, signs, numbers, all kinds of blanks except spaces. */
const words = fc.oneof(
  fc.constantFrom(
    '"',
    "#",
    "# ".trim(),
    ",",
    "-",
    "42",
    "1e5",
    "\u00a0",
    "\u3000",
    "[",
    "[{!",
    "[[a",
    "[]!",
    '["',
    "é",
    "日本",
    "a,b",
    "''",
    "\ud83d\ude00",
  ),
  fc.stringMatching(/^[!-~]{1,8}$/),
);
const sets = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.constantFrom("\n", "\r\n", " \n"), fc.boolean())
  .chain(([dimensions, end, counted]) =>
    fc.record({
      end: fc.constant(end),
      counted: fc.constant(counted),
      rows: fc.array(fc.tuple(words, fc.array(finite, { minLength: dimensions, maxLength: dimensions })), {
        minLength: 1,
        maxLength: 12,
      }),
    }),
  );

describe("readWordVectors", () => {
  it("reads any words with the same bits, with a header line or without", () =>
    fc.assert(
      fc.asyncProperty(sets, chunkSizes, async ({ rows, end, counted }, sizes) => {
        const lines = rows.map(([word, numbers]) => [word, ...numbers.map(textOf)].join(" "));
        if (counted) lines.unshift(`${rows.length} ${rows[0][1].length}`);
        const set = await read(lines.map((line) => line + end).join(""), "a.vec", {}, sizes);
        expect(set.ids).to.deep.equal(rows.map(([word]) => word));
        expectSameBits(
          set.values,
          rows.flatMap(([, numbers]) => numbers),
        );
        expect(set.lines?.[0]).to.equal(counted ? 2 : 1);
      }),
      { numRuns: 200 },
    ));

  for (const name of ["word2vec.txt", "fasttext.vec", "glove.txt"]) {
    it(`reads ${name}`, async () => {
      const set = await readVectors(fixturePath(`embeddings/${name}`));
      expectSameBits(set.values, fixtureJson<number[][]>("embeddings/expected.json").flat());
      expect(set.ids).to.deep.equal(["one", "two"]);
    });
  }

  it("takes the last numbers of a line, so that a word of GloVe may contain spaces", async () => {
    const { ids, values } = await read("the 1 2\n. . . 3 4\nat a@b.c 5 6", "glove.txt");
    expect([ids, values.join()]).to.deep.equal([["the", ". . .", "at a@b.c"], "1,2,3,4,5,6"]);
  });

  it("keeps non-finite numbers on request", async () => {
    const { values } = await read("a 1 nan\nb -inf 2\n", "a.vec", { nonFinite: "keep" });
    expect([...values]).to.deep.equal([1, Number.NaN, Number.NEGATIVE_INFINITY, 2]);
  });

  it("reads lines longer than its window", async () => {
    const numbers = Array.from({ length: 60_000 }, (_, i) => i / 7);
    const { values } = await read(`1 60000\nword ${numbers.join(" ")}\n`);
    expectSameBits(values, numbers);
  });

  for (const [title, name, text, format] of [
    ["a header line", "stdin", "2 3\na 1 2 3\n", "vec"],
    ["a header line and a truncated line", "stdin", `1 3000\nthe ${"0.25 ".repeat(3000)}\n`, "vec"],
    ["words and numbers in a .txt", "glove.txt", "the 1 2\n", "vec"],
    ["a long line in a .txt.gz", "glove.txt.gz", `the ${"0.25 ".repeat(3000)}\n`, "vec"],
    ["words and numbers in a .csv", "a.csv", "the 1 2\n", "csv"],
    ["columns of numbers in a .txt", "a.txt", "1 2\n3 4\n", "csv"],
    ["a header in a .txt", "a.txt", "id 0 1\na 1 2\n", "csv"],
    ["quoted words in a .txt", "a.txt", '"a b" 1 2\n', "csv"],
    ["aligned columns in a .txt", "a.txt", "a   1 2\n", "csv"],
    ["rows of two numbers", "stdin", "2 1\n3 4\n5 6\n", "csv"],
    ["anything in a .vec", "a.vec", "1,2\n", "vec"],
  ] as const) {
    it(`is detected, or not, for ${title}`, async () => {
      const { format: found, source } = await recognise(sourceOf(text, name));
      expect(found.name).to.equal(format);
      await source.bytes[Symbol.asyncIterator]().return?.();
    });
  }

  for (const [text, message] of [
    ["2 2\na 1 2\nb 1 x\n", 'a.vec:3:3: expected a number, found "x"'],
    ["2 2\na 1 2\nb 1 inf\n", 'a.vec:3:3: expected a number, found "inf"'],
    ["1 2\na 1\n", "a.vec:2: expected a word and 2 numbers, found 2 fields"],
    ["1 2\na 1 2 3\n", "a.vec:2: expected a word and 2 numbers, found more"],
    ["2 1\na 1\n\nb 2\n", "a.vec:3: expected a word and its numbers, found a blank line"],
  ] as const) {
    it(`reports ${JSON.stringify(text)}: ${message}`, async () => {
      expect((await malformed(read(text))).message).to.equal(message);
    });
  }

  it("rejects wrong counts, files without words, options for columns, and endless lines", async () => {
    for (const [text, found] of [
      ["3 1\na 1\nb 2\n", 2],
      ["1 1\na 1\nb 2\n", 2],
      ["999999999999 2\na 1 2\n", 1],
      ["0 2\na 1 2\n", 1],
    ] as const) {
      const error = await rejection(read(text));
      expect(error).to.be.instanceOf(DataError).and.not.instanceOf(MalformedError);
      expect(error.message).to.match(
        new RegExp(`^a\\.vec: expected \\d+ words, as its first line says, found ${found}$`),
      );
    }
    for (const text of ["", "\n", "0 5\n"]) {
      expect((await rejection(read(text))).message).to.equal("a.vec: expected rows of numbers, found none");
    }
    expect(await rejection(read("a 1 2\n", "a.vec", { columns: "2" }))).to.be.instanceOf(UsageError);
    const long = await rejection(read("x".repeat(1 << 27), "a.vec", {}, [1 << 20]));
    expect(long.message).to.match(/^a\.vec: expected lines of at most/);
  });

  it("is read as CSV on request, and an unknown format is rejected", async () => {
    expect((await read("a 1 2\n b 3 4\n", "a.vec", { inputFormat: "csv" })).ids).to.deep.equal(["a", "b"]);
    expect(await rejection(read("a 1 2\n", "a.vec", { inputFormat: "xml" }))).to.be.instanceOf(UsageError);
  });

  it("names the byte of a word that is not UTF-8", async () => {
    const error = await rejection(read(Buffer.from("1 2\nb\xe9 1 2\n", "latin1")));
    expect(error.message).to.equal("a.vec: expected UTF-8 text, found byte 0xe9 at byte offset 5");
  });

  it("reports changed and missing bytes, for any chunks", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat({ max: 40 }),
        chunkSizes,
        async (changes, length, sizes) => {
          const bytes = Buffer.from("3 2\none 0.5 -1e3\n. . 1 2\nthree 4 5 \n");
          for (const [at, byte] of changes) bytes[at] = byte;
          const outcome = (cut: readonly number[]) =>
            read(bytes.subarray(0, length), "a.vec", {}, cut).then(
              (set) => JSON.stringify([[...set.values], set.ids]),
              (error) => {
                expect(error).to.be.instanceOf(SimcliError);
                return error.message;
              },
            );
          expect(await outcome(sizes)).to.equal(await outcome([]));
        },
      ),
      { numRuns: 500 },
    ));
});
