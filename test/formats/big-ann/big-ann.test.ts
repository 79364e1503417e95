import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage, readBoth } from "../../input/binary.js";
import { chunkSizes, expectSameBits, rejection, sourceOf } from "../../input/support.js";
import { fixturePath } from "../../reference.js";

const ITEMS = {
  fbin: { bytes: 4, value: fc.float({ noNaN: true, noDefaultInfinity: true }), put: "setFloat32" },
  ibin: { bytes: 4, value: fc.integer(), put: "setInt32" },
  u8bin: { bytes: 1, value: fc.nat(255), put: "setUint8" },
  i8bin: { bytes: 1, value: fc.integer({ min: -128, max: 127 }), put: "setInt8" },
} as const;
type Format = keyof typeof ITEMS;
const FORMATS = Object.keys(ITEMS) as Format[];

/** Returns a file of these values, with this shape in its header. */
function written(format: Format, rows: number, columns: number, values: readonly number[]): Uint8Array {
  const { bytes, put } = ITEMS[format];
  const view = new DataView(new ArrayBuffer(8 + values.length * bytes));
  view.setUint32(0, rows, true);
  view.setUint32(4, columns, true);
  values.forEach((value, i) => {
    view[put](8 + i * bytes, value, true);
  });
  return new Uint8Array(view.buffer);
}

describe("bigAnnReader", () => {
  itReadsFixtures(/^vectors\.\w+bin$/);
  itReportsDamage(["vectors.fbin", "vectors.f16bin", "vectors.ibin", "vectors.u8bin", "vectors.i8bin"]);

  for (const format of FORMATS) {
    it(`reads any ${format}, for any chunks`, async () => {
      const side = fc.integer({ min: 1, max: 6 });
      const arrays = fc.tuple(side, side).chain(([rows, columns]) => {
        const length = rows * columns;
        const values = fc.array<number>(ITEMS[format].value, { minLength: length, maxLength: length });
        return values.map((list) => ({ rows, columns, values: list }));
      });
      await fc.assert(
        fc.asyncProperty(arrays, chunkSizes, async ({ rows, columns, values }, sizes) => {
          const source = sourceOf(written(format, rows, columns, values), "stdin", sizes);
          const set = await readVectors(source, { inputFormat: format });
          expect([set.rows, set.dimensions]).to.deep.equal([rows, columns]);
          expectSameBits(set.values, values);
        }),
      );
    });
  }

  it("reads a file whose first bytes look like those of another format", async () => {
    // The numbers of rows are, in bytes: [" and {" (JSON), 1f 8b (the start of gzip), 80 02 (a pickle).
    for (const rows of [0x225b, 0x227b, 0x8b1f, 0x0280]) {
      const set = await readBoth(written("u8bin", rows, 1, Array(rows).fill(3)), "a.u8bin");
      expect([set.rows, set.dimensions, set.values.every((value) => value === 3)]).to.deep.equal([rows, 1, true]);
    }
  });

  it("reads a subset of a data set, whose name ends with its number of rows", async () => {
    const set = await readBoth(written("fbin", 2, 1, [1, 2]), "base.1B.fbin.crop_nb_2");
    expect([...set.values]).to.deep.equal([1, 2]);
  });

  it("names the location of a non-finite number", async () => {
    expect(await errorMessage(written("fbin", 2, 2, [1, 2, 3, Number.NaN]), "a.fbin")).to.equal(
      "a.fbin: row 1, column 1 (byte offset 20): expected a finite number, found nan",
    );
  });

  it("reports files of other sizes, and shapes without numbers", async () => {
    for (const [rows, columns] of [
      [0, 4],
      [4, 0],
      [2 ** 32 - 1, 2 ** 32 - 1],
    ] as const) {
      expect(await errorMessage(written("fbin", rows, columns, [1]), "a.fbin")).to.equal(
        `a.fbin: expected the numbers of rows and dimensions at byte offset 0, found ${rows} rows and ${columns} dimensions`,
      );
    }
    expect(await errorMessage(written("u8bin", 2, 2, [1, 2, 3]), "a.u8bin")).to.equal(
      "a.u8bin: expected 4 bytes of numbers from byte offset 8 on, found 3",
    );
    const streamed = await rejection(readVectors(sourceOf(written("u8bin", 1, 1, [1, 2]), "a.u8bin")));
    expect(streamed.message).to.equal("a.u8bin: expected the end of the file at byte offset 9, found more bytes");
    const absurd = await rejection(readVectors(sourceOf(written("fbin", 2 ** 20, 2 ** 20, [1]), "a.fbin")));
    expect(absurd.message).to.match(/more bytes at byte offset 12, found the end of the file$/);
  });

  it("reads the indices or the distances of a file of nearest neighbours", async () => {
    const path = fixturePath("binary/neighbours.ibin");
    const error = await rejection(readVectors(path));
    expect(error.message).to.equal(
      `${path}: expected 24 bytes of integers from byte offset 8 on, found twice as many: distances follow the indices of nearest neighbours`,
    );
    expect([error.hint, error.options]).to.deep.equal(["the indices alone", "--vector-column neighbors"]);
    const bytes = readFileSync(path);
    const indices = [4, 0, 1, 2, 3, 0];
    const distances = [0.5, 1, 2, 0.25, 1, 3];
    expect([...(await readBoth(bytes.subarray(0, 32), "a.ibin")).values]).to.deep.equal(indices);
    for (const [vectorColumn, values] of [
      ["neighbors", indices],
      ["distances", distances],
    ] as const) {
      expect([...(await readVectors(path, { vectorColumn })).values]).to.deep.equal(values);
      const stream = sourceOf(bytes, "a.ibin");
      expect([...(await readVectors(stream, { vectorColumn })).values]).to.deep.equal(values);
      expect([...(await readVectors(`${path}#${vectorColumn}`)).values]).to.deep.equal(values);
    }
    const other = await rejection(readVectors(path, { vectorColumn: "ids" }));
    expect(other.message).to.equal(`${path}: expected an array named "ids", found neighbors, distances`);
    const plain = await rejection(readVectors(fixturePath("binary/vectors.ibin"), { vectorColumn: "distances" }));
    expect(plain.message).to.contain('expected an array named "distances", found indices without distances');
  });
});
