import { expect } from "chai";
import fc from "fast-check";
import { DataError, UsageError } from "#dist/core/errors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, malformed, rejection, sourceOf } from "./support.js";

interface Case {
  readonly title: string;
  readonly text: string;
  readonly message: string;
  readonly hint: RegExp;
  readonly options?: ReadOptions;
}

const COLUMN_HINT = /^this command leaves the column out$/;
const MISSING_HINT = /^zero and mean replace missing values, skip-row leaves out their rows$/;
const RAGGED_HINT = /same number of fields/;
const QUOTE_HINT = /quote inside/;

const CASES: readonly Case[] = [
  {
    title: "text among numbers",
    text: "1,2\n3,4\n5,abc\n",
    message: 'a.csv:3:2: expected a number, as "2" on line 1, found "abc"',
    hint: COLUMN_HINT,
  },
  {
    title: "an empty cell",
    text: "1,2\n,4\n",
    message: "a.csv:2:1: expected a number, found an empty cell",
    hint: MISSING_HINT,
  },
  ...(
    [
      ["0x10", /decimal digits/],
      ["1_000", /thousands separators/],
      ["1e", /decimal digits/],
      ["5%", /without the sign/],
      ["$5", /without the currency/],
      ["5kg", /without the unit/],
      ["nan", MISSING_HINT],
      ["NA", MISSING_HINT],
      ["?", MISSING_HINT],
      ["1 2", COLUMN_HINT],
    ] as const
  ).map(([cell, hint]) => ({
    title: `${cell} for a number`,
    text: `1,${cell}\n3,4\n`,
    message: `a.csv:1:2: expected a number, found "${cell}"`,
    hint,
  })),
  {
    title: "an infinite number",
    text: "1,inf\n3,4\n",
    message: 'a.csv:1:2: expected a finite number, found "inf"',
    hint: /1\.8e308/,
  },
  {
    title: "a number beyond the doubles",
    text: "1,2\n3,-1e999\n",
    message: 'a.csv:2:2: expected a finite number, found "-1e999"',
    hint: /1\.8e308/,
  },
  {
    title: "a row that is too short",
    text: "1,2\n3\n5,6\n",
    message: "a.csv:2: expected 2 fields, found 1",
    hint: RAGGED_HINT,
  },
  {
    title: "a row that is too long",
    text: "1,2\n3,4\n5,6,7\n",
    message: "a.csv:3: expected 2 fields, found 3",
    hint: RAGGED_HINT,
  },
  {
    title: "a blank line in a table of one column, where it is a missing value",
    text: "1\n3\n\n5\n",
    message: "a.csv:3: expected a number, found a blank line",
    hint: /^$/,
  },
  {
    title: "a cell after a quoted field of several lines",
    text: '"a\nb\n\nc",1\nd,x\n',
    message: 'a.csv:5:2: expected a number, as "1" on line 1, found "x"',
    hint: /--header yes/,
    options: { idColumn: 1, header: "no" },
  },
  {
    title: "a cell after a quoted field of several lines that end in CRLF",
    text: '"a\r\nb",1\r\nd,x\r\n',
    message: 'a.csv:3:2: expected a number, as "1" on line 1, found "x"',
    hint: /--header yes/,
    options: { idColumn: 1, header: "no" },
  },
  {
    title: "a cell in the row of a quoted field of several lines, at the line where the row starts",
    text: 'z,1\n"a\nb",x\n',
    message: 'a.csv:2:2: expected a number, as "1" on line 1, found "x"',
    hint: /--header yes/,
    options: { idColumn: 1, header: "no" },
  },
  {
    title: "a cell after comments",
    text: "# one\n# two\n1,2\n# three\n3,0x1\n",
    message: 'a.csv:5:2: expected a number, as "2" on line 3, found "0x1"',
    hint: /decimal digits/,
  },
  {
    title: "a cell in a file with lone CR line ends",
    text: "1,2\r3,4\r5,x\r",
    message: 'a.csv:3:2: expected a number, as "2" on line 1, found "x"',
    hint: COLUMN_HINT,
  },
  {
    title: "a cell in a file with CRLF line ends",
    text: "1,2\r\n3,4\r\n5,x\r\n",
    message: 'a.csv:3:2: expected a number, as "2" on line 1, found "x"',
    hint: COLUMN_HINT,
  },
  {
    title: "a cell between runs of blanks, by visible fields",
    text: "1   2  3\n 4  5   x\n",
    message: 'a.csv:2:3: expected a number, as "3" on line 1, found "x"',
    hint: COLUMN_HINT,
  },
  {
    title: "a cell below a header",
    text: "x,y\n1,2\n3,none\n",
    message: 'a.csv:3:2: expected a number, found "none"',
    hint: MISSING_HINT,
  },
  {
    title: "a cell of a selected column, in the field of the file",
    text: "1,2,3\n4,5,x\n",
    message: 'a.csv:2:3: expected a number, as "3" on line 1, found "x"',
    hint: COLUMN_HINT,
    options: { columns: "3,1" },
  },
  {
    title: "decimal commas",
    text: '"1,5";"2,5"\n"3,5";"4,5"\n',
    message: [
      'a.csv:1:1: expected a number, found "1,5" (2 such cells in this column)',
      'a.csv:1:2: expected a number, found "2,5" (2 such cells in this column)',
    ].join("\n"),
    hint: /^the numbers have decimal commas$/,
    options: { delimiter: ";" },
  },
  {
    title: "a quote that is never closed, at the row where it opens",
    text: '1,2\n3,"4\n5,6\n',
    message: "a.csv:2:2: expected a closing quote, found the end of the file",
    hint: QUOTE_HINT,
  },
  {
    title: "a quote inside a field",
    text: '1,2\n3,4"5\n',
    message: "a.csv:2:2: expected a quote at the start of the field, found one inside",
    hint: QUOTE_HINT,
  },
  {
    title: "text directly after a closing quote",
    text: '1,2\n"3"4,5\n',
    message: "a.csv:2:1: expected a delimiter after the closing quote, found more text",
    hint: QUOTE_HINT,
  },
  {
    title: "text after a closing quote and a blank",
    text: '1,2\n3,"4" 5\n',
    message: "a.csv:2:2: expected a delimiter after the closing quote, found more text",
    hint: QUOTE_HINT,
  },
  {
    title: "a quote inside a field after comments",
    text: '1,2\n# one\n# two\n3,4"5\n',
    message: "a.csv:4:2: expected a quote at the start of the field, found one inside",
    hint: QUOTE_HINT,
  },
  {
    title: "a quote inside a field between runs of blanks, by line only",
    text: '1   2\n3    4"5\n',
    message: "a.csv:2: expected a quote at the start of the field, found one inside",
    hint: QUOTE_HINT,
  },
  {
    title: "several faults of several kinds, in the order of the file",
    text: "1,2\n3,x\n4\n\ny,6\n",
    message: [
      'a.csv:2:2: expected a number, as "2" on line 1, found "x"',
      "a.csv:3: expected 2 fields, found 1",
      'a.csv:5:1: expected a number, as "1" on line 1, found "y"',
    ].join("\n"),
    hint: COLUMN_HINT,
  },
  {
    title: "a fault before a quote error",
    text: '1,2\n3,x\n4,"5\n',
    message: [
      'a.csv:2:2: expected a number, as "2" on line 1, found "x"',
      "a.csv:3:2: expected a closing quote, found the end of the file",
    ].join("\n"),
    hint: COLUMN_HINT,
  },
];

