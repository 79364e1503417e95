import { readFileSync } from "node:fs";
import * as zlib from "node:zlib";
import * as flechette from "@uwdata/flechette";
import { expect } from "chai";
import fc from "fast-check";
import { errorMessage, itReportsDamage, readBoth } from "../../input/binary.js";
import { bitsOf, expectSameBits, finite } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";

const fixture = (name: string) => readFileSync(fixturePath(`binary/${name}`));

interface Expected {
  readonly values: readonly (readonly number[])[];
  readonly ids: readonly string[] | null;
  readonly columnNames: readonly string[] | null;
}

const hasZstd = "zstdDecompressSync" in zlib;

describe("readArrow", () => {
  for (const [name, { values, ids, columnNames }] of Object.entries(
    fixtureJson<{ [name: string]: Expected }>("binary/arrow.json"),
  )) {
    (name.includes("zstd") && !hasZstd ? it.skip : it)(`reads ${name}`, async () => {
      const set = await readBoth(fixture(name), name);
      expect([set.rows, set.dimensions]).to.deep.equal([values.length, values[0]?.length]);
      expect(Array.from(set.values, bitsOf)).to.deep.equal(values.flat().map(bitsOf));
      expect([set.ids, set.columnNames, set.lines]).to.deep.equal([ids, columnNames, null]);
    });
  }

  itReportsDamage(["f4.arrow", "polars.arrow", "columns.arrow", "lz4.feather"], { runs: 200 });
  for (const name of ["data-00000-of-00001.arrow", "views.arrows", "dictionary.arrows", "delta.arrows"]) {
    const bytes = fixture(name);
    // A stream may end where a message could begin.
    const isComplete = (length: number) => length % 8 === 0 && bytes.readInt32LE(length) === -1;
    itReportsDamage([name], { runs: 200, isComplete });
  }

  for (const name of ["data-00000-of-00001.arrow", "f4.arrow", "lz4.feather", "large.arrows"]) {
    it(`detects the format of ${name} by its first bytes`, async () => {
      expect((await readBoth(fixture(name), "no-extension")).rows).to.be.greaterThan(2);
    });
  }

  it("reads the selected columns", async () => {
    const of = async (options: object) => {
      const { values, ids, labels, columnNames } = await readBoth(fixture("columns.arrow"), "a.arrow", options);
      return [[...values.slice(0, 2)], ids?.[1] ?? null, labels?.[1] ?? null, columnNames];
    };
    const second = "a rather long id, which is no part of a view";
    expect(await of({ columns: "h,x" })).to.deep.equal([[0.5, 1.5], second, null, ["h", "x"]]);
    expect(await of({ columns: "1-2", idColumn: "d" })).to.deep.equal([[1.5, 1], "-1.50", null, ["x", "n"]]);
    expect(await of({ columns: "x", idColumn: 2, labelColumn: "c" })).to.deep.equal([[1.5, -2], "2", "5", ["x"]]);
    expect(await of({ columns: "n", idColumn: "h", labelColumn: "x" })).to.deep.equal([[1, 2], "1", "-2", ["n"]]);
    const two = await readBoth(fixture("two-lists.arrows"), "a.arrows", { vectorColumn: "b", idColumn: "c" });
    expect([[...two.values], two.ids]).to.deep.equal([[2], ["x"]]);
  });

  it("reads columns in groups, by their path", async () => {
    const meta = await readBoth(fixture("kinds.arrow"), "a.arrow", { vectorColumn: "meta.e", idColumn: "meta.n" });
    expect([[...meta.values], meta.ids]).to.deep.equal([
      [1, 2, 3, 4],
      ["1", "2"],
    ]);
  });

  it("reports the columns that are left out, and how to use them", async () => {
    const guesses: string[][] = [];
    const onGuess = (...guess: string[]) => guesses.push(guess);
    await readBoth(fixture("kinds.arrow"), "a.arrow", { onGuess });
    expect(guesses[0]).to.deep.equal([
      "a.arrow: left out the columns at (timestamp), flag (bool), t (utf8), none (null), union (union), sparse (union), " +
        "run (run-end encoded), map (map), view (list view), b (binary view), meta (a group of columns), " +
        "nested (a list of lists)",
      '--labels t or --id-column t uses "t", --columns 1,14 reads the same columns without this note',
    ]);
    guesses.length = 0;
    await readBoth(fixture("kinds.arrow"), "a.arrow", { onGuess, columns: "1,14" });
    await readBoth(fixture("two-lists.arrows"), "a.arrow", { onGuess, vectorColumn: "b" });
    expect(guesses).to.deep.equal([]);
  });

  it("keeps nulls as NaN on request", async () => {
    const kept = async (name: string, options = {}) =>
      Array.from((await readBoth(fixture(name), name, { ...options, nonFinite: "keep" })).values);
    expect(await kept("null-item.arrows")).to.deep.equal([1, 2, 3, Number.NaN, 5, 6]);
    expect(await kept("null-value.arrows", { columns: "x" })).to.deep.equal([1, Number.NaN, 3]);
    expect(await kept("null-group.arrows", { vectorColumn: "m.x" })).to.deep.equal([1, Number.NaN]);
  });

  it("replaces missing values", async () => {
    const set = await readBoth(fixture("null-item.arrows"), "a.arrows", { missing: "mean" });
    expect([...set.values]).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  for (const [name, options, message] of [
    ["null-item", {}, "row 1, column e: expected a number as item 1, found null"],
    ["null-list", {}, "row 1, column e: expected a list of numbers, found null"],
    ["null-list", { nonFinite: "keep" }, "row 1, column e: expected a list of numbers, found null"],
    ["null-fixed", {}, "row 1, column e: expected a list of numbers, found null"],
    ["empty-list", {}, "row 1, column e: expected a list of numbers, found an empty one"],
    ["null-value", {}, "row 1, column x: expected a value, found null"],
    [
      "null-value",
      { nonFinite: "keep" },
      "row 2, column y: expected a whole number within ±2^53, found 1152921504606846977",
    ],
    ["null-id", {}, "row 1, column id: expected a value, found null"],
    ["null-group", {}, "expected columns of numbers, found only m (a group of columns)"],
    ["null-group", { vectorColumn: "m.x" }, "row 1, column m.x: expected a value, found null"],
    ["ragged", {}, "row 2, column e: expected 2 components, found 1"],
    ["not-finite", {}, "row 1, column y: expected a finite number, found nan"],
    ["two-lists", {}, "expected one column of lists, found a, b"],
    ["two-lists", { vectorColumn: "q" }, 'expected a column named "q", found a, b, c'],
    ["two-lists", { vectorColumn: "c" }, "expected numbers in the column c, found utf8"],
    ["two-lists", { columns: "a,b" }, "expected numbers in the column a, found a list of float64"],
    ["empty", {}, "expected rows of numbers, found an empty table"],
  ] as const) {
    it(`reports for ${name} with ${JSON.stringify(options)}: ${message}`, async () => {
      const found = await errorMessage(fixture(`${name}.arrows`), "a.arrows", options);
      expect(found.replace("a.arrows: ", "")).to.equal(message);
    });
  }

  it("reports unsupported files and what to do", async () => {
    expect(await errorMessage(Buffer.from("FEA1\0\0\0\0"), "a.feather")).to.equal(
      "a.feather: expected version 2 of Feather, found version 1",
    );
    if (hasZstd) return;
    expect(await errorMessage(fixture("zstd.feather"), "a.feather")).to.equal(
      "a.feather: expected buffers compressed with LZ4, or not compressed, found ZSTD",
    );
  });

  it("reports bytes after the end of a stream", async () => {
    const bytes = Buffer.concat([fixture("large.arrows"), Buffer.from("x")]);
    expect(await errorMessage(bytes, "a.arrows")).to.match(
      /^a.arrows: expected the end of the stream at byte offset \d+,/,
    );
  });

  it("reads any table that flechette writes, as a file and as a stream", async () => {
    const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
      fc.record({
        rows: fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 30 }),
        ids: fc.constantFrom(flechette.utf8(), flechette.largeUtf8(), flechette.dictionary(flechette.utf8())),
        list: fc.constantFrom(
          flechette.list(flechette.float64()),
          flechette.largeList(flechette.float64()),
          flechette.fixedSizeList(flechette.float64(), columns),
        ),
        maxBatchRows: fc.integer({ min: 1, max: 40 }),
        format: fc.constantFrom("file" as const, "stream" as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, ids, list, maxBatchRows, format }) => {
        const names = rows.map((_, i) => `é${i % 7}`);
        const columns = {
          name: flechette.columnFromArray(names, ids, { maxBatchRows }),
          v: flechette.columnFromArray(rows, list, { maxBatchRows }),
        };
        const bytes = flechette.tableToIPC(flechette.tableFromColumns(columns), { format });
        const set = await readBoth(bytes ?? new Uint8Array(0), "a.arrow");
        expect([set.ids, set.rows]).to.deep.equal([names, rows.length]);
        expectSameBits(set.values, rows.flat());
      }),
    );
  });
});
