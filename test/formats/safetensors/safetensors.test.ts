import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage, readBoth } from "../../input/binary.js";
import { chunkSizes, expectSameBits, rejection, sourceOf } from "../../input/support.js";

/** Writers of a number of each type. */
const KINDS = {
  F32: { bytes: 4, value: fc.float({ noNaN: true, noDefaultInfinity: true }), put: "setFloat32" },
  F64: { bytes: 8, value: fc.double({ noNaN: true, noDefaultInfinity: true }), put: "setFloat64" },
  I8: { bytes: 1, value: fc.integer({ min: -128, max: 127 }), put: "setInt8" },
  I16: { bytes: 2, value: fc.integer({ min: -32768, max: 32767 }), put: "setInt16" },
  I32: { bytes: 4, value: fc.integer(), put: "setInt32" },
  U8: { bytes: 1, value: fc.nat(255), put: "setUint8" },
  U16: { bytes: 2, value: fc.nat(65535), put: "setUint16" },
  U32: { bytes: 4, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }), put: "setUint32" },
} as const;
type Kind = keyof typeof KINDS;

interface Tensor {
  readonly name: string;
  readonly kind: Kind;
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

const tensor: fc.Arbitrary<Omit<Tensor, "name">> = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
    rows: fc.integer({ min: 1, max: 5 }),
    columns: fc.integer({ min: 1, max: 5 }),
  })
  .chain((shape) => {
    const length = shape.rows * shape.columns;
    const values = fc.array<number>(KINDS[shape.kind].value, { minLength: length, maxLength: length });
    return values.map((list) => ({ ...shape, values: list }));
  });

/** Returns a file with this header and these bytes. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0), padding = 0): Buffer {
  const text = Buffer.from((typeof header === "string" ? header : JSON.stringify(header)) + " ".repeat(padding));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** Returns a file of arrays in this order, whose header lists them in the opposite order. */
function written(tensors: readonly Tensor[], padding = 0): Buffer {
  const parts: Uint8Array[] = [];
  const entries: [string, unknown][] = [];
  let start = 0;
  for (const { name, kind, rows, columns, values } of tensors) {
    const { bytes, put } = KINDS[kind];
    const view = new DataView(new ArrayBuffer(values.length * bytes));
    values.forEach((value, k) => {
      view[put](k * bytes, value, true);
    });
    parts.push(new Uint8Array(view.buffer));
    const end = start + view.byteLength;
    entries.unshift([name, { dtype: kind, shape: [rows, columns], data_offsets: [start, end] }]);
    start = end;
  }
  return fileOf(Object.fromEntries(entries), Buffer.concat(parts), padding);
}

