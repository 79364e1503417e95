import { expect } from "chai";
import { readVectors } from "#dist/reading/read-vectors.js";
import { expectSameBits, sourceOf } from "../../input/support.js";
import { fixtureJson } from "../../reference.js";

interface PandasTable {
  readonly text: string;
  readonly decimal: "." | ",";
  readonly ids: readonly string[] | null;
  readonly columns: readonly string[];
  /** Rows of numbers; null for a missing value. */
  readonly values: readonly (readonly (number | null)[])[];
}

const TABLES = fixtureJson<PandasTable[]>("tables/messy.json");

describe("tables as pandas reads them", () => {
  it("have the same columns of numbers, ids, and bits of every number", async () => {
    expect(TABLES).to.have.length.above(50);
    for (const { text, decimal, ids, columns, values } of TABLES) {
      const set = await readVectors(sourceOf(text), { decimal, nonFinite: "keep" });
      expect(set.columnNames, text).to.deep.equal(columns);
      expect(set.ids, text).to.deep.equal(ids);
      expectSameBits(
        set.values,
        values.flat().map((value) => value ?? Number.NaN),
      );
    }
  });

  it("have the means of pandas in the place of missing values", async () => {
    for (const { text, decimal, values } of TABLES) {
      const set = await readVectors(sourceOf(text), { decimal, missing: "mean" });
      values.forEach((row, i) => {
        row.forEach((value, j) => {
          const present = values.flatMap((other) => other[j] ?? []);
          const mean = present.reduce((sum, each) => sum + each / present.length, 0);
          const size = present.reduce((sum, each) => Math.max(sum, Math.abs(each)), 0);
          expect(set.values[i * row.length + j]).to.be.closeTo(value ?? mean, 1e-12 * size);
        });
      });
    }
  });

  it("keep the rows without missing values", async () => {
    for (const { text, decimal, values } of TABLES) {
      const whole = values.filter((row) => row.every((value) => value !== null)) as number[][];
      if (whole.length === 0) continue;
      const set = await readVectors(sourceOf(text), { decimal, missing: "skip-row" });
      expectSameBits(set.values, whole.flat());
    }
  });
});
