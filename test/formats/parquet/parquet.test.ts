import { readFileSync } from "node:fs";
import * as zlib from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReportsDamage, readBoth } from "../../input/binary.js";
import { bitsOf, expectSameBits, finite, sourceOf } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";
import { craftedFile, flat, list, text } from "./parquet-bytes.js";

const fixture = (name: string) => readFileSync(fixturePath(`binary/${name}`));

interface Expected {
  readonly values: readonly (readonly number[])[];
  readonly ids: readonly string[] | null;
  readonly columnNames?: readonly string[];
}

const hasZstd = "zstdDecompressSync" in zlib;

describe("readParquet", () => {
  for (const [name, { values, ids, columnNames }] of Object.entries(
    fixtureJson<{ [name: string]: Expected }>("binary/parquet.json"),
  )) {
    (name.includes("zstd") && !hasZstd ? it.skip : it)(`reads ${name}`, async () => {
      const set = await readBoth(fixture(name), name);
      expect([set.rows, set.dimensions]).to.deep.equal([values.length, values[0]?.length]);
      expect(Array.from(set.values, bitsOf)).to.deep.equal(values.flat().map(bitsOf));
      expect([set.ids, set.columnNames, set.lines]).to.deep.equal([ids, columnNames ?? null, null]);
    });
  }

  const damage = { runs: 200 };
  itReportsDamage(
    ["duckdb-snappy.parquet", "duckdb-gzip.parquet", "duckdb-v2.parquet", "duckdb-columns.parquet"],
    damage,
  );
  itReportsDamage(["polars.parquet", "polars-columns.parquet", "duckdb-types.parquet"], damage);
  itReportsDamage(["duckdb-decimals.parquet", "duckdb-kinds.parquet"], damage);

  it("reads several row groups, with labels", async () => {
    const set = await readBoth(fixture("duckdb-groups.parquet"), "a.parquet", { labelColumn: "class" });
    expect([set.rows, set.dimensions, set.ids]).to.deep.equal([5000, 2, null]);
    expect(set.values.every((value, k) => value === (k % 2 ? -((k - 1) / 2) : k / 2))).to.equal(true);
    expect(set.labels?.every((label, i) => label === String(i % 3))).to.equal(true);
  });

  it("reads the selected columns", async () => {
    const bytes = fixture("duckdb-columns.parquet");
    const of = async (options: object) => {
      const { values, ids, columnNames } = await readBoth(bytes, "a.parquet", options);
      return [[...values.slice(0, 2)], ids?.[1] ?? null, columnNames];
    };
    expect(await of({ columns: "z,x" })).to.deep.equal([[-1.75, -5], "row-1é", ["z", "x"]]);
    expect(await of({ columns: "1-2", idColumn: "z" })).to.deep.equal([[-5, 0], "-0.875", ["x", "number"]]);
    expect(await of({ idColumn: 2, columns: "x" })).to.deep.equal([[-5, -4.125], "2", ["x"]]);
    const two = await readBoth(fixture("two-lists.parquet"), "a.parquet", { vectorColumn: "b", idColumn: "c" });
    expect([[...two.values], two.ids]).to.deep.equal([[2], ["x"]]);
  });

  for (const [name, options, message] of [
    ["null-item", {}, "row 1, column e: expected a number as item 1, found null"],
    ["null-list", {}, "row 1, column e: expected a list of numbers, found null"],
    ["empty-list", {}, "row 1, column e: expected a list of numbers, found an empty one"],
    ["null-value", {}, "row 1, column x: expected a value, found null"],
    ["ragged", {}, "row 2, column e: expected 2 components, found 1"],
    ["not-finite", {}, "row 1, column y: expected a finite number, found nan"],
    ["two-lists", {}, "expected one column of lists, found a, b"],
    ["two-lists", { vectorColumn: "q" }, 'expected a column named "q", found a, b, c, d'],
    ["two-lists", { vectorColumn: "c" }, "expected numbers in the column c, found UTF8"],
    ["two-lists", { columns: "d" }, "expected numbers in the column d, found DATE"],
    ["two-lists", { columns: "a,b" }, "expected numbers in the column a, found a list of FLOAT"],
    ["two-lists", { columns: "!1-4" }, "expected columns of numbers, found none left"],
    ["two-lists", { idColumn: "d", vectorColumn: "a" }, "expected texts or numbers in the column d, found DATE"],
  ] as const) {
    it(`reports for ${name} with ${JSON.stringify(options)}: ${message}`, async () => {
      expect(
        (await errorMessage(fixture(`${name}.parquet`), "a.parquet", options)).replace("a.parquet: ", ""),
      ).to.equal(message);
    });
  }

  it("reports an unsupported codec, and the Node version that supports it", async function () {
    if (hasZstd) this.skip();
    expect(await errorMessage(fixture("duckdb-zstd.parquet"), "a.parquet")).to.equal(
      "a.parquet: expected a file compressed with snappy, gzip or brotli, or not compressed, found ZSTD",
    );
  });

  it("reads lists that hyparquet-writer writes, for any pages and row groups", async () => {
    const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
      fc.record({
        rows: fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 30 }),
        rowGroupSize: fc.integer({ min: 1, max: 40 }),
        pageSize: fc.integer({ min: 16, max: 400 }),
        codec: fc.constantFrom("SNAPPY" as const, "UNCOMPRESSED" as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, ...options }) => {
        const columnData = [
          { name: "name", data: rows.map((_, i) => `é${i % 7}`), type: "STRING" as const },
          { name: "v", data: rows },
        ];
        const schema = [
          { name: "root", num_children: 2 },
          {
            name: "name",
            type: "BYTE_ARRAY" as const,
            converted_type: "UTF8" as const,
            repetition_type: "OPTIONAL" as const,
          },
          { name: "v", repetition_type: "REQUIRED" as const, converted_type: "LIST" as const, num_children: 1 },
          { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
          { name: "element", type: "DOUBLE" as const, repetition_type: "REQUIRED" as const },
        ];
        const data = columnData.map(({ name, data }) => ({ name, data }));
        const bytes = new Uint8Array(parquetWriteBuffer({ columnData: data, schema, ...options }));
        const set = await readVectors(sourceOf(bytes, "stdin"));
        expectSameBits(set.values, rows.flat());
        expect(set.ids).to.deep.equal(columnData[0]?.data);
      }),
      { numRuns: 200 },
    );
  });

  it("reads half floats, and numeric ids", async () => {
    const halves = [1.5, -0.25, 65504, 2 ** -24, 0, -2];
    const columnData = [
      { name: "id", data: halves.map((_, i) => i / 2), type: "DOUBLE" as const },
      { name: "h", data: halves, type: "FLOAT16" as const },
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    const set = await readVectors(sourceOf(bytes, "a.parquet"));
    expect([[...set.values], set.ids]).to.deep.equal([halves, ["0", "0.5", "1", "1.5", "2", "2.5"]]);
    const other = await readVectors(sourceOf(bytes, "a.parquet"), { idColumn: "h" });
    expect([[...other.values], other.ids]).to.deep.equal([[0, 0.5, 1, 1.5, 2, 2.5], halves.map(String)]);
  });

  it("takes a column _id for ids, not for a component", async () => {
    const columnData = [
      { name: "x", data: [0.5, -1], type: "DOUBLE" as const },
      { name: "_id", data: [7, 8], type: "INT32" as const },
    ];
    const set = await readVectors(sourceOf(new Uint8Array(parquetWriteBuffer({ columnData })), "a.parquet"));
    expect([[...set.values], set.ids, set.columnNames]).to.deep.equal([[0.5, -1], ["7", "8"], ["x"]]);
  });

  const idCases: readonly (readonly [columns: string, ids: string | null, names: string | null])[] = [
    // With a column of lists.
    ["embedding:list id:text", "id", null],
    ["embedding:list ID:whole", "ID", null],
    ["embedding:list Key:text text:text", "Key", null],
    ["title:text embedding:list name:text", "name", null],
    ["title:text embedding:list", "title", null],
    ["embedding:list title:text", null, null],
    ["embedding:list word:whole key:whole", "key", null],
    ["name:text embedding:list _id:text", "_id", null],
    // With numeric columns, which may be components.
    ["x:whole key:whole", null, "x,key"],
    ["x:whole key:text", "key", "x"],
    ["name:whole ids:whole", "ids", "name"],
    ["x:whole __index_level_0__:whole word:text", "word", "x,__index_level_0__"],
  ];
  for (const [columns, ids, names] of idCases) {
    it(`takes ${ids ?? "none"} of ${columns} for ids`, async () => {
      const data = { list: [[0.5], [1.5]], text: ["p", "q"], whole: [3, 4] };
      const columnData = columns.split(" ").map((column) => {
        const [name, kind] = column.split(":") as [string, keyof typeof data];
        return { name, kind, data: data[kind] };
      });
      const schema = [
        { name: "root", num_children: columnData.length },
        ...columnData.flatMap(({ name, kind }) => {
          if (kind === "list") return list(name);
          return kind === "text" ? text(name) : flat(name, "INT32");
        }),
      ];
      const write = columnData.map(({ name, data }) => ({ name, data }));
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData: write, schema }));
      const set = await readVectors(sourceOf(bytes, "a.parquet"));
      const kindOfIds = columnData.find(({ name }) => name === ids)?.kind;
      expect(set.ids).to.deep.equal(kindOfIds ? data[kindOfIds].map(String) : null);
      expect(set.columnNames).to.deep.equal(names?.split(",") ?? null);
    });
  }

  it("reads selected columns inside a group, and reports missing values among them", async () => {
    const group = (items: readonly ({ key: string; e: readonly number[] } | null)[]) => {
      const optional = { repetition_type: "OPTIONAL" as const };
      const schema = [
        { name: "root", num_children: 2 },
        { name: "a.b", type: "DOUBLE" as const, repetition_type: "REQUIRED" as const },
        { name: "meta", num_children: 2, ...optional },
        { name: "key", type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const, ...optional },
        { name: "e", converted_type: "LIST" as const, num_children: 1, ...optional },
        { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
        { name: "element", type: "DOUBLE" as const, ...optional },
      ];
      const columnData = [
        { name: "a.b", data: items.map((_, i) => i / 4) },
        { name: "meta", data: [...items] },
      ];
      return new Uint8Array(parquetWriteBuffer({ schema, columnData }));
    };
    const items = [
      { key: "p", e: [1, 2] },
      { key: "q", e: [3, 4] },
    ];
    const inner = { vectorColumn: "meta.e", idColumn: "meta.key" };
    const set = await readBoth(group(items), "a.parquet", inner);
    expect([[...set.values], set.dimensions, set.ids]).to.deep.equal([[1, 2, 3, 4], 2, ["p", "q"]]);
    // Columns inside a group are read only on request; a column name may contain a dot.
    expect([...(await readBoth(group(items), "a.parquet")).values]).to.deep.equal([0, 0.25]);
    expect([...(await readBoth(group(items), "a.parquet", { vectorColumn: "a.b" })).values]).to.deep.equal([0, 0.25]);
    expect(await errorMessage(group([...items, null]), "a.parquet", { vectorColumn: "meta.e" })).to.equal(
      "a.parquet: row 2, column meta.e: expected a list of numbers, found null",
    );
    expect(await errorMessage(group(items), "a.parquet", { vectorColumn: "meta.f" })).to.equal(
      'a.parquet: expected a column named "meta.f", found a.b, meta',
    );
  });

  for (const [name, column] of [
    ["lists", list("v")],
    ["numbers", flat("v", "DOUBLE")],
  ] as const) {
    it(`reports that a table of ${name} is empty if its group has no page`, async () => {
      const bytes = craftedFile(0, [{ schema: column, pages: [] }]);
      expect(await errorMessage(bytes, "a.parquet")).to.equal(
        "a.parquet: expected rows of numbers, found an empty table",
      );
    });
  }

  it("reports files that are not Parquet, and truncated ones", async () => {
    expect(await errorMessage(Buffer.from("PAR1"), "a.parquet")).to.equal(
      "a.parquet: expected sound Parquet at byte offset 0, found damage: a file of 4 bytes",
    );
    expect(await errorMessage(Buffer.from("PAR1\0\0\0\0\0\0\0\0\0\0"), "a.parquet")).to.equal(
      "a.parquet: expected sound Parquet at byte offset 10, found damage: no PAR1 at its end",
    );
    expect(await errorMessage(Buffer.from("PAR1\xff\xff\xff\x7fPAR1", "latin1"), "a.parquet")).to.equal(
      "a.parquet: expected sound Parquet at byte offset 4, found damage: metadata of 2147483647 bytes",
    );
  });
});