const f32 = (shape: readonly number[], start: number, end: number) => ({
  dtype: "F32",
  shape,
  data_offsets: [start, end],
});
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe("readSafetensors", () => {
  itReadsFixtures(/\.safetensors$/);
  itReportsDamage(["f4.safetensors", "bf16.safetensors", "ids.safetensors", "model.safetensors"]);
  itReportsDamage(["several.safetensors"], { vectorColumn: "first" });

  it("reads each of several arrays, of any type and shape, for any chunks", async () => {
    const names = fc.uniqueArray(
      fc.string({ unit: "grapheme" }).filter((name) => !/^(?:\d*|__\w+__)$/.test(name)),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    const several = names.chain((list) => fc.tuple(...list.map((name) => tensor.map((one) => ({ ...one, name })))));
    await fc.assert(
      fc.asyncProperty(several, fc.nat(9), chunkSizes, async (tensors, padding, sizes) => {
        const bytes = written(tensors, padding);
        for (const { name, rows, columns, values } of tensors) {
          const set = await readVectors(sourceOf(bytes, "stdin", sizes), { vectorColumn: name });
          expect([set.rows, set.dimensions]).to.deep.equal([rows, columns]);
          expectSameBits(set.values, values);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("reads rows of a later array in place, without the arrays before it", async () => {
    const first = { name: "a", kind: "F64", rows: 1, columns: 4_000_000, values: Array(4_000_000).fill(1.5) } as const;
    const bytes = written([first, { name: "b", kind: "U8", rows: 2, columns: 1, values: [7, 8] }]);
    const set = await readBoth(bytes, "a.safetensors", { vectorColumn: "b" });
    expect([...set.values]).to.deep.equal([7, 8]);
  });

  it("applies the options for columns to the columns of the named array", async () => {
    const bytes = written([{ name: "x", kind: "I8", rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6] }]);
    const set = await readBoth(bytes, "a", { vectorColumn: "x", idColumn: 1, columns: "3" });
    expect([set.ids, [...set.values]]).to.deep.equal([
      ["1", "4"],
      [3, 6],
    ]);
  });

  it("lists several arrays with their shapes, and names one in the hint", async () => {
    const two = { a: f32([1, 2], 0, 8), "b c": f32([2, 1], 8, 16), bias: f32([1], 16, 20) };
    const error = await rejection(readVectors(sourceOf(fileOf(two, floats(1, 2, 3, 4, 5)), "m.safetensors")));
    expect([error.message, error.hint]).to.deep.equal([
      "m.safetensors: expected one array of vectors, found a (1×2 F32), b c (2×1 F32)",
      "name one: 'm.safetensors#a', or --vector-column a",
    ]);
    const many = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`t${i}`, f32([1], 4 * i, 4 * i + 4)]));
    const bytes = fileOf(many, floats(...Array(14).fill(1)));
    expect(await errorMessage(bytes, "m.safetensors")).to.match(/t11 \(1 F32\), … \(14 in all\)$/);
    expect(
      await errorMessage(fileOf({ "0": f32([], 0, 4), z: f32([0, 3], 4, 4) }, floats(1)), "m.safetensors"),
    ).to.equal("m.safetensors: expected one array of vectors, found 0 (one item F32), z (0×3 F32)");
    expect(await errorMessage(fileOf({}), "m.safetensors")).to.equal(
      "m.safetensors: expected one array of vectors, found none",
    );
    expect(await errorMessage(bytes, "m.safetensors", { vectorColumn: "t99" })).to.match(
      /expected an array named "t99", found t0, t1/,
    );
  });

  it("reads the only matrix, or else the only row, and reports the arrays that are left out", async () => {
    const data = floats(1, 2, 3, 4, 5);
    for (const [header, values, guess] of [
      [
        { a: f32([2], 0, 8), b: f32([1, 2], 8, 16), c: f32([], 16, 20) },
        [3, 4],
        ["b (1×2 F32)", "a (2 F32), c (one item F32)", "b"],
      ],
      [{ a: f32([2], 0, 8), b: f32([1, 1, 3], 8, 20) }, [1, 2], ["a (2 F32)", "b (1×1×3 F32)", "a"]],
    ] as const) {
      const guesses: string[][] = [];
      const set = await readVectors(sourceOf(fileOf(header, data), "m.safetensors"), {
        onGuess: (...texts) => guesses.push(texts),
      });
      const [read, left, name] = guess;
      expect([[...set.values], guesses]).to.deep.equal([
        values,
        [
          [
            `m.safetensors: read the array ${read}, left out ${left}`,
            `--vector-column ${name} selects it without this note`,
          ],
        ],
      ]);
    }
  });

  it("notes ids in __metadata__ that do not fit the array", async () => {
    for (const [ids, found] of [
      ['["a"]', "1 of them"],
      ["a,b", "other text"],
      ["[1,2]", "other text"],
    ] as const) {
      const notes: string[] = [];
      const bytes = fileOf({ __metadata__: { ids }, x: f32([2, 1], 0, 8) }, floats(1, 2));
      const set = await readVectors(sourceOf(bytes, "a.safetensors"), { note: (text) => notes.push(text) });
      expect([set.ids, notes]).to.deep.equal([
        null,
        [`a.safetensors: left out the ids in __metadata__: expected a list of 2 texts, found ${found}`],
      ]);
    }
  });

  it("names row, column and byte offset of a non-finite number", async () => {
    const bytes = fileOf({ a: f32([1], 0, 4), x: f32([1, 2], 4, 12) }, floats(9, 1, Number.NaN));
    expect(await errorMessage(bytes, "a.safetensors")).to.equal(
      `a.safetensors: row 0, column 1 (byte offset ${bytes.length - 4}): expected a finite number, found nan`,
    );
  });

  for (const [header, data, message] of [
    ["{", 0, /expected a header of 2 to 100000000 bytes, found the length 1 at byte offset 0$/],
    ['{"a":}', 0, /expected a header in JSON at byte offset 8, found invalid JSON/],
    [" {}", 0, /expected a header in JSON at byte offset 8, found " \{\}"$/],
    ["[]", 0, /expected a header in JSON at byte offset 8, found "\[\]"$/],
    [{ __metadata__: { n: 1 }, x: f32([1], 0, 4) }, 4, /expected only texts in __metadata__, found other values$/],
    [{ x: f32([1, 1], 0, 4) }, 5, /expected 4 bytes of arrays from byte offset \d+ on, found 5$/],
    [{ x: f32([1, 1], 4, 8) }, 8, /array "x": expected data_offsets from 0 on, without a gap, found 4$/],
    [
      { x: f32([1], 0, 4), y: f32([1], 0, 4) },
      4,
      /array "y": expected data_offsets from 4 on, without a gap, found 0$/,
    ],
    [{ x: f32([2, 1], 0, 4) }, 4, /array "x": expected 8 bytes for 2×1 F32, found data_offsets of 4$/],
    [{ x: f32([2 ** 30, 2 ** 30], 0, 4) }, 4, /array "x": expected 4611686018427388000 bytes for/],
    [{ x: f32([1], 4, 0) }, 4, /array "x": expected dtype, shape and data_offsets, found \{/],
    [{ x: f32([-1], 0, 4) }, 4, /array "x": expected dtype, shape and data_offsets, found \{/],
    [{ x: { dtype: 1, shape: [1], data_offsets: [0, 4] } }, 4, /array "x": expected dtype, shape and data_offsets/],
    [{ x: null }, 0, /array "x": expected dtype, shape and data_offsets, found null$/],
    [
      { x: { dtype: "F8_E4M3", shape: [2, 2], data_offsets: [0, 4] } },
      4,
      /array "x": expected real numbers of a type from BOOL to F64, found 2×2 F8_E4M3$/,
    ],
    [
      { x: { dtype: "toString", shape: [2, 2], data_offsets: [0, 4] } },
      4,
      /array "x": expected real numbers of a type from BOOL to F64, found 2×2 toString$/,
    ],
    [{ x: f32([1, 1, 1], 0, 4) }, 4, /array "x": expected one or two dimensions of 1 or more, found 1×1×1 F32$/],
  ] as const) {
    it(`reports ${JSON.stringify(header)} with ${data} bytes`, async () => {
      expect(await errorMessage(fileOf(header, new Uint8Array(data)), "a.safetensors")).to.match(message);
    });
  }

  it("rejects a header whose length exceeds the limit or the file, without allocating it", async () => {
    const bytes = fileOf({ x: f32([1], 0, 4) }, floats(1));
    bytes.writeBigUInt64LE(100_000_001n);
    expect(await errorMessage(bytes, "a.safetensors")).to.contain("found the length 100000001 at byte offset 0");
    bytes.writeBigUInt64LE(99_999_999n);
    expect(await errorMessage(bytes, "a.safetensors")).to.match(/more bytes at byte offset \d+, found the end/);
    expect(await errorMessage(fileOf(Buffer.from([0x7b, 0xff]).toString("latin1")), "a.safetensors")).to.contain(
      "JSON",
    );
    const invalid = Buffer.concat([fileOf("{}").subarray(0, 8), Buffer.from([0x7b, 0xff])]);
    expect(await errorMessage(invalid, "a.safetensors")).to.contain("found bytes that are not UTF-8");
  });
});
