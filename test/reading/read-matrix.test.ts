import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { hold } from "#dist/core/matrix.js";
import { readMatrix } from "#dist/reading/read-matrix.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf, textOf } from "../input/support.js";

const csv = (values: readonly number[], columns: number) =>
  values.map((value, k) => textOf(value) + (k % columns === columns - 1 ? "\n" : ",")).join("");

describe("readMatrix", () => {
  it("returns any square matrix in consecutive tiles", async () => {
    const matrices = fc
      .integer({ min: 1, max: 7 })
      .chain((size) => fc.array(finite, { minLength: size * size, maxLength: size * size }));
    await fc.assert(
      fc.asyncProperty(matrices, chunkSizes, async (values, sizes) => {
        const size = Math.sqrt(values.length);
        const matrix = await readMatrix(sourceOf(csv(values, size), "s.csv", sizes));
        expect([matrix.rows, matrix.columns, matrix.name]).to.deep.equal([size, size, "s.csv"]);
        expect([matrix.rowIds, matrix.columnIds, matrix.labels]).to.deep.equal([null, null, null]);
        const found: number[] = [];
        let next = 0;
        for await (const { firstRow, rows, columns, values: cells } of matrix.tiles()) {
          expect([firstRow, columns, cells.length]).to.deep.equal([next, size, rows * size]);
          next += rows;
          found.push(...cells);
        }
        expectSameBits(found, values);
      }),
    );
  });

  it("streams a long matrix in several tiles", async () => {
    const size = 400;
    const values = Array.from({ length: size * size }, (_, k) => Math.cos(k));
    const matrix = await readMatrix(sourceOf(csv(values, size), "s.csv", [70_000]));
    let tiles = 0;
    const counted = {
      rows: size,
      columns: size,
      async *tiles() {
        for await (const tile of matrix.tiles()) {
          tiles++;
          yield tile;
        }
      },
    };
    expectSameBits((await hold(counted)).values, values);
    expect(tiles).to.be.greaterThan(1);
  });

  it("rejects a matrix that is not square, with its shape", async () => {
    const shapes = fc
      .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
      .filter(({ rows, columns }) => rows !== columns);
    await fc.assert(
      fc.asyncProperty(shapes, chunkSizes, async ({ rows, columns }, sizes) => {
        const text = csv(new Array(rows * columns).fill(0.5), columns);
        const error = await rejection(readMatrix(sourceOf(text, "s.csv", sizes)).then(hold));
        expect(error).to.be.instanceOf(DataError);
        expect(error.message).to.match(/^s\.csv: expected a square similarity matrix, or labels/);
        expect(error.message.endsWith(`found ${rows}×${columns} numbers`)).to.equal(true);
        expect(error.hint).to.equal(
          "vectors need their pairs: simcli loss s.csv b.csv, or --labels with a column of classes",
        );
      }),
    );
  });

  it("has the ids of rows, columns and labels after reading", async () => {
    const text = "id,x,y,class\na,1,2,u\nb,3,4,v\n";
    const matrix = await readMatrix(sourceOf(text), { labelColumn: "class" });
    const { values } = await hold(matrix);
    expect([...values]).to.deep.equal([1, 2, 3, 4]);
    expect([matrix.rowIds, matrix.columnIds, matrix.labels]).to.deep.equal([
      ["a", "b"],
      ["x", "y"],
      ["u", "v"],
    ]);
  });

  it("reports faults of the text before a wrong shape", async () => {
    const { message } = await malformed(readMatrix(sourceOf("1,2\n3,x\n4,5\n")).then(hold));
    expect(message).to.equal('a.csv:2:2: expected a number, as "2" on line 1, found "x"');
  });

  it("points to the command before if stdin is empty", async () => {
    const error = await rejection(readMatrix(sourceOf("", "stdin")));
    expect(error.message).to.equal("no rows on stdin: did the command before it fail?");
  });
});
