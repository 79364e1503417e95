import { expect } from "chai";
import fc from "fast-check";
import { snappyUncompress } from "hyparquet";
import { ByteWriter, parquetWriteBuffer } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import { DeltaReader } from "#dist/formats/parquet/delta.js";
import { HybridReader } from "#dist/formats/parquet/hybrid.js";
import { unpackSnappy } from "#dist/formats/parquet/snappy.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { bitsOf, finite, sourceOf } from "../../input/support.js";
import { leb128, run } from "./parquet-bytes.js";

/** The block sizes in which values are read, repeated. */
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });

/** Yields the sizes of blocks of `count` values in total. */
function* sizesOf(count: number, sizes: readonly number[]): Generator<number> {
  for (let at = 0, k = 0; at < count; k++) {
    const size = Math.min(sizes[k % sizes.length]!, count - at);
    yield size;
    at += size;
  }
}

const written = (write: (writer: ByteWriter) => void): Uint8Array => {
  const writer = new ByteWriter();
  write(writer);
  return writer.getBytes();
};

describe("HybridReader", () => {
  const values = fc.integer({ min: 1, max: 24 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      // Runs, and other values between them.
      values: fc
        .array(fc.tuple(fc.nat(2 ** width - 1), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 }))), {
          minLength: 1,
          maxLength: 20,
        })
        .map((runs) => runs.flatMap(([value, count]) => Array<number>(count).fill(value))),
    }),
  );

  it("reads what hyparquet-writer writes, in blocks of any size", () => {
    fc.assert(
      fc.property(values, cuts, ({ width, values }, sizes) => {
        const bytes = written((writer) => writeRleBitPackedHybrid(writer, values, width));
        const reader = new HybridReader(bytes, width, values.length);
        const read = [...sizesOf(values.length, sizes)].flatMap((size) => {
          const part = new Uint32Array(size);
          reader.read(part);
          return [...part];
        });
        expect(read).to.deep.equal(values);
        const least = values[values.length >> 1]!;
        const index = values.findIndex((value) => value < least);
        expect(reader.firstBelow(least)).to.deep.equal(index < 0 ? null : { index, value: values[index] });
      }),
      { numRuns: 300 },
    );
  });

  it("rejects truncated bytes", () => {
    fc.assert(
      fc.property(values, ({ width, values }) => {
        const bytes = written((writer) => writeRleBitPackedHybrid(writer, values, width));
        for (let length = 0; length < bytes.length; length++) {
          // Trailing values of the last packed group may be padding.
          if (8 * (bytes.length - length) < 8 * width) continue;
          expect(() => new HybridReader(bytes.subarray(0, length), width, values.length)).to.throw(RangeError);
        }
        expect(() => new HybridReader(bytes, width, values.length + 8)).to.throw(RangeError, "end early");
      }),
    );
  });

  it("rejects values that exceed the width, and invalid widths", () => {
    expect(() => new HybridReader(Uint8Array.from(run(3, 2)), 1, 3)).to.throw(RangeError, "the value 2 in 1 bits");
    expect(() => new HybridReader(Uint8Array.from(run(3, 2)), 25, 3)).to.throw(RangeError, "values of 25 bits");
  });
});

describe("DeltaReader", () => {
  const long = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -5n, max: 5n }));
  const longs = fc.array(long, { minLength: 1, maxLength: 300 });

  it("reads what hyparquet-writer writes, in blocks of any size, and returns its end", () => {
    fc.assert(
      fc.property(longs, cuts, (values, sizes) => {
        const bytes = written((writer) => deltaBinaryPack(writer, values, "INT64"));
        const reader = new DeltaReader(Uint8Array.from([...bytes, 1, 2, 3]), values.length);
        expect(reader.end).to.equal(bytes.length);
        const read = [...sizesOf(values.length, sizes)].flatMap((size) => {
          const part = new BigInt64Array(size);
          reader.read(new Int32Array(part.buffer));
          return [...part];
        });
        expect(read).to.deep.equal(values);
      }),
      { numRuns: 200 },
    );
  });

  it("rejects truncated bytes, and invalid blocks", () => {
    fc.assert(
      fc.property(longs, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (values, share) => {
        const bytes = written((writer) => deltaBinaryPack(writer, values, "INT64"));
        const cut = bytes.subarray(0, Math.floor(share * bytes.length));
        expect(() => new DeltaReader(cut, values.length)).to.throw(RangeError);
      }),
    );
    for (const [size, parts] of [
      [128, 0],
      [128, 3],
      [0, 4],
      [16, 4],
    ] as const) {
      const bytes = Uint8Array.from([...leb128(size), parts, 2, 0, 0, 0, 0, 0, 0, 0]);
      expect(() => new DeltaReader(bytes, 2)).to.throw(RangeError, `blocks of ${size} values in ${parts} parts`);
    }
  });
});

