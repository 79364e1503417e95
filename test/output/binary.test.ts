import { expect } from "chai";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { DataError } from "#dist/core/errors.js";
import { bigAnnWriter } from "#dist/formats/big-ann/write-big-ann.js";
import { npyMatrix } from "#dist/formats/npy/write-npy.js";
import { parquetMatrix, parquetRecords } from "#dist/formats/parquet/write-parquet.js";
import { safetensorsMatrix } from "#dist/formats/safetensors/write-safetensors.js";
import { ivecsWriter } from "#dist/formats/vecs/write-vecs.js";
import type { Cell, Chunk, ColumnKind, ListKind, MatrixFormatter, RecordCell } from "#dist/output/format.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { sourceOf } from "../input/support.js";
import { runtimeOf } from "../reference.js";
import { bitsOf, type Cut, cuts, finite, headOf, idsOf, tilesOf } from "./support.js";

/** Numbers as in results, including NaN. */
const result = fc.oneof(finite, fc.constant(Number.NaN));

/** Returns everything that a formatter writes. Tiles are overwritten after use, as engines do. */
function written(formatter: MatrixFormatter<Chunk>, cut: Cut): Buffer {
  const parts = [Buffer.from(formatter.begin())];
  for (const tile of tilesOf(cut)) {
    parts.push(Buffer.from(formatter.tile(tile) as Uint8Array));
    tile.values.fill(7);
  }
  return Buffer.concat([...parts, Buffer.from(formatter.end({}))]);
}

const flatCuts = cuts(result).map((cut) => ({ ...cut, columns: 1, values: cut.values.slice(0, cut.rows) }));

/** Reads rows as objects with hyparquet only. */
function objectsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const copy = Uint8Array.from(bytes);
  return parquetReadObjects({
    file: { byteLength: copy.length, slice: (start, end) => copy.buffer.slice(start, end) },
  });
}

