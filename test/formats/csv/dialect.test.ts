import { expect } from "chai";
import fc from "fast-check";
import { detectDelimiter, firstColumnIsId } from "#dist/formats/csv/dialect.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { finite, sourceOf, textOf } from "../../input/support.js";

const DELIMITERS = [",", "\t", ";", "|", " "];

const tables = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 2, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

describe("detectDelimiter", () => {
  it("finds numbers after many fields of text", () => {
    const texts = Array.from({ length: 15 }, (_, i) => `t${i}`);
    const numbers = Array.from({ length: 40 }, (_, i) => `${i}.5`);
    for (const [first, delimiter] of [
      ["Smith, John", "\t"],
      ["3, 4", ";"],
    ] as const) {
      const line = [first, ...texts, ...numbers].join(delimiter);
      expect(detectDelimiter(`${line}\n${line}\n`)).to.equal(delimiter);
    }
  });

  it("detects the delimiter of any table of numbers", () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom("\n", "\r\n", "\r"),
        (table, delimiter, end) => {
          const text = table.map((row) => row.map(textOf).join(delimiter) + end).join("");
          expect(detectDelimiter(text)).to.equal(delimiter);
        },
      ),
    );
  });

  for (const [what, text, delimiter] of [
    ["a header with other delimiters in its names", "a,b;c d\n1;2\n3;4\n", ";"],
    ["quoted ids full of other delimiters", '"x;y|z, w"\t1\t2\n"a,b,c,d"\t3\t4\n', "\t"],
    ["quoted numbers", '"1";"2"\n"3";"4"\n', ";"],
    ["ids of words", "one fish,1,2\ntwo fish,3,4\n", ","],
    ["a run of blanks", "1   2 3\n 4 5  6\n", " "],
    ["comments", "# a;b;c;d\n1|2\n", "|"],
    ["one column", "1\n2\n", ","],
    ["nothing", "", ","],
    ["a byte order mark", "\ufeff1\t2\n", "\t"],
    ["a last line cut short", "1;2;3\n4;5;6\n7;", ";"],
  ] as const) {
    it(`ignores ${what}`, () => {
      expect(detectDelimiter(text)).to.equal(delimiter);
    });
  }
});

describe("firstColumnIsId", () => {
  for (const [header, first, second, answer] of [
    [["id", "x"], ["7", "1"], null, true],
    [["ID", "x"], ["7", "1"], null, true],
    [["", "x"], ["7", "1"], null, true],
    [["ids", "x"], ["7", "1"], null, true],
    [["idea", "x"], ["7", "1"], null, false],
    [["x", "y"], ["7", "1"], null, false],
    [["word", "x"], ["cat", "1"], null, true],
    [null, ["cat", "1"], ["dog", "2"], true],
    [null, ["cat", "1"], ["2", "2"], false],
    [null, ["cat", "1"], null, false],
    [null, ["1", "2"], ["3", "4"], false],
    [["id"], ["7"], null, false],
  ] as const) {
    it(`returns ${answer} for ${first.join(",")} under ${header?.join(",") ?? "no header"}, then ${second?.join(",") ?? "nothing"}`, () => {
      expect(firstColumnIsId(header, first, second)).to.equal(answer);
    });
  }
});

describe("the dialect of a file", () => {
  it("has ids beside numbers, with and without a header", async () => {
    const plain = await readVectors(sourceOf("cat,1,2\ndog,3,4\n"));
    expect([plain.ids, plain.rows, plain.dimensions]).to.deep.equal([["cat", "dog"], 2, 2]);
    const headed = await readVectors(sourceOf("id,x,y\n7,1,2\n8,3,4\n"));
    expect([headed.ids, headed.columnNames, headed.rows]).to.deep.equal([["7", "8"], ["x", "y"], 2]);
  });

  it("has the id column given by name or number, or none", async () => {
    const text = "x,name,y\n1,cat,2\n3,dog,4\n";
    for (const idColumn of ["name", 2]) {
      const { ids, columnNames, values } = await readVectors(sourceOf(text), { idColumn });
      expect([ids, columnNames, [...values]]).to.deep.equal([
        ["cat", "dog"],
        ["x", "y"],
        [1, 2, 3, 4],
      ]);
    }
  });

  it("has the selected columns in their order, without ids and labels", async () => {
    const text = "id,x,y,z,class\na,1,2,3,c\nb,4,5,6,d\n";
    const set = await readVectors(sourceOf(text), { columns: "z,x-y", labelColumn: "class" });
    expect([...set.values]).to.deep.equal([3, 1, 2, 6, 4, 5]);
    expect([set.columnNames, set.ids, set.labels]).to.deep.equal([
      ["z", "x", "y"],
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("has ids that are also the labels, if the column has an id name", async () => {
    const read = (first: string, labelColumn: string) =>
      readVectors(sourceOf(`${first},x\np,1\nq,2\n`), { labelColumn });
    expect(await read("id", "id")).to.deep.include({ ids: ["p", "q"], labels: ["p", "q"] });
    expect(await read("class", "class")).to.deep.include({ ids: null, labels: ["p", "q"] });
  });

  it("has a header if an option names a column of the first row", async () => {
    const { ids, rows } = await readVectors(sourceOf("name,class\ncat,1\ndog,2\n"), { idColumn: "name" });
    expect([ids, rows]).to.deep.equal([["cat", "dog"], 2]);
  });
});
