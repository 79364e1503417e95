import { expect } from "chai";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { malformed, sourceOf } from "../../input/support.js";

/** Reads a text, and returns its vectors with the guesses that were reported. */
async function read(text: string, options: ReadOptions = {}, sizes: readonly number[] = []) {
  const guesses = new Set<string>();
  const onGuess = (guess: string) => guesses.add(guess);
  const { values, ids, columnNames } = await readVectors(sourceOf(text, "a.csv", sizes), { ...options, onGuess });
  return { values: [...values], ids, columnNames, guesses: [...guesses] };
}

const AS_HEADER = "a.csv: read the first row as a header although it holds numbers";

describe("tables as people have them", () => {
  for (const [title, text, values, ids, columnNames, guesses] of [
    ["the index of pandas above numbers", ",0,1\n0,0.5,1\n1,2,3\n", [0.5, 1, 2, 3], ["0", "1"], ["0", "1"], []],
    [
      "years as names",
      "country,2019,2020\nCH,1,2\nDE,3,4\n",
      [1, 2, 3, 4],
      ["CH", "DE"],
      ["2019", "2020"],
      [AS_HEADER],
    ],
    [
      "names that begin with digits",
      "name,2019 Q1,2019 Q2\nx,1,2\ny,3,4\n",
      [1, 2, 3, 4],
      ["x", "y"],
      ["2019 Q1", "2019 Q2"],
      [],
    ],
    [
      "integers as names above decimals",
      ",9,3\n10,0.5,1\n11,2,3\n",
      [0.5, 1, 2, 3],
      ["10", "11"],
      ["9", "3"],
      [AS_HEADER],
    ],
    ["vectors between blanks behind a tab", "a\t0.5 1 2\nb\t2 3.5 4\n", [0.5, 1, 2, 2, 3.5, 4], ["a", "b"], null, []],
    ["vectors between blanks behind a comma", "a,0.5 1 2\nb,2 3.5 4\n", [0.5, 1, 2, 2, 3.5, 4], ["a", "b"], null, []],
    [
      "vectors between tabs, as PostgreSQL copies them",
      "0\tfirst, short\t[0.5,1]\n1\tsecond\t[2,3]\n",
      [0.5, 1, 2, 3],
      null,
      null,
      ["a.csv: read the vectors in the column 3, left out 1, 2"],
    ],
    [
      "a delimiter at the end of each row, but not of the header",
      "f0,f1\n0.5,1,\n2,3,\n",
      [0.5, 1, 2, 3],
      null,
      ["f0", "f1"],
      ["a.csv: left out the empty column 3"],
    ],
    [
      "blank lines before and between rows",
      "\n\nx,y\n1,2\n\n\n3,4\n\n",
      [1, 2, 3, 4],
      null,
      ["x", "y"],
      ["a.csv: left out 2 blank lines (first: line 5)"],
    ],
  ] as const) {
    it(`are read: ${title}`, async () => {
      for (const sizes of [[], [1], [7]]) {
        expect(await read(text, {}, sizes)).to.deep.equal({ values, ids, columnNames, guesses });
      }
    });
  }

  for (const [title, text, message, hint] of [
    [
      "numbers between other delimiters",
      "1, 2\t3\n4, 5\t6\n",
      'a.csv:1:2: expected a number, found "2\t3"',
      /another delimiter/,
    ],
    [
      "a comment after the last number",
      "0.1,0.2 # x\n0.3,0.4 # y\n",
      'a.csv:1:2: expected a number, found "0.2 # x"',
      /comment/,
    ],
    [
      "a vector that the delimiter cuts",
      "x,'[1,2]'\ny,'[3,4]'\n",
      'a.csv:1:2: expected a number, found "\'[1"',
      /vectors/,
    ],
    [
      "commas that separate thousands or decimals",
      'x,"1,234"\ny,"2,345"\n',
      'a.csv:1:2: expected a number, found "1,234"',
      /if "1,234" is 1234, .*--decimal , -d ,$/,
    ],
  ] as const) {
    it(`lose no number: ${title}`, async () => {
      const error = await malformed(read(text));
      expect(error.message.split("\n")[0]?.replace(/ \(2 such.*/, "")).to.equal(message);
      expect(error.hint).to.match(hint);
    });
  }

  for (const [title, text, lines] of [
    ["a title", "My title\nx,y,z\n1,2,3\n4,5,6\n", [1]],
    ["comments", "% one\n% two\n1,2,3\n4,5,6\n", [1, 2]],
    ["a title with empty cells and an empty row", "Report,,\n,,\nx,y,z\n1,2,3\n4,5,6\n", [1, 2]],
    ["a footer behind a blank line", "x,y\n1,2\n3,4\n\n2 rows\n", [5]],
    ["units", "x,y\n[m],[kg]\n1,2\n3,4\n", [2]],
    ["a header of two rows and a name of the index", ",a,a,b\n,x,y,x\nidx,,,\n0,1,2,3\n1,4,5,6\n", [2, 3]],
    ["a repeated header and a footer", "x,y\n1,2\nx,y\n3,4\n5,6\n2 rows\n", [3, 6]],
    ["the lines of a table of vectors", " id | v\n----+---\n 1 | [1,2]\n 2 | [3,4]\n(2 rows)\n", [2, 5]],
    ["the lines of a table of psql", " id | x | y\n----+---+---\n 1 | 2 | 3\n 2 | 4 | 5\n(2 rows)\n\n", [2, 5]],
  ] as const) {
    it(`name lines that are neither a header nor rows: ${title}`, async () => {
      const error = await malformed(read(text));
      const script = lines.map((line) => `${line}d`).join(";");
      expect(error.filter?.command).to.equal(`sed ${lines.length > 1 ? `'${script}'` : script} a.csv`);
      const rest = text.split("\n").filter((_, i) => !(lines as readonly number[]).includes(i + 1));
      expect((await read(rest.join("\n"))).values.length).to.be.greaterThan(3);
    });
  }

  it("name other faults first, without leaving lines out", async () => {
    const error = await malformed(read("x,y\n1,2\nx,y\n3,z\n"));
    expect([error.filter, error.options]).to.deep.equal([undefined, "--columns 1"]);
  });

  it("have a column with late numbers, whose other rows can be left out", async () => {
    const text = `x,y\n${"1,\n".repeat(120)}2,3\n`;
    const error = await malformed(read(text));
    expect(error.message).to.match(
      /^a\.csv:122:2: expected a missing value, as in the first rows, found the number "3"/,
    );
    expect(error.options).to.equal("--columns 1-2 --missing skip-row");
    expect((await read(text, { columns: "1-2", missing: "skip-row" })).values).to.deep.equal([2, 3]);
  });

  it("have vectors that are missing, whose rows can be left out", async () => {
    const text = 'id,v\na,\nb,"[1,2]"\nc,NULL\nd,"[3,4]"\n';
    expect((await malformed(read(text))).options).to.equal("--missing skip-row");
    const { values, ids } = await read(text, { missing: "skip-row" });
    expect([values, ids]).to.deep.equal([
      [1, 2, 3, 4],
      ["b", "d"],
    ]);
  });

  it("have errors of spreadsheets as missing values", async () => {
    const { values } = await read("x,y\n1,#DIV/0!\n3,4\n#REF!,n.a.\n", { missing: "skip-row" });
    expect(values).to.deep.equal([3, 4]);
  });
});