describe("the faults of a file", () => {
  for (const { title, text, message, hint, options = {} } of CASES) {
    it(`name the location of ${title}`, async () => {
      const error = await malformed(readVectors(sourceOf(text), options));
      expect(error.message).to.equal(message);
      expect(error.hint ?? "").to.match(hint);
      expect(error.others).to.equal(0);
    });
  }

  it("are the same for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CASES), chunkSizes, async ({ text, options = {} }, sizes) => {
        const whole = await malformed(readVectors(sourceOf(text), options));
        const cut = await malformed(readVectors(sourceOf(text, "a.csv", sizes), options));
        expect([cut.message, cut.total, cut.hint]).to.deep.equal([whole.message, whole.total, whole.hint]);
      }),
    );
  });

  it("name the first bad cell of each column and count all", async () => {
    const tables = fc
      .record({ rows: fc.integer({ min: 3, max: 12 }), columns: fc.integer({ min: 2, max: 5 }) })
      .chain(({ rows, columns }) =>
        fc.record({
          columns: fc.constant(columns),
          bad: fc.array(fc.boolean(), { minLength: rows * columns, maxLength: rows * columns }),
          delimiter: fc.constantFrom(",", ";", "\t", " "),
          end: fc.constantFrom("\n", "\r\n", "\r"),
          sizes: chunkSizes,
        }),
      )
      .filter(({ bad }) => bad.includes(true));
    await fc.assert(
      fc.asyncProperty(tables, async ({ columns, bad, delimiter, end, sizes }) => {
        let text = "";
        const expected = new Map<number, string>();
        bad.forEach((isBad, k) => {
          const [row, column] = [Math.floor(k / columns), k % columns];
          text += (isBad ? "0x1" : String(k)) + (column === columns - 1 ? end : delimiter);
          if (isBad && !expected.has(column)) expected.set(column, `${row + 1}:${column + 1}`);
        });
        const error = await malformed(readVectors(sourceOf(text, "a.csv", sizes), { delimiter }));
        expect(error.faults.map(({ line, field }) => `${line}:${field}`)).to.deep.equal([...expected.values()]);
        expect(error.total).to.equal(bad.filter(Boolean).length);
        expect(error.others).to.equal(0);
      }),
      { numRuns: 200 },
    );
  });

  it("report ten columns, and count the rest", async () => {
    const row = (cell: string) => `${Array(12).fill(cell).join(",")}\n`;
    const { faults, total, others } = await malformed(readVectors(sourceOf(`${row("1")}${row("0x1").repeat(3)}`)));
    expect(faults.map(({ field, count }) => [field, count])).to.deep.equal(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((field) => [field, 3]),
    );
    expect([total, others]).to.deep.equal([36, 6]);
  });

  it("quote the start of a long cell", async () => {
    const { message } = await malformed(readVectors(sourceOf(`1,2\n3,${"x".repeat(1000)}\n`)));
    expect(message).to.equal(`a.csv:2:2: expected a number, as "2" on line 1, found "${"x".repeat(40)}…"`);
  });

  for (const [name, blank] of [
    ["a no-break space", "\u00a0"],
    ["a vertical tab", "\v"],
    ["a form feed", "\f"],
    ["an ideographic space", "\u3000"],
    ["a byte order mark", "\ufeff"],
    ["a line separator", "\u2028"],
  ] as const) {
    it(`include whitespace around a number other than spaces and tabs: ${name}`, async () => {
      const cells = [`${blank}3`, `3${blank}`, ` ${blank} 3`, `"3${blank}"`, `"3"${blank}`, blank];
      for (const cell of cells) {
        for (const text of [`1,2\n${cell},4\n`, `1,2\n"3",4\n${cell},4\n`]) {
          const error = await malformed(readVectors(sourceOf(text)));
          expect(error.message, JSON.stringify(text)).to.match(/^a\.csv:[23]:1: expected a (?:number|delimiter)/);
        }
      }
      const { values } = await readVectors(sourceOf("\ufeff1,2\n \t3\t ,4\n"));
      expect([...values]).to.deep.equal([1, 2, 3, 4]);
    });

    it(`include ${name} in the first row`, async () => {
      const error = await malformed(readVectors(sourceOf(`1${blank},2\n3,4\n`)));
      expect(error.message).to.equal(`a.csv:1:1: expected a number, found "1${blank}"`);
    });
  }

  it("never split a character of a long cell", async () => {
    const { message } = await malformed(readVectors(sourceOf(`1,2\n3,${"x".repeat(39)}${"😀".repeat(9)}\n`)));
    expect(message).to.not.match(/\p{Cs}/u);
  });
});

