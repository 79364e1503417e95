import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { DataError, UsageError } from "#dist/core/errors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, readBoth } from "../../input/binary.js";
import { bitsOf, sourceOf } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";

const fixture = (name: string) => readFileSync(fixturePath(`binary/${name}`));
const expected = fixtureJson<{ [array: string]: number[][] }>("binary/hdf5.json");

describe("readHdf5", function () {
  // The library takes up to a second to start.
  this.timeout(60_000);

  for (const [array, values] of Object.entries(expected)) {
    it(`reads the dataset ${array}`, async () => {
      const file = array in { train: 0, test: 0 } ? "ann.hdf5" : "types.hdf5";
      const set = await readBoth(fixture(file), file, { vectorColumn: array });
      expect([set.rows, set.dimensions, set.ids]).to.deep.equal([values.length, values[0]?.length, null]);
      expect(Array.from(set.values, bitsOf)).to.deep.equal(values.flat().map(bitsOf));
    });
  }

  it("reads the only dataset of two dimensions, in any file name", async () => {
    const set = await readBoth(fixture("one.h5"), "no-extension");
    expect(Array.from(set.values)).to.deep.equal(expected.f4?.flat());
  });

  it("reads rows in several parts", async () => {
    const set = await readBoth(fixture("many.hdf5"), "many.hdf5");
    expect([set.rows, set.dimensions]).to.deep.equal([30_000, 50]);
    expect(set.values.every((value, k) => value === Math.floor(k / 50) - (k % 50))).to.equal(true);
  });

  it("reads columns as ids and labels, by their numbers", async () => {
    const options = { vectorColumn: "i1", idColumn: 1, labelColumn: 2, columns: "3-4" };
    const set = await readBoth(fixture("types.hdf5"), "a.hdf5", options);
    const column = (index: number) => expected.i1?.map((row) => String(row[index]));
    expect([set.ids, set.labels]).to.deep.equal([column(0), column(1)]);
    expect([...set.values]).to.deep.equal(expected.i1?.flatMap((row) => row.slice(2)));
  });

  it("keeps numbers that are not finite on request", async () => {
    const set = await readBoth(fixture("not-finite.hdf5"), "a.hdf5", { nonFinite: "keep" });
    expect([...set.values]).to.deep.equal([1, 2, Number.NaN, 3]);
  });

  for (const [name, options, message, hint] of [
    [
      "ann.hdf5",
      {},
      "expected one array of vectors, found distances (3×2 <f4), neighbors (3×2 <i4), test (3×5 <f4), train (20×5 <f4)",
      "name one: 'a.hdf5#train', or --vector-column train",
    ],
    [
      "ann.hdf5",
      { vectorColumn: "trian" },
      'expected an array named "trian", found distances, neighbors, test, train',
      'did you mean "train"?',
    ],
    [
      "types.hdf5",
      { vectorColumn: "cube" },
      "expected numbers of one or two dimensions in the dataset cube, found 2×2×2 <f8",
    ],
    [
      "types.hdf5",
      { vectorColumn: "value" },
      "expected numbers of one or two dimensions in the dataset value, found one item <f8",
    ],
    [
      "types.hdf5",
      { vectorColumn: "text" },
      "expected numbers of one or two dimensions in the dataset text, found 2 text",
    ],
    [
      "types.hdf5",
      { vectorColumn: "complex" },
      "expected numbers of one or two dimensions in the dataset complex, found 2×3 compounds",
    ],
    [
      "types.hdf5",
      { vectorColumn: "norows" },
      "expected numbers of one or two dimensions in the dataset norows, found 0×4 <f8",
    ],
    [
      "types.hdf5",
      { vectorColumn: "lzf" },
      "expected the dataset lzf compressed with gzip, or not compressed, found lzf",
    ],
    ["not-finite.hdf5", {}, "dataset v: row 1, column 0: expected a finite number, found nan"],
    ["unwritten.hdf5", {}, "expected numbers in the dataset v, found 1000000000×1000 <f4 in a file of 1400 bytes"],
  ] as readonly (readonly [string, ReadOptions, string, string?])[]) {
    it(`reports for ${name} with ${JSON.stringify(options)}: ${message}`, async () => {
      const error = await readBoth(fixture(name), "a.hdf5", options).catch((caught: DataError) => caught);
      expect(error).to.be.instanceOf(Error);
      expect((error as DataError).message.replace("a.hdf5: ", "")).to.equal(message);
      if (hint) expect((error as DataError).hint).to.equal(hint);
    });
  }

  it("reports a truncated file, at any length", async () => {
    const bytes = fixture("one.h5");
    for (let length = 8; length < bytes.length; length += 61) {
      expect(await errorMessage(bytes.subarray(0, length), "a.h5", {})).to.match(
        /^a\.h5: expected sound HDF5, found damage: /,
      );
    }
  });

  it("reads or reports an error, for any flipped bits", async () => {
    const bytes = fixture("one.h5");
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (damage) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, mask] of damage) if (at >= 8) damaged[at] = (damaged[at] ?? 0) ^ mask;
        const found = await readVectors(sourceOf(damaged, "a.h5"), {}).catch((error: Error) => error);
        if (found instanceof Error) expect([DataError, UsageError], found.stack).to.include(found.constructor);
      }),
      { numRuns: 40 },
    );
  });

  it("is still able to read after errors", async () => {
    expect((await readBoth(fixture("one.h5"), "a.h5")).rows).to.equal(3);
  });
});
