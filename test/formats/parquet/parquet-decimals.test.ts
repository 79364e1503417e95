import { expect } from "chai";
import fc from "fast-check";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, parquetWriteBuffer } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage } from "../../input/binary.js";
import { bitsOf, sourceOf } from "../../input/support.js";
import { craftedFile } from "./parquet-bytes.js";

const required = { repetition_type: "REQUIRED" } as const;
const decimal = (name: string, type: SchemaElement["type"], scale: number, bytes?: number): SchemaElement => ({
  name,
  ...(type && { type }),
  ...(bytes && { type_length: bytes }),
  converted_type: "DECIMAL",
  precision: 9,
  scale,
  ...required,
});

describe("decimals in Parquet", () => {
  const kinds = [
    ["INT32", 4, undefined, ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "RLE_DICTIONARY"]],
    ["INT64", 8, undefined, ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "RLE_DICTIONARY"]],
    ["FIXED_LEN_BYTE_ARRAY", 16, 16, ["PLAIN", "BYTE_STREAM_SPLIT", "RLE_DICTIONARY"]],
    ["FIXED_LEN_BYTE_ARRAY", 5, 5, ["PLAIN"]],
    ["BYTE_ARRAY", 12, undefined, ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]],
  ] as const;
  for (const [type, size, length, encodings] of kinds) {
    for (const encoding of encodings) {
      it(`are read as the nearest doubles, and as text with all digits: ${type} of ${size} bytes as ${encoding}`, async () => {
        const most = 2n ** BigInt(8 * size - 1) - 1n;
        const wholes = fc.array(
          fc.oneof(fc.bigInt({ min: -most - 1n, max: most }), fc.bigInt({ min: -300n, max: 300n })),
          {
            minLength: 1,
            maxLength: 60,
          },
        );
        await fc.assert(
          fc.asyncProperty(wholes, fc.integer({ min: 0, max: 37 }), async (some, scale) => {
            const data = encoding === "RLE_DICTIONARY" ? [...some, ...some] : some;
            const columnData = ["id", "x"].map((name) => ({ name, data, encoding }));
            const schema = [
              { name: "root", num_children: 2 },
              decimal("id", type, scale, length),
              decimal("x", type, scale, length),
            ];
            const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema, pageSize: 200 }));
            const { values, ids, columnNames } = await readVectors(sourceOf(bytes, "a.parquet"));
            expect(columnNames).to.deep.equal(["x"]);
            // JavaScript's `Number` rounds decimal text of any length to the nearest double.
            expect(Array.from(values, bitsOf)).to.deep.equal(data.map((whole) => bitsOf(Number(`${whole}e-${scale}`))));
            const wholesOfIds = ids?.map((id) => BigInt(id.replace(".", "")));
            expect(wholesOfIds).to.deep.equal(data);
            const digitsBehind = ids?.map((id) => id.split(".")[1]?.length ?? 0);
            expect(digitsBehind).to.deep.equal(data.map(() => scale));
          }),
          { numRuns: 40 },
        );
      });
    }
  }

  const shared = (lengths: bigint[], bytes: readonly number[]) => {
    const writer = new ByteWriter();
    deltaBinaryPack(writer, [0n, 1n], "INT64");
    deltaBinaryPack(writer, lengths, "INT64");
    const page = { count: 2, encoding: "DELTA_BYTE_ARRAY" as const, body: [...writer.getBytes(), ...bytes] };
    return craftedFile(2, [{ schema: [decimal("x", "FIXED_LEN_BYTE_ARRAY", 1, 2)], pages: [page] }]);
  };

  it("are read from bytes with shared prefixes, if all have the same length", async () => {
    const set = await readVectors(sourceOf(shared([2n, 1n], [1, 2, 5]), "a.parquet"));
    expect([...set.values]).to.deep.equal([25.8, 26.1]);
    expect(await errorMessage(shared([2n, 2n], [1, 2, 5, 0]), "a.parquet")).to.equal(
      "a.parquet: expected sound Parquet at byte offset 4, found damage: a value of 3 bytes in the place of 2",
    );
  });

  for (const [found, schema, body] of [
    ["decimals with -1 digits behind the point", decimal("x", "INT32", -1), [1, 0, 0, 0]],
    ["decimals with 155 digits behind the point", decimal("x", "INT32", 155), [1, 0, 0, 0]],
    ["a decimal of 65 bytes", decimal("x", "FIXED_LEN_BYTE_ARRAY", 1, 65), new Uint8Array(65)],
    ["values of 0 bytes", decimal("x", "FIXED_LEN_BYTE_ARRAY", 1), [1]],
    ["1 values of 4 bytes in 3 bytes", decimal("x", "FIXED_LEN_BYTE_ARRAY", 1, 4), [1, 2, 3]],
  ] as const) {
    it(`are rejected for an invalid type: ${found}`, async () => {
      const bytes = craftedFile(1, [{ schema: [schema], pages: [{ count: 1, body }] }]);
      expect(await errorMessage(bytes, "a.parquet")).to.equal(
        `a.parquet: expected sound Parquet at byte offset 4, found damage: ${found}`,
      );
    });
  }
});