describe("a file without rows", () => {
  for (const [title, text, message] of [
    ["that is empty", "", "an empty file"],
    ["that contains only a byte order mark", "\ufeff", "an empty file"],
    ["that contains only comments", "# nothing\n", "an empty file"],
    ["that contains one blank line", "\n", "only blank lines"],
    ["that contains blank lines", " \r\n\n\t\n", "only blank lines"],
    ["that contains only a header", "x,y\n", "only a header"],
    ["that contains only a header and blank lines", "x,y\n\n\n", "only a header"],
  ] as const) {
    it(`${title} is rejected with a description`, async () => {
      const error = await rejection(readVectors(sourceOf(text)));
      expect(error).to.be.instanceOf(DataError);
      expect(error.message).to.equal(`a.csv: expected rows of numbers, found ${message}`);
      expect(error.hint).to.equal(
        message === "only a header" ? "is that row data? --header no" : "did the program that wrote it fail?",
      );
    });
  }

  for (const text of ["", "\n", "x,y\n"]) {
    it(`on stdin, ${JSON.stringify(text)}, points to the command before`, async () => {
      const error = await rejection(readVectors(sourceOf(text, "stdin")));
      expect(error.message).to.equal("no rows on stdin: did the command before it fail?");
    });
  }

  it("is rejected if it contains only ids", async () => {
    const error = await rejection(readVectors(sourceOf("a\nb\n"), { idColumn: 1 }));
    expect(error.message).to.equal("a.csv: expected columns of numbers, found none left");
  });
});

describe("a column that does not exist", () => {
  it("is a usage error", async () => {
    for (const options of [{ idColumn: 3 }, { columns: "1-3" }, { labelColumn: "class" }, { columns: "x" }]) {
      const error = await rejection(readVectors(sourceOf("1,2\n3,4\n"), options));
      expect(error, JSON.stringify(options)).to.be.instanceOf(UsageError);
    }
  });

  it("is reported for an empty selection", async () => {
    for (const columns of ["", ",", "!", ",,"]) {
      const error = await rejection(readVectors(sourceOf("1,2\n3,4\n"), { columns }));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.equal(`a.csv: expected a selection of columns, found "${columns}"`);
    }
  });

  it("is reported for a column without numbers", async () => {
    const error = await rejection(readVectors(sourceOf("id,x\na,1\nb,2\n"), { columns: "1" }));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.equal('a.csv: expected columns of numbers, found only the column of ids or labels in "1"');
    expect(error.hint).to.match(/--id-column/);
  });
});
