import { expect } from "chai";
import { DataError } from "#dist/core/errors.js";
import { inParts, rowPlace, shapeOf, sharedArray, vectorsFrom } from "#dist/core/vectors.js";
import { fromFile } from "../reference.js";

describe("vectorsFrom", () => {
  it("copies rows one after another to shared memory", () => {
    const set = vectorsFrom([
      [1, 2, 3],
      [9, 8, 7],
    ]);
    expect(set).to.include({ rows: 2, dimensions: 3, name: "vectors", ids: null, lines: null, labels: null });
    expect(Array.from(set.values)).to.deep.equal([1, 2, 3, 9, 8, 7]);
    expect(set.values.buffer).to.be.an.instanceOf(SharedArrayBuffer);
  });

  it("accepts typed arrays, and copies them", () => {
    const row = Float64Array.of(0.5, -0.25);
    const set = vectorsFrom([row, Float32Array.of(2, 4)]);
    row[0] = 9;
    expect(Array.from(set.values)).to.deep.equal([0.5, -0.25, 2, 4]);
  });

  it("keeps ids and the name", () => {
    const set = vectorsFrom([[1], [2]], { ids: ["x", "y"], name: "pair" });
    expect(set.ids).to.deep.equal(["x", "y"]);
    expect(set.name).to.equal("pair");
  });

  it("rejects an empty list, and rows without components", () => {
    for (const rows of [[], [[]], [[], [1]]]) {
      expect(() => vectorsFrom(rows), JSON.stringify(rows)).to.throw(
        DataError,
        "vectors: expected rows of numbers, found none",
      );
    }
  });

  it("rejects rows of different lengths, naming the row and both lengths", () => {
    const message = "batch: row 1: expected 3 components, found";
    expect(() => vectorsFrom([[1, 2, 3], [4, 5], [6]], { name: "batch" })).to.throw(DataError, `${message} 2`);
    expect(() =>
      vectorsFrom(
        [
          [1, 2, 3],
          [4, 5, 6, 7],
        ],
        { name: "batch" },
      ),
    ).to.throw(DataError, `${message} 4`);
  });

  it("rejects components that are not finite, naming the row and the value", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() =>
        vectorsFrom([
          [1, 2],
          [3, bad],
        ]),
      ).to.throw(DataError, `vectors: row 1: expected a finite number, found ${bad}`);
    }
  });

  it("rejects a wrong number of ids, naming both counts", () => {
    expect(() => vectorsFrom([[1], [2]], { ids: ["x"] })).to.throw(
      DataError,
      "vectors: expected an id for each of 2 rows, found 1",
    );
  });
});

describe("rowPlace and shapeOf", () => {
  it("name file and line if there is a file, otherwise the row", () => {
    expect(rowPlace(fromFile([[1], [2], [3]], "a.csv", [2, 3, 9]), 2)).to.equal("a.csv:9");
    expect(rowPlace(vectorsFrom([[1], [2]]), 1)).to.equal("vectors: row 1");
  });

  it("name a set and its shape", () => {
    expect(
      shapeOf(
        vectorsFrom(
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          { name: "a.csv" },
        ),
      ),
    ).to.equal("a.csv (2×3)");
  });
});

describe("sharedArray", () => {
  it("returns zeros on shared memory", () => {
    const array = sharedArray(3);
    expect(Array.from(array)).to.deep.equal([0, 0, 0]);
    expect(array.buffer).to.be.an.instanceOf(SharedArrayBuffer);
    expect(sharedArray(0)).to.have.length(0);
  });
});

describe("inParts", () => {
  it("yields all rows once, with their ids, lines and numbers", () => {
    const values = Array.from({ length: 7 }, (_, i) => [i, i + 0.5]);
    const ids = values.map((_, i) => `row ${i}`);
    const set = { ...vectorsFrom(values, { ids }), lines: Uint32Array.from(ids, (_, i) => i + 2), labels: ids };
    expect([...inParts(set, 7)]).to.deep.equal([set]);
    const parts = [...inParts(set, 3)];
    expect(parts.map(({ firstRow, rows }) => [firstRow, rows])).to.deep.equal([
      [0, 3],
      [3, 3],
      [6, 1],
    ]);
    expect(parts.flatMap((part) => [...part.values])).to.deep.equal(values.flat());
    expect(parts.flatMap((part) => part.ids)).to.deep.equal(ids);
    expect(parts.flatMap((part) => part.labels)).to.deep.equal(ids);
    expect(parts.flatMap((part) => [...(part.lines ?? [])])).to.deep.equal([...set.lines]);
    expect(rowPlace(parts[2], 0)).to.equal(rowPlace(set, 6));
    expect(parts[1].values.buffer).to.equal(set.values.buffer);
  });
});
