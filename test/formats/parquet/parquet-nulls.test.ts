import { expect } from "chai";
import fc from "fast-check";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, readBoth } from "../../input/binary.js";
import { bitsOf, finite, sourceOf } from "../../input/support.js";
import { bytesOf, craftedFile, run } from "./parquet-bytes.js";

const keep = { nonFinite: "keep" } as const;
const optional = { repetition_type: "OPTIONAL" } as const;
const number = (name: string): SchemaElement => ({ name, type: "DOUBLE", ...optional });
const lists: SchemaElement[] = [
  { name: "v", converted_type: "LIST", num_children: 1, ...optional },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  number("element"),
];

describe('nulls in Parquet with nonFinite "keep"', () => {
  // hyparquet-writer's dictionaries do not distinguish 0 and −0.
  const positiveZero = finite.map((value) => value + 0);
  const someNull = fc.oneof(positiveZero, fc.constant(null), fc.constantFrom(1, null));
  const encodings = fc.constantFrom("PLAIN" as const, "RLE_DICTIONARY" as const, "BYTE_STREAM_SPLIT" as const);
  const sizes = { rowGroupSize: fc.integer({ min: 1, max: 60 }), pageSize: fc.integer({ min: 16, max: 400 }) };

  it("become NaN in numeric columns, for any pages and row groups", async () => {
    const columns = fc.integer({ min: 1, max: 60 }).chain((rows) => {
      const column = fc.array(someNull, { minLength: rows, maxLength: rows });
      return fc.record({ columns: fc.tuple(column, column), encoding: encodings, ...sizes });
    });
    await fc.assert(
      fc.asyncProperty(columns, async ({ columns: [x, y], encoding, ...options }) => {
        const schema = [{ name: "root", num_children: 2 }, number("x"), number("y")];
        const columnData = [
          { name: "x", data: x, encoding },
          { name: "y", data: y },
        ];
        const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema, ...options }));
        const { values } = await readVectors(sourceOf(bytes, "a.parquet"), keep);
        const expected = x.flatMap((value, i) => [value ?? Number.NaN, y[i] ?? Number.NaN]);
        expect(Array.from(values, bitsOf)).to.deep.equal(expected.map(bitsOf));
      }),
      { numRuns: 200 },
    );
  });

  it("become NaN in lists of numbers", async () => {
    const table = fc.integer({ min: 1, max: 4 }).chain((width) => {
      const row = fc.array(someNull, { minLength: width, maxLength: width });
      return fc.record({ data: fc.array(row, { minLength: 1, maxLength: 40 }), ...sizes });
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ data, ...options }) => {
        const schema = [{ name: "root", num_children: 1 }, ...lists];
        const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "v", data }], schema, ...options }));
        const { values, rows } = await readVectors(sourceOf(bytes, "a.parquet"), keep);
        expect(rows).to.equal(data.length);
        expect(Array.from(values, bitsOf)).to.deep.equal(data.flat().map((value) => bitsOf(value ?? Number.NaN)));
      }),
      { numRuns: 200 },
    );
  });

  for (const encoding of ["PLAIN", "RLE_DICTIONARY", "DELTA_BINARY_PACKED"] as const) {
    it(`fill a page without bytes or dictionary: ${encoding}`, async () => {
      const page = { count: 3, encoding, levels: [run(3, 0)], body: [] };
      const bytes = craftedFile(3, [{ schema: [{ name: "x", type: "INT32", ...optional }], pages: [page] }]);
      expect([...(await readBoth(bytes, "a.parquet", keep)).values]).to.deep.equal([NaN, NaN, NaN]);
    });
  }

  it("must match the count in the page header", async () => {
    const page = { count: 3, levels: [[3, 0b101]], body: bytesOf(1) };
    const bytes = craftedFile(3, [{ schema: [number("x")], pages: [page] }]);
    expect(await errorMessage(bytes, "a.parquet", keep)).to.equal(
      "a.parquet: expected sound Parquet at byte offset 4, found damage: 2 values of 8 bytes in 8 bytes",
    );
  });

  for (const [found, data] of [
    ["null", [[1, null], null]],
    ["an empty one", [[1, null], []]],
  ] as const) {
    it(`are an error in place of a list: ${found}`, async () => {
      const schema = [{ name: "root", num_children: 1 }, ...lists];
      const columnData = [{ name: "v", data: [...data] }];
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema }));
      expect(await errorMessage(bytes, "a.parquet", keep)).to.equal(
        `a.parquet: row 1, column v: expected a list of numbers, found ${found}`,
      );
    });
  }

  it("are an error among ids", async () => {
    const schema: SchemaElement[] = [{ name: "root", num_children: 2 }, number("id"), number("x")];
    const columnData = ["id", "x"].map((name) => ({ name, data: [1, null] }));
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema }));
    expect(await errorMessage(bytes, "a.parquet", keep)).to.equal(
      "a.parquet: row 1, column id: expected a value, found null",
    );
  });
});
