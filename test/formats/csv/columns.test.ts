import { expect } from "chai";
import fc from "fast-check";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf, textOf } from "../../input/support.js";

/** Reads a text, and returns its vectors with the guesses that were reported. */
async function readTable(text: string, options: ReadOptions = {}, sizes: readonly number[] = []) {
  const guesses: string[] = [];
  const set = await readVectors(sourceOf(text, "a.csv", sizes), {
    ...options,
    onGuess: (guess, otherwise) => guesses.push(`${guess}; ${otherwise}`),
  });
  return { ...set, values: [...set.values], guesses: [...new Set(guesses)] };
}

const IRIS = ",sepal length,petal,species\n0,5.1,1.4,setosa\n1,7,4.7,versicolor\n";

describe("columns of text beside columns of numbers", () => {
  it("are left out with one note that names them", async () => {
    const { values, ids, columnNames, guesses } = await readTable(IRIS);
    expect(values).to.deep.equal([5.1, 1.4, 7, 4.7]);
    expect(ids).to.deep.equal(["0", "1"]);
    expect(columnNames).to.deep.equal(["sepal length", "petal"]);
    expect(guesses).to.deep.equal([
      'a.csv: left out the text column "species"; --labels species or --id-column species uses it, ' +
        "--columns 2-3 reads the same columns without this note",
    ]);
  });

  it("are used as labels or ids when they are named, and are then not noted", async () => {
    const labelled = await readTable(IRIS, { labelColumn: "species" });
    expect([labelled.labels, labelled.ids, labelled.guesses]).to.deep.equal([["setosa", "versicolor"], ["0", "1"], []]);
    const named = await readTable(IRIS, { idColumn: "species" });
    expect([named.ids, named.values]).to.deep.equal([
      ["setosa", "versicolor"],
      [5.1, 1.4, 7, 4.7],
    ]);
    expect((await readTable(IRIS, { columns: "2-3" })).guesses).to.deep.equal([]);
  });

  it("are left out without a header from two rows on; one row of text may be a typing error", async () => {
    const { values, guesses } = await readTable("1,2,setosa\n3,4,versicolor\n");
    expect(values).to.deep.equal([1, 2, 3, 4]);
    expect(guesses[0]).to.match(/^a\.csv: left out the text column 3; --labels 3 or --id-column 3 uses it/);
    expect((await malformed(readTable("1,2,O.5\n"))).message).to.equal('a.csv:1:3: expected a number, found "O.5"');
  });

  it("include truth values, dates and addresses", async () => {
    const { values, guesses } = await readTable(
      "x,ok,day,ip,y\n1,True,2024-01-02,10.0.0.1,2\n3,False,2024-02-03,10.0.0.2,4\n",
    );
    expect(values).to.deep.equal([1, 2, 3, 4]);
    expect(guesses[0]).to.contain('the text columns "ok", "day", "ip"');
  });

  it("include empty columns, such as those of delimiters at the ends of lines", async () => {
    const { values, guesses } = await readTable("x,y,\n1,2,\n3,4,\n");
    expect(values).to.deep.equal([1, 2, 3, 4]);
    expect(guesses[0]).to.match(/^a\.csv: left out the empty column 3; --columns 1-2 reads/);
  });

  it("are decided by the first cell that is not missing", async () => {
    const text = `x,note,y\n${"1,,2\n".repeat(60)}3,late,4\n`;
    const { rows, dimensions, guesses } = await readTable(text);
    expect([rows, dimensions]).to.deep.equal([61, 2]);
    expect(guesses[0]).to.contain('the text column "note"');
    const numbers = text.replace("late", "5");
    expect((await malformed(readTable(numbers))).message).to.match(
      /^a\.csv:2:2: expected a number, found an empty cell \(60 such cells in this column\)$/,
    );
  });

  it("are an error with both places when they contain a number, however late", async () => {
    for (const rows of [2, 30_000]) {
      const text = `x,word,y\n${"1,a,2\n".repeat(rows)}3,4,5\n6,7,8\n`;
      for (const sizes of [[], [70_000]]) {
        const { message } = await malformed(readTable(text, {}, sizes));
        const place = `a.csv:${rows + 2}:2`;
        expect(message).to.equal(
          `${place}: expected text, as "a" on line 2, found the number "4" (2 such cells in this column)`,
        );
      }
    }
  });

  it("may contain cells in any notation that is not a number", async () => {
    const { values } = await readTable("x,word\n1,a\n2,1_000\n3,1e999\n4,-\n5,5%\n6,\n");
    expect(values).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it("do not include numbers in another notation", async () => {
    for (const [cell, hint] of [
      ["1.234.567", /thousands/],
      ["12'345", /thousands/],
      ["5%", /without the sign/],
      ["€5", /currency/],
      ["5 kg", /unit/],
      ["0x1f", /decimal digits/],
      ["−5", /decimal digits/],
      ["1.5D+00", /decimal digits/],
      ["1,5", /decimal commas/],
    ] as const) {
      const error = await malformed(readTable(`x;y\n1;${cell}\n2;${cell}\n`));
      expect(error.message, cell).to.contain("a.csv:2:2: expected a number, found ");
      expect(error.hint, cell).to.match(hint);
    }
  });

  it("leave an error when nothing else is there", async () => {
    const error = await rejection(readTable("name,city\nann,paris\nbob,rome\n"));
    expect(error.message).to.equal(
      'a.csv: expected columns of numbers, found no header and only text: 1 ("name"), 2 ("city")',
    );
    expect(error.hint).to.equal("what the columns hold: simcli describe a.csv");
  });
});

describe("ids", () => {
  for (const [title, text, ids, note] of [
    ["a column called id anywhere", "x,id\n1,a\n2,b\n", ["a", "b"], false],
    ["a column of numbers called id, with a note", "x,id\n1,7\n2,8\n", ["7", "8"], true],
    ["an index that counts from 0, with a note", "index,x\n0,5\n1,6\n", ["0", "1"], true],
    ["the index of pandas, with a note", "Unnamed: 0,x\n0,5\n1,6\n", ["0", "1"], true],
    ["a first column of text before other text", "name,city,x\nann,paris,1\nbob,rome,2\n", ["ann", "bob"], true],
  ] as const) {
    it(`are ${title}`, async () => {
      const table = await readTable(text);
      expect(table.ids).to.deep.equal(ids);
      expect(table.dimensions).to.equal(1);
      expect(table.guesses.length).to.equal(note ? 1 : 0);
    });
  }

  it("are not the index of pandas beside a column of ids, which is no component either", async () => {
    for (const [text, options] of [
      [",id,x\n0,7a,5\n1,8b,6\n", {}],
      ["Unnamed: 0,x,id\n0,5,7a\n1,6,8b\n", {}],
      [",x,name\n0,5,7a\n1,6,8b\n", { idColumn: "name" }],
    ] as const) {
      const { ids, values, guesses } = await readTable(text, options);
      expect([ids, values], text).to.deep.equal([
        ["7a", "8b"],
        [5, 6],
      ]);
      expect(guesses.join(), text).to.match(/^a\.csv: left out the column (?:1|"Unnamed: 0"), which counts the rows/);
    }
    expect((await readTable(",id,x\n5,7,5\n9,8,6\n")).ids).to.deep.equal(["5", "9"]);
    expect((await readTable(",id,x\n0,7,5\n1,8,6\n", { idColumn: 1 })).ids).to.deep.equal(["0", "1"]);
  });

  it("are not a column of numbers that --columns selects", async () => {
    for (const text of ["index,x\n0,5\n1,6\n", "x,id\n0,5\n1,6\n"]) {
      const { ids, values, guesses } = await readTable(text, { columns: "1-2" });
      expect([ids, values, guesses]).to.deep.equal([null, [0, 5, 1, 6], []]);
      expect((await readTable(text, { columns: "x" })).guesses).to.deep.equal([]);
    }
  });

  it("are not a column called index that does not count the rows", async () => {
    const { ids, values } = await readTable("index,x\n5,1\n9,2\n");
    expect(ids).to.equal(null);
    expect(values).to.deep.equal([5, 1, 9, 2]);
  });
});

describe("vectors in one column", () => {
  for (const [title, cells] of [
    ["JSON", ["[0.5, -1e-3]", "[2,3]"]],
    ["NumPy's text", ["[ 0.5   -0.001]", "[2.\n 3.]"]],
    ["PostgreSQL's arrays", ["{0.5,-0.001}", "{2,3}"]],
    ["NumPy's arrays", ["array([0.5, -0.001], dtype=float32)", "array([2., 3.])"]],
    ["PyTorch's tensors", ["tensor([ 0.5000, -0.0010])", "tensor([2., 3.])"]],
    ["lists of NumPy's numbers", ["[np.float64(0.5), np.float64(-0.001)]", "[np.float32(2.0), np.float64(3.0)]"]],
    ["numbers between commas", ["0.5,-0.001,1", "2,3,1"]],
    ["numbers between blanks", ["0.5 -1e-3 1", "2 3.0 1"]],
  ] as const) {
    it(`are read from ${title}, with the text beside them as ids`, async () => {
      const text = `text,embedding\n"one, two","${cells[0]}"\nthree,"${cells[1]}"\n`;
      const { values, ids, guesses } = await readTable(text);
      const width = values.length / 2;
      expect(values.filter((_, i) => i % width < 2)).to.deep.equal([0.5, -0.001, 2, 3]);
      expect(ids).to.deep.equal(["one, two", "three"]);
      expect(guesses).to.deep.equal([]);
    });
  }

  it("are preferred to numbers, which are left out with a note", async () => {
    const text = 'score,emb\n5,"[1,2]"\n6,"[3,4]"\n';
    const { values, guesses } = await readTable(text);
    expect(values).to.deep.equal([1, 2, 3, 4]);
    expect(guesses).to.deep.equal([
      'a.csv: read the vectors in the column "emb", left out "score"; --columns 1 reads the numbers instead',
    ]);
    expect((await readTable(text, { columns: "1" })).values).to.deep.equal([5, 6]);
  });

  it("are named by --vector-column when there are several", async () => {
    const text = 'a,b\n"[1,2]","[5]"\n"[3,4]","[6]"\n';
    const error = await rejection(readTable(text));
    expect(error.message).to.equal("a.csv: expected one column of vectors, found 2");
    expect(error.hint).to.equal("--vector-column a or b");
    expect((await readTable(text, { vectorColumn: "b" })).values).to.deep.equal([5, 6]);
  });

  it("are an error when one is shorter, shortened or no array", async () => {
    const message = async (cell: string) => (await malformed(readTable(`t,v\na,"[1,2]"\nb,"${cell}"\n`))).message;
    expect(await message("[1]")).to.equal("a.csv:3:2: expected 2 numbers in the vector, found 1");
    expect(await message("[1 ... 2]")).to.match(/expected a vector, found "\[1 \.\.\. 2\]"$/);
    expect(await message("[1,x]")).to.match(/expected a vector/);
    expect(await message("x")).to.match(/expected a vector, found "x"$/);
    expect(await message("[1,nan]")).to.match(/expected finite numbers/);
  });
});

describe("files of other tools", () => {
  for (const [title, text, ids, names] of [
    ["Excel, with a line that names the delimiter", "sep=;\r\nname;x;y\r\na;1;2\r\nb;3;4\r\n", ["a", "b"], ["x", "y"]],
    [
      "R's write.table, whose header has no name for the row names",
      '"x" "y"\n"a" 1 2\n"b" 3 4\n',
      ["a", "b"],
      ["x", "y"],
    ],
    ["R's write.table without quotes", "x y\na 1 2\nb 3 4\n", ["a", "b"], ["x", "y"]],
    ["R's write.csv", '"","x","y"\n"1",1,2\n"2",3,4\n', ["1", "2"], ["x", "y"]],
    ["numpy.savetxt with a header", "# x y\n# more\n1 2\n3 4\n", null, null],
  ] as const) {
    it(`are read: ${title}`, async () => {
      for (const sizes of [[], [1]]) {
        const table = await readTable(text, {}, sizes);
        expect([table.values, table.ids, table.columnNames]).to.deep.equal([[1, 2, 3, 4], ids, names]);
      }
    });
  }

  it("never lose a row of numbers after a number sign", async () => {
    expect((await rejection(readTable("# 1 2\n3 4\n", { delimiter: " " }))).message).to.contain(
      "a.csv:2: expected 3 fields, found 2",
    );
  });
});

describe("the options in the hint", () => {
  it("leave out all columns and rows at fault at once", async () => {
    const text = "id,a,b,c,d\nu,1,2,x,4\nv,,y,5,6\nw,7,8,z,9\n";
    const { hint, options } = await malformed(readTable(text));
    expect([hint, options]).to.deep.equal([
      "zero and mean replace missing values, skip-row leaves out their rows",
      "--columns 2,5 --id-column id --missing skip-row",
    ]);
    const { values, ids } = await readTable(text, { columns: "2,5", idColumn: "id", missing: "skip-row" });
    expect([values, ids]).to.deep.equal([
      [1, 4, 7, 9],
      ["u", "w"],
    ]);
  });
});

describe("decimal commas", () => {
  it("are read with the option, by default between semicolons", async () => {
    const { values, ids } = await readTable("name;x;y\na;1,5;2\nb;-3,25e2;,5\n", { decimal: "," });
    expect(values).to.deep.equal([1.5, 2, -325, 0.5]);
    expect(ids).to.deep.equal(["a", "b"]);
  });

  it("make numbers with a point errors, because they may be thousands", async () => {
    const { message, hint } = await malformed(readTable("x;y\n1,5;1.500\n", { decimal: "," }));
    expect(message).to.equal('a.csv:2:2: expected a number, found "1.500"');
    expect(hint).to.match(/decimal point/);
  });

  it("are proposed when they are found", async () => {
    const { hint, options } = await malformed(readTable("x;y\n1,5;2,5\n3,5;1\n"));
    expect([hint, options]).to.deep.equal(["the numbers have decimal commas", "--decimal ,"]);
  });
});

describe("a table of columns of any kind", () => {
  const words = fc.constantFrom("red", "True", "2024-05-06", "x1", "Ünï", "a b", "10.0.0.1");
  const column = fc.constantFrom("number", "text", "empty");
  const tables = fc
    .record({ kinds: fc.array(column, { minLength: 2, maxLength: 6 }), rows: fc.integer({ min: 2, max: 30 }) })
    .filter(({ kinds }) => kinds.slice(1).includes("number"))
    .chain(({ kinds, rows }) =>
      fc.record({
        kinds: fc.constant(kinds),
        cells: fc.array(
          fc.tuple(...kinds.map((kind) => (kind === "number" ? finite : kind === "text" ? words : fc.constant("")))),
          { minLength: rows, maxLength: rows },
        ),
        delimiter: fc.constantFrom(",", ";", "\t", "|"),
        sizes: chunkSizes,
      }),
    );
  const cellText = (cell: string | number) => (typeof cell === "number" ? textOf(cell) : cell);

  it("loses and changes no number, and reports each column that it leaves out", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ kinds, cells, delimiter, sizes }) => {
        const names = kinds.map((kind, i) => `${kind}${i}`);
        const text = [names, ...cells].map((row) => `${row.map(cellText).join(delimiter)}\n`).join("");
        const { values, ids, guesses } = await readTable(text, { delimiter }, sizes);
        const numbers = cells.flatMap((row) => row.filter((_, i) => kinds[i] === "number")) as number[];
        expectSameBits(values, numbers);
        const idField = kinds[0] === "text" ? 0 : null;
        expect(ids).to.deep.equal(idField === null ? null : cells.map((row) => row[0]));
        const note = guesses.join();
        kinds.forEach((kind, i) => {
          expect(note.includes(`"${kind}${i}"`), `${kind}${i} in ${note}`).to.equal(kind !== "number" && i !== idField);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("is an error when one number is among text, or one text among numbers", async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.nat(), fc.nat(), async ({ kinds, cells, delimiter, sizes }, at, which) => {
        const mixed = kinds.flatMap((kind, i) => (kind === "empty" || i === 0 ? [] : [i]));
        const field = mixed[which % mixed.length];
        const row = 1 + (at % (cells.length - 1));
        const changed = cells.map((list) => [...list] as (string | number)[]);
        changed[row][field] = kinds[field] === "number" ? "oops" : 1;
        const text = [kinds.map((_, i) => `c${i}`), ...changed]
          .map((list) => `${list.map(cellText).join(delimiter)}\n`)
          .join("");
        const { faults } = await malformed(readTable(text, { delimiter }, sizes));
        expect(faults[0]).to.include({ line: row + 2, field: field + 1 });
      }),
      { numRuns: 300 },
    );
  });
});