describe("npyMatrix", () => {
  it("writes NumPy's header, and the cells unchanged", () => {
    fc.assert(
      fc.property(cuts(result), (cut) => {
        const bytes = written(npyMatrix(headOf(cut)), cut);
        const length = bytes.readUInt16LE(8);
        expect(bytes.subarray(0, 8).toString("latin1")).to.equal("\x93NUMPY\x01\x00");
        expect((10 + length) % 64).to.equal(0);
        const header = bytes.toString("latin1", 10, 10 + length);
        expect(header.trimEnd()).to.equal(
          `{'descr': '<f8', 'fortran_order': False, 'shape': (${cut.rows}, ${cut.columns}), }`,
        );
        expect(header.endsWith("\n")).to.equal(true);
        const cells = Array.from(cut.values, (_, i) => bytes.readDoubleLE(10 + length + 8 * i));
        expect(cells.map(bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
        expect(bytes.length).to.equal(10 + length + 8 * cut.values.length);
      }),
    );
  });

  it("writes one value per row as a one-dimensional array", () => {
    fc.assert(
      fc.property(flatCuts, (cut) => {
        const bytes = written(npyMatrix(headOf(cut, { flat: true })), cut);
        expect(bytes.toString("latin1")).to.contain(`'shape': (${cut.rows},), }`);
      }),
    );
  });

  it("is read back by simcli with the same bits", async () => {
    await fc.assert(
      fc.asyncProperty(cuts(finite), async (cut) => {
        const set = await readVectors(sourceOf(written(npyMatrix(headOf(cut)), cut), "stdin"));
        expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });
});

const withIds = cuts(finite).chain((cut) => fc.tuple(fc.constant(cut), fc.option(idsOf(cut.rows))));

describe("safetensorsMatrix", () => {
  it("writes the documented header, and the cells unchanged", () => {
    fc.assert(
      fc.property(cuts(result), fc.boolean(), (cut, flat) => {
        const bytes = written(safetensorsMatrix(headOf(cut, { flat })), cut);
        const length = Number(bytes.readBigUInt64LE(0));
        expect(length % 8).to.equal(0);
        expect(JSON.parse(bytes.toString("utf8", 8, 8 + length))).to.deep.equal({
          vectors: {
            dtype: "F64",
            shape: flat ? [cut.rows] : [cut.rows, cut.columns],
            data_offsets: [0, 8 * cut.values.length],
          },
        });
        const cells = Array.from(cut.values, (_, i) => bytes.readDoubleLE(8 + length + 8 * i));
        expect(cells.map(bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
        expect(bytes.length).to.equal(8 + length + 8 * cut.values.length);
      }),
    );
  });

  it("is read back by simcli with the same bits and ids", async () => {
    await fc.assert(
      fc.asyncProperty(withIds, async ([cut, rowIds]) => {
        const bytes = written(safetensorsMatrix(headOf(cut, { rowIds })), cut);
        const set = await readVectors(sourceOf(bytes, "stdin"));
        expect([set.rows, set.dimensions, set.ids]).to.deep.equal([cut.rows, cut.columns, rowIds]);
        expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });

  it("rejects ids that exceed the header", () => {
    const rowIds = Array(11).fill("x".repeat(9_999_999));
    const cut = { rows: 11, columns: 1, values: new Float64Array(11), sizes: [11] };
    expect(() => safetensorsMatrix(headOf(cut, { rowIds })).begin()).to.throw(
      DataError,
      /^safetensors: expected a header of 100000000 bytes at most, found 1100001\d\d bytes with the ids$/,
    );
  });
});

describe("bigAnnWriter", () => {
  const options = { precision: null, header: true };
  const VALUES = {
    fbin: fc.float({ noNaN: true, noDefaultInfinity: true }),
    ibin: fc.integer(),
    u8bin: fc.nat(255),
    i8bin: fc.integer({ min: -128, max: 127 }),
  } as const;

  for (const format of ["fbin", "ibin", "u8bin", "i8bin"] as const) {
    it(`writes ${format} that simcli reads back with the same numbers`, async () => {
      await fc.assert(
        fc.asyncProperty(cuts(VALUES[format]), async (cut) => {
          const notes: string[] = [];
          const writer = bigAnnWriter(format).matrix(headOf(cut), { ...options, note: (text) => notes.push(text) });
          const bytes = written(writer, cut);
          expect([bytes.readUInt32LE(0), bytes.readUInt32LE(4), notes]).to.deep.equal([cut.rows, cut.columns, []]);
          const set = await readVectors(sourceOf(bytes, "stdin"), { inputFormat: format });
          expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
        }),
      );
    });
  }

  for (const [format, value, expected] of [
    ["u8bin", 0.5, "a whole number from 0 to 255, found 0.5"],
    ["u8bin", 256, "a whole number from 0 to 255, found 256"],
    ["u8bin", -1, "a whole number from 0 to 255, found -1"],
    ["i8bin", 128, "a whole number from -128 to 127, found 128"],
    ["i8bin", Number.NaN, "a whole number from -128 to 127, found NaN"],
    ["ibin", 2 ** 31, "a whole number within 32 bits, found 2147483648"],
    ["fbin", 1e39, "a number within ±3.4e38, found 1e+39"],
  ] as const) {
    it(`rejects ${value} in ${format}, with its place`, () => {
      const cut = { rows: 3, columns: 2, values: Float64Array.of(0, 1, 2, 3, 4, value), sizes: [2] };
      const formatter = bigAnnWriter(format).matrix(headOf(cut), options);
      expect(() => written(formatter, cut)).to.throw(DataError, `${format}: row 2, column 1: expected ${expected}`);
    });
  }

  it("notes numbers that float32 rounds, and ids that are left out", () => {
    const notes: string[] = [];
    const cut = { rows: 2, columns: 2, values: Float64Array.of(0.5, 0.1, 1 / 3, Number.NaN), sizes: [1] };
    const head = headOf(cut, { rowIds: ["a", "b"] });
    const bytes = written(bigAnnWriter("fbin").matrix(head, { ...options, note: (text) => notes.push(text) }), cut);
    expect(new Float32Array(Uint8Array.from(bytes.subarray(8)).buffer)).to.deep.equal(Float32Array.from(cut.values));
    expect(notes).to.deep.equal([
      "fbin: rounded 2 of 4 numbers to float32; .npy and .safetensors keep all digits",
      "fbin: left out the ids, for which it has no place; .safetensors and .parquet keep them",
    ]);
  });
});

describe("ivecsWriter", () => {
  it("writes the number of columns before each row, and simcli reads back the same numbers", async () => {
    await fc.assert(
      fc.asyncProperty(cuts(fc.integer()), async (cut) => {
        const bytes = written(ivecsWriter.matrix(headOf(cut), { precision: null, header: true }), cut);
        const recordBytes = 4 * (cut.columns + 1);
        expect(bytes).to.have.length(cut.rows * recordBytes);
        for (let row = 0; row < cut.rows; row++) expect(bytes.readInt32LE(row * recordBytes)).to.equal(cut.columns);
        const set = await readVectors(sourceOf(bytes, "a.ivecs"));
        expect([...set.values]).to.deep.equal([...cut.values]);
      }),
    );
  });

  it("rejects other numbers, and notes ids that are left out", () => {
    const notes: string[] = [];
    const options = { precision: null, header: true, note: (text: string) => notes.push(text) };
    const cut = { rows: 1, columns: 2, values: Float64Array.of(0, 0.5), sizes: [1] };
    const head = headOf(cut, { rowIds: ["a"] });
    expect(() => written(ivecsWriter.matrix(head, options), cut)).to.throw(
      DataError,
      "ivecs: row 0, column 1: expected a whole number within 32 bits, found 0.5",
    );
    written(ivecsWriter.matrix(head, options), { ...cut, values: Float64Array.of(0, 5) });
    expect(notes).to.deep.equal([
      "ivecs: left out the ids, for which it has no place; .safetensors and .parquet keep them",
    ]);
  });
});

describe("parquetMatrix", () => {
  it("writes one list per row, with ids, which hyparquet and simcli read back", async () => {
    await fc.assert(
      fc.asyncProperty(withIds, async ([cut, rowIds]) => {
        const bytes = written(parquetMatrix(headOf(cut, { rowIds })), cut);
        const objects = await objectsOf(bytes);
        for (const group of parquetMetadata(Uint8Array.from(bytes)).row_groups) {
          const sizes = group.columns.map(({ meta_data: meta }) => meta?.total_compressed_size ?? 0n);
          const size = sizes.reduce((sum, one) => sum + one, 0n);
          expect(group.total_compressed_size).to.equal(size);
        }
        // hyparquet removes a byte order mark at the start of a text.
        const plainIds = rowIds?.map((id) => id.replace(/^\ufeff/, ""));
        expect(objects.map(({ id }) => id ?? null)).to.deep.equal(plainIds ?? Array(cut.rows).fill(null));
        const set = await readVectors(sourceOf(bytes, "stdin"));
        expect(set.ids).to.deep.equal(rowIds);
        for (const values of [objects.flatMap(({ vector }) => vector as number[]), set.values]) {
          expect(Array.from(values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("writes one value per row as a column of numbers", async () => {
    await fc.assert(
      fc.asyncProperty(flatCuts, async (cut) => {
        const head = headOf(cut, { flat: true, columnIds: ["cosine"] });
        const objects = await objectsOf(written(parquetMatrix(head), cut));
        expect(objects.map(({ cosine }) => cosine)).to.deep.equal([...cut.values]);
      }),
      { numRuns: 60 },
    );
  });

  it("writes the same bytes in parts", async () => {
    await fc.assert(
      fc.asyncProperty(withIds, async ([cut, rowIds]) => {
        const head = headOf(cut, { rowIds });
        const formatter = parquetMatrix(head);
        const parts: Uint8Array[] = [];
        for (const tile of tilesOf(cut)) {
          for await (const part of formatter.parts?.(tile, runtimeOf(1)) ?? []) parts.push(part);
          tile.values.fill(7);
        }
        const bytes = Buffer.concat([...parts, formatter.end({})]);
        expect(bytes.equals(written(parquetMatrix(head), cut))).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });

  it("bounds the size of pages and row groups, for tiles of any height", async () => {
    const [rows, columns] = [20, 1 << 19];
    const tiles = [3, 17].map((size, k) => {
      const values = Float64Array.from({ length: size * columns }, (_, i) => 3 * k * columns + i);
      return { firstRow: 3 * k, rows: size, columns, values };
    });
    const formatter = parquetMatrix({ rows, columns, rowIds: null, columnIds: null, flat: false, members: {} });
    const parts: Uint8Array[] = [];
    for (const tile of tiles) for await (const part of formatter.parts?.(tile, runtimeOf(1)) ?? []) parts.push(part);
    // A row exceeds the page size, and sixteen fill a row group.
    expect(parts.every(({ length }) => length <= 8 * columns)).to.equal(true);
    const bytes = Buffer.concat([...parts, formatter.end({})]);
    const groups = parquetMetadata(bytes).row_groups.map((group) => [
      Number(group.num_rows),
      Number(group.columns[0].meta_data?.num_values),
      Math.floor(Number(group.total_byte_size) / (8 * columns)),
    ]);
    expect(groups).to.deep.equal([
      [16, 16 * columns, 16],
      [4, 4 * columns, 4],
    ]);
    const set = await readVectors(sourceOf(bytes, "stdin"));
    expect([set.rows, set.dimensions, set.values.every((value, i) => value === i)]).to.deep.equal([
      rows,
      columns,
      true,
    ]);
  });
});

describe("parquetRecords", () => {
  const bytesOf = (
    columns: { readonly [name: string]: ColumnKind | ListKind },
    rows: Iterable<readonly RecordCell[]>,
  ) => Buffer.concat([...parquetRecords({ columns: Object.keys(columns), kinds: Object.values(columns), rows })]);

  it("writes texts, doubles and integers by the types of the columns, and nulls", async () => {
    const row = fc.tuple(
      fc.string({ unit: "grapheme" }),
      fc.option(finite),
      fc.option(fc.integer()),
      fc.oneof(fc.constant(null), fc.string({ unit: "grapheme" }), fc.integer()),
    );
    const columns = { name: "text", score: "number", rank: "whole", anchor: "text" } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const objects = await objectsOf(bytesOf(columns, rows));
        expect(objects).to.deep.equal(
          rows.map(([name, score, rank, anchor]) => ({
            name,
            score,
            rank: rank === null ? null : BigInt(rank),
            anchor: anchor === null ? null : String(anchor),
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("writes lists of texts, doubles and integers, of any length", async () => {
    const row = fc.tuple(
      fc.integer(),
      fc.array(fc.option(fc.string({ unit: "grapheme" })), { maxLength: 4 }),
      fc.array(fc.integer(), { maxLength: 4 }),
      fc.array(finite, { maxLength: 4 }),
    );
    const columns = {
      anchor: "whole",
      text: "list of text",
      labels: "list of whole",
      scores: "list of number",
    } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const found = (await objectsOf(bytesOf(columns, rows))).map(({ anchor, text, labels, scores }) => ({
          anchor,
          text: [...(text as unknown[])],
          labels: [...(labels as unknown[])],
          scores: [...(scores as unknown[])],
        }));
        const wanted = rows.map(([anchor, text, labels, scores]) => ({
          anchor: BigInt(anchor),
          text,
          labels: labels.map(BigInt),
          scores,
        }));
        expect(found).to.deep.equal(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it("writes more records than a row group holds", async () => {
    function* rows(): Generator<Cell[]> {
      // Values that the first row group does not have: a fraction, and a text.
      for (let i = 0; i < 140_000; i++) yield i < 135_000 ? [i, i, null] : [i, i / 2, `t${i}`];
    }
    const bytes = bytesOf({ index: "whole", half: "number", text: "text" }, rows());
    const set = await readVectors(sourceOf(bytes, "stdin"), { columns: "1-2" });
    expect([set.rows, set.columnNames]).to.deep.equal([140_000, ["index", "half"]]);
    const halfOf = (row: number) => (row < 135_000 ? row : row / 2);
    expect(set.values.every((value, k) => value === (k % 2 ? halfOf((k - 1) / 2) : k / 2))).to.equal(true);
    expect((await objectsOf(bytes)).at(-1)).to.deep.equal({ index: 139_999n, half: 69_999.5, text: "t139999" });
  });
});
