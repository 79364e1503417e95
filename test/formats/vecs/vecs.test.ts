import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage } from "../../input/binary.js";
import { chunkSizes, expectSameBits, sourceOf } from "../../input/support.js";

const ITEMS = {
  fvecs: { bytes: 4, value: fc.float({ noNaN: true, noDefaultInfinity: true }), put: "setFloat32" },
  ivecs: { bytes: 4, value: fc.integer(), put: "setInt32" },
  bvecs: { bytes: 1, value: fc.nat(255), put: "setUint8" },
} as const;
type Format = keyof typeof ITEMS;

/** Returns a file of these rows. */
function written(format: Format, rows: readonly (readonly number[])[]): Uint8Array {
  const { bytes, put } = ITEMS[format];
  const records = rows.map((row) => {
    const view = new DataView(new ArrayBuffer(4 + row.length * bytes));
    view.setInt32(0, row.length, true);
    row.forEach((value, i) => {
      view[put](4 + i * bytes, value, true);
    });
    return new Uint8Array(view.buffer);
  });
  return Buffer.concat(records);
}

describe("readFvecs, readIvecs, readBvecs", () => {
  itReadsFixtures(/vecs$/);
  itReportsDamage(["vectors.fvecs", "vectors.ivecs"], { isComplete: (length) => length % 20 === 0 });
  itReportsDamage(["vectors.bvecs"], { isComplete: (length) => length % 8 === 0 });

  for (const format of ["fvecs", "ivecs", "bvecs"] as const) {
    it(`reads any ${format}, for any chunks`, async () => {
      const rows = fc.integer({ min: 1, max: 5 }).chain((columns) => {
        const row = fc.array<number>(ITEMS[format].value, { minLength: columns, maxLength: columns });
        return fc.array(row, { minLength: 1, maxLength: 6 });
      });
      await fc.assert(
        fc.asyncProperty(rows, chunkSizes, async (given, sizes) => {
          const source = sourceOf(written(format, given), "stdin", sizes);
          const set = await readVectors(source, { inputFormat: format });
          expect([set.rows, set.dimensions]).to.deep.equal([given.length, given[0]?.length]);
          expectSameBits(set.values, given.flat());
        }),
      );
    });
  }

  it("keeps the order of rows over many batches", async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => Array.from({ length: 100 }, (_, j) => i - j));
    const set = await readVectors(sourceOf(written("fvecs", rows), "a.fvecs", [1 << 18]));
    expect([set.rows, set.values.every((value, k) => value === rows[Math.floor(k / 100)]?.[k % 100])]).to.deep.equal([
      rows.length,
      true,
    ]);
  });

  it("names the location of a non-finite number", async () => {
    const bytes = written("fvecs", [
      [1, 2],
      [3, Number.NaN],
    ]);
    expect(await errorMessage(bytes, "a.fvecs")).to.equal(
      "a.fvecs: row 1, column 1 (byte offset 20): expected a finite number, found nan",
    );
  });

  it("reports the byte offset of a dimension that differs, is negative or too large", async () => {
    const other = written("fvecs", [[1, 2], [3, 4], [5]]);
    expect(await errorMessage(other, "a.fvecs")).to.equal(
      "a.fvecs: expected the dimension 2 at byte offset 24, found 1",
    );
    const negative = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
    expect(await errorMessage(negative, "a.bvecs")).to.equal(
      "a.bvecs: expected a dimension of 1 or more at byte offset 0, found -1",
    );
    const absurd = Uint8Array.of(255, 255, 255, 127, 0, 0, 0, 0);
    expect(await errorMessage(absurd, "a.fvecs")).to.equal(
      "a.fvecs: expected 8589934584 more bytes at byte offset 8, found the end of the file",
    );
    expect(await errorMessage(new Uint8Array(0), "a.fvecs")).to.equal(
      "a.fvecs: expected rows of numbers, found an empty file",
    );
  });
});
