import { expect } from "chai";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { type NeighbourColumns, parquetNeighbours } from "#dist/formats/parquet/write-neighbours.js";

const fileOf = (columns: NeighbourColumns): ArrayBuffer =>
  Uint8Array.from(Buffer.concat([...parquetNeighbours(columns)])).buffer;

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
        const columns = { k, counts: Int32Array.from(counts), rows: Int32Array.from(rows), ids, labels };
        const file = fileOf({ ...columns, distanceAt: (index) => distances[index]! });
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
    const file = fileOf({
      k,
      counts,
      rows,
      ids: null,
      labels: ["a", "b", "c", "d", "e"],
      distanceAt: (index) => index / 2,
    });
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
    const { schema } = parquetMetadata(fileOf({ ...none, ids: null, labels: null }));
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
});