describe("unpackSnappy", () => {
  const texts = fc
    .array(fc.oneof(fc.constantFrom("abcabcabcabc", "aaaaaaaaaaaaaaaaaaaaaaaaa", "0123456789"), fc.string()), {
      maxLength: 30,
    })
    .map((parts) => Buffer.from(parts.join("").repeat(3)));

  it("decompresses what hyparquet-writer writes", () => {
    const random = fc.uint8Array({ maxLength: 70_000, size: "max" });
    fc.assert(
      fc.property(fc.oneof(texts, random), (bytes) => {
        expect(Buffer.from(unpackSnappy(snappyCompress(bytes), bytes.length)).equals(bytes)).to.equal(true);
      }),
    );
  });

  it("decompresses every kind of literal and copy like hyparquet", () => {
    const literal = (length: number, bytes: number) => {
      const tag = bytes === 0 ? [(length - 1) << 2] : [(59 + bytes) << 2];
      for (let i = 0; i < bytes; i++) tag.push(((length - 1) >> (8 * i)) & 255);
      return [...tag, ...Array.from({ length }, (_, i) => (7 * i) & 255)];
    };
    const short = (length: number, offset: number) => [1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 255];
    const copy = (length: number, offset: number) => [2 | ((length - 1) << 2), offset & 255, offset >> 8];
    const far = (length: number, offset: number) => [3 | ((length - 1) << 2), offset & 255, offset >> 8, 0, 0];
    const block = [
      ...literal(1, 0),
      ...short(11, 1),
      ...literal(60, 0),
      ...literal(61, 1),
      ...literal(300, 2),
      ...short(4, 400),
      ...copy(64, 3),
      ...literal(70, 3),
      ...far(64, 500),
      ...literal(5, 4),
      ...copy(1, 570),
    ];
    const size = 1 + 11 + 60 + 61 + 300 + 4 + 64 + 70 + 64 + 5 + 1;
    const bytes = Uint8Array.from([...leb128(size), ...block]);
    const expected = new Uint8Array(size);
    snappyUncompress(bytes, expected);
    expect(unpackSnappy(bytes, size)).to.deep.equal(expected);
  });

  it("rejects truncated bytes, and returns bytes or throws an error for changed ones", () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, mask) => {
        const packed = Uint8Array.from(snappyCompress(text));
        for (let length = 0; length < packed.length; length++)
          expect(() => unpackSnappy(packed.subarray(0, length), text.length)).to.throw(RangeError);
        if (packed.length === 0) return;
        packed[at % packed.length] ^= mask;
        try {
          expect(unpackSnappy(packed, text.length).length).to.equal(text.length);
        } catch (error) {
          expect(error).to.be.instanceOf(RangeError);
        }
      }),
    );
  });
});

describe("the encodings of a column", () => {
  const long = fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n });
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string().map((end) => `a shared start ${end}`),
  );

  for (const [type, encoding, value] of [
    ["INT32", "DELTA_BINARY_PACKED", fc.integer()],
    ["INT64", "DELTA_BINARY_PACKED", long],
    ["INT32", "BYTE_STREAM_SPLIT", fc.integer()],
    ["INT64", "BYTE_STREAM_SPLIT", long],
    ["FLOAT", "BYTE_STREAM_SPLIT", fc.float({ noNaN: true, noDefaultInfinity: true })],
    ["DOUBLE", "BYTE_STREAM_SPLIT", finite],
    ["INT32", "PLAIN", fc.integer()],
    ["INT64", "PLAIN", long],
    ["FLOAT", "PLAIN", fc.float({ noNaN: true, noDefaultInfinity: true })],
    ["DOUBLE", "PLAIN", finite],
    ["DOUBLE", "RLE_DICTIONARY", fc.constantFrom(1, 2.5, -3)],
    ["STRING", "PLAIN", text],
    ["STRING", "DELTA_LENGTH_BYTE_ARRAY", text],
    ["STRING", "DELTA_BYTE_ARRAY", text],
    ["STRING", "RLE_DICTIONARY", fc.constantFrom("a", "b", "é")],
  ] as const) {
    it(`are read as hyparquet-writer writes them: ${type} as ${encoding}`, async () => {
      const values = fc.array<number | bigint | string>(value, { minLength: 1, maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(values, fc.integer({ min: 16, max: 400 }), async (data, pageSize) => {
          const columnData = [
            { name: "id", data, type, encoding },
            { name: "x", data: data.map((_, i) => i), type: "DOUBLE" as const },
          ];
          const bytes = new Uint8Array(parquetWriteBuffer({ columnData, pageSize }));
          const set = await readVectors(sourceOf(bytes, "a.parquet"));
          const asText = type === "FLOAT" ? data.map((one) => String(Math.fround(Number(one)))) : data.map(String);
          expect(set.ids).to.deep.equal(asText);
          if (type === "STRING") return;
          const numbers = await readVectors(sourceOf(bytes, "a.parquet"), { columns: "id", idColumn: "x" });
          expect(Array.from(numbers.values, bitsOf)).to.deep.equal(data.map((one) => bitsOf(Number(one))));
        }),
        { numRuns: 60 },
      );
    });
  }
});
