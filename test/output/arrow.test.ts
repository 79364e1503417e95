import { tableFromIPC } from "@uwdata/flechette";
import { expect } from "chai";
import fc from "fast-check";
import { arrowMatrix, arrowRecords } from "#dist/formats/arrow/write-arrow.js";
import type { Cell, Chunk, ColumnKind, ListKind, MatrixFormatter, RecordCell } from "#dist/output/format.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { sourceOf } from "../input/support.js";
import { runtimeOf } from "../reference.js";
import { bitsOf, type Cut, cuts, finite, headOf, idsOf, tilesOf } from "./support.js";

const result = fc.oneof(finite, fc.constant(Number.NaN));
const flatCuts = cuts(result).map((cut) => ({ ...cut, columns: 1, values: cut.values.slice(0, cut.rows) }));

/** Returns everything that a formatter writes. Tiles are overwritten after use, as engines do. */
function written(formatter: MatrixFormatter<Chunk>, cut: Cut): Buffer {
  const parts = [Buffer.from(formatter.begin())];
  for (const tile of tilesOf(cut)) {
    parts.push(Buffer.from(formatter.tile(tile) as Uint8Array));
    tile.values.fill(7);
  }
  return Buffer.concat([...parts, Buffer.from(formatter.end({}))]);
}

/** Reads rows as objects with flechette only. */
const objectsOf = (bytes: Uint8Array): { [name: string]: unknown }[] =>
  tableFromIPC(Uint8Array.from(bytes), { useBigInt: true }).toArray();

describe("arrowMatrix", () => {
  it("writes one list per row, with ids, which flechette and simcli read back", async () => {
    await fc.assert(
      fc.asyncProperty(cuts(result), idsOf(6), fc.boolean(), async (cut, ids, hasIds) => {
        const rowIds = hasIds ? ids.slice(0, cut.rows) : null;
        const bytes = written(arrowMatrix(headOf(cut, { rowIds })), cut);
        const objects = objectsOf(bytes);
        // flechette removes a byte order mark at the start of a text.
        const shown = rowIds?.map((id) => id.replace(/^\uFEFF/, "")) ?? objects.map(() => null);
        expect(objects.map(({ id = null }) => id)).to.deep.equal(shown);
        const values = objects.flatMap(({ vector }) => [...(vector as Float64Array)]);
        expect(values.map(bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
        const set = await readVectors(sourceOf(bytes, "stdin"), { nonFinite: "keep" });
        expect([set.rows, set.dimensions, set.ids]).to.deep.equal([cut.rows, cut.columns, rowIds]);
        expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });

  it("writes one value per row as a column of doubles", () => {
    fc.assert(
      fc.property(flatCuts, (cut) => {
        const head = headOf(cut, { flat: true, columnIds: ["score"] });
        const objects = objectsOf(written(arrowMatrix(head), cut));
        expect(objects.map(({ score }) => bitsOf(score as number))).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });

  it("writes the same bytes in parts", async () => {
    const [cut] = fc.sample(cuts(finite), { numRuns: 1, seed: 3 });
    const formatter = arrowMatrix(headOf(cut as Cut));
    const bytes = [Buffer.from(formatter.begin())];
    for (const tile of tilesOf(cut as Cut)) {
      for await (const part of formatter.parts?.(tile, runtimeOf(1)) ?? []) bytes.push(Buffer.from(part));
    }
    bytes.push(Buffer.from(formatter.end({})));
    const whole = written(arrowMatrix(headOf(cut as Cut)), cut as Cut);
    expect(Buffer.concat(bytes).equals(whole)).to.equal(true);
  });

  it("writes more rows than a record batch holds", async () => {
    const rows = 2 ** 20 + 3;
    const formatter = arrowMatrix({ rows, columns: 1, rowIds: null, columnIds: null, flat: false, members: {} });
    const values = Float64Array.from({ length: rows }, (_, i) => i);
    const begin = formatter.begin();
    const bytes = Buffer.concat([begin, formatter.tile({ firstRow: 0, rows, columns: 1, values }), formatter.end({})]);
    expect(
      tableFromIPC(bytes)
        .getChild("vector")
        .data.map(({ length }) => length),
    ).to.deep.equal([2 ** 20, 3]);
    const set = await readVectors(sourceOf(bytes, "stdin", [1 << 20]));
    expect([set.rows, set.values.every((value, i) => value === i)]).to.deep.equal([rows, true]);
  });
});

describe("arrowRecords", () => {
  const bytesOf = (
    columns: { readonly [name: string]: ColumnKind | ListKind },
    rows: Iterable<readonly RecordCell[]>,
  ) => Buffer.concat([...arrowRecords({ columns: Object.keys(columns), kinds: Object.values(columns), rows })]);

  it("writes texts, doubles and integers by the types of the columns, and nulls", () => {
    const row = fc.tuple(
      fc.string({ unit: "grapheme" }),
      fc.option(finite),
      fc.option(fc.integer()),
      fc.oneof(fc.constant(null), fc.string({ unit: "grapheme" }), fc.integer()),
    );
    const columns = { name: "text", score: "number", rank: "whole", anchor: "text" } as const;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        expect(objectsOf(bytesOf(columns, rows))).to.deep.equal(
          rows.map(([name, score, rank, anchor]) => ({
            name,
            score,
            rank: rank === null ? null : BigInt(rank),
            anchor: anchor === null ? null : String(anchor),
          })),
        );
      }),
    );
  });

  it("writes lists of texts, doubles and integers, of any length", () => {
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
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const found = objectsOf(bytesOf(columns, rows)).map(({ anchor, text, labels, scores }) => ({
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

  it("writes more records than a record batch holds", async () => {
    function* rows(): Generator<Cell[]> {
      for (let i = 0; i < 140_000; i++) yield i < 135_000 ? [i, i, null] : [i, i / 2, `t${i}`];
    }
    const bytes = bytesOf({ index: "whole", half: "number", text: "text" }, rows());
    const set = await readVectors(sourceOf(bytes, "stdin"), { columns: "1-2" });
    expect([set.rows, set.columnNames]).to.deep.equal([140_000, ["index", "half"]]);
    const halfOf = (row: number) => (row < 135_000 ? row : row / 2);
    expect(set.values.every((value, k) => value === (k % 2 ? halfOf((k - 1) / 2) : k / 2))).to.equal(true);
    expect({ ...objectsOf(bytes).at(-1) }).to.deep.equal({ index: 139_999n, half: 69_999.5, text: "t139999" });
  });
});
