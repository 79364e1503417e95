import { expect } from "chai";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import {
  atlasNeighbours,
  groundTruthNeighbours,
  type NeighbourColumns,
} from "#dist/formats/parquet/write-neighbours.js";

const bytesOf = (chunks: Iterable<Uint8Array>): ArrayBuffer => Uint8Array.from(Buffer.concat([...chunks])).buffer;
const fileOf = (columns: NeighbourColumns, labels: readonly (string | null)[] | null): ArrayBuffer =>
  bytesOf(atlasNeighbours(columns, labels));

describe("neighbours in Parquet", () => {
  it("are lists of the lengths that were counted, beside ids and labels", async () => {
    const cases = fc
      .record({ n: fc.integer({ min: 1, max: 30 }), k: fc.integer({ min: 1, max: 9 }) })
      .chain(({ n, k }) =>
        fc.record({
          k: fc.constant(k),
          counts: fc.array(fc.integer({ min: 0, max: k }), { minLength: n, maxLength: n }),
          rows: fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: n * k, maxLength: n * k }),
          distances: fc.array(fc.double({ min: 0, noNaN: true }), { minLength: n * k, maxLength: n * k }),
          ids: fc.option(fc.array(fc.string({ unit: "grapheme" }), { minLength: n, maxLength: n })),
          labels: fc.option(fc.array(fc.option(fc.string()), { minLength: n, maxLength: n })),
        }),
      );
    await fc.assert(
      fc.asyncProperty(cases, async ({ k, counts, rows, distances, ids, labels }) => {
        const columns = { k, counts: Int32Array.from(counts), rows: Int32Array.from(rows), ids };
        const file = fileOf({ ...columns, distanceAt: (index) => distances[index]! }, labels);
        const expected = counts.map((count, i) => ({
          id: ids ? ids[i] : BigInt(i),
          neighbors: {
            ids: rows.slice(i * k, i * k + count),
            distances: distances.slice(i * k, i * k + count),
          },
          ...(labels && { label: labels[i] }),
        }));
        expect(await parquetReadObjects({ file })).to.deep.equal(expected);
      }),
    );
  });

  it("are written in several row groups", async () => {
    const k = 1 << 19;
    const counts = Int32Array.of(1, 0, 2, 1, 3);
    const rows = Int32Array.from({ length: 5 * k }, (_, index) => index);
    const distanceAt = (index: number) => index / 2;
    const file = fileOf({ k, counts, rows, ids: null, distanceAt }, ["a", "b", "c", "d", "e"]);
    expect(parquetMetadata(file).row_groups.map((group) => Number(group.num_rows))).to.deep.equal([2, 2, 1]);
    const found = await parquetReadObjects({ file });
    expect(found.map(({ id, label }) => `${id}${label}`)).to.deep.equal(["0a", "1b", "2c", "3d", "4e"]);
    expect(found.map(({ neighbors }) => neighbors.ids)).to.deep.equal([
      [0],
      [],
      [2 * k, 2 * k + 1],
      [3 * k],
      [4 * k, 4 * k + 1, 4 * k + 2],
    ]);
    expect(found[4]!.neighbors.distances).to.deep.equal([2 * k, 2 * k + 0.5, 2 * k + 1]);
  });

  it("are structs of a list of int32 and a list of doubles", () => {
    const none = { k: 1, counts: Int32Array.of(1), rows: Int32Array.of(0), distanceAt: () => 0 };
    const { schema } = parquetMetadata(fileOf({ ...none, ids: null }, null));
    const leaves = schema.map(({ name, type, converted_type }) => [name, type ?? converted_type]);
    expect(leaves).to.deep.equal([
      ["schema", undefined],
      ["id", "INT64"],
      ["neighbors", undefined],
      ["ids", "LIST"],
      ["list", undefined],
      ["element", "INT32"],
      ["distances", "LIST"],
      ["list", undefined],
      ["element", "DOUBLE"],
    ]);
  });

  it("are two columns of lists as ground truth", async () => {
    const columns = { ids: ["a", "b"], k: 2, counts: Int32Array.of(2, 2), rows: Int32Array.of(4, 1, 0, 2) };
    const file = bytesOf(groundTruthNeighbours({ ...columns, distanceAt: (index) => index / 4 }));
    expect(await parquetReadObjects({ file })).to.deep.equal([
      { id: "a", neighbors_id: [4, 1], distances: [0, 0.25] },
      { id: "b", neighbors_id: [0, 2], distances: [0.5, 0.75] },
    ]);
  });
});
