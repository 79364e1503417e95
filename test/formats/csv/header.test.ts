import { expect } from "chai";
import fc from "fast-check";
import { hasHeader } from "#dist/formats/csv/header.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { finite, sourceOf, textOf } from "../../input/support.js";

const DELIMITERS = [",", "\t", ";", "|", " "];

const tables = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 2, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

const countsFromZero = (row: readonly number[] = []) => row.length > 2 && row.every((value, i) => value === i);

/** Returns whether the first of two rows is a header, and the guess. */
function decide(first: readonly string[], second: readonly string[] | null): [boolean, string | undefined] {
  const rows = [first, ...(second ? [second] : [])].map((cells, i) => ({ cells, line: i + 1 }));
  let guess: string | undefined;
  const onGuess = (...[text]: [string, string]) => {
    guess = text;
  };
  return [hasHeader(rows, second ?? first.map(() => ""), { onGuess }, "a.csv"), guess];
}

const AS_HEADER = "a.csv: read the first row as a header although it holds numbers";
const AS_DATA = "a.csv: read the first row, which counts from 0, as data";

describe("hasHeader", () => {
  it("never takes a row of numbers for a header, unless it counts from 0, so that no row is lost", async () => {
    const options = fc.constantFrom({}, { header: "auto" as const });
    await fc.assert(
      fc.asyncProperty(tables, options, fc.constantFrom(...DELIMITERS), async (table, readOptions, delimiter) => {
        fc.pre(!countsFromZero(table[0]));
        const text = table.map((row) => `${row.map(textOf).join(delimiter)}\n`).join("");
        const { rows, columnNames, ids } = await readVectors(sourceOf(text), readOptions);
        expect({ rows, columnNames, ids }).to.deep.equal({ rows: table.length, columnNames: null, ids: null });
      }),
    );
  });

  for (const [first, second, answer, guess] of [
    [["a", "b"], ["1", "2"], true],
    [["1", "b"], ["1", "2"], true, AS_HEADER],
    [["id", "x"], ["u", "2"], true],
    [["1", "2"], ["3", "4"], false],
    [["1", "0x10"], ["3", "4"], false],
    [["1", "nan"], ["3", "4"], false],
    [["1", ""], ["3", "4"], false],
    [["u", "1"], ["v", "2"], false],
    [["a", "b"], ["c", "d"], false],
    [["a", "b"], null, true],
    [["a", "1"], null, false],
    [["1", "2"], null, false],
    // Names that begin with digits.
    [["name", "2019 Q1"], ["x", "1"], true],
    [["0-10", "10-20"], ["1", "2"], true],
    [["1.5-", "2"], ["1", "2"], false],
    [["1.5-"], ["2"], false],
    [["1.5kg", "2kg"], ["1", "2"], false],
    // The index of pandas, and the names that it gives columns.
    [["", "0", "1", "2"], ["0", "0.5", "1", "2"], true],
    [["", "0", "1", "2"], ["x", "0.5", "1", "2"], true],
    [["", "2019", "2020"], ["x", "0.5", "1"], true, AS_HEADER],
    [["", "0.5", "1"], ["x", "0.5", "1"], false],
    [["", "1", "2"], ["3", "4", "5"], false],
    [["word", "0", "1", "2"], ["x", "0.5", "1", "2"], true, AS_HEADER],
    [["word", "0", "1", "2"], ["x", "4", "1", "2"], false],
    [["0", "1", "2"], ["0.5", "1", "2"], true, AS_HEADER],
    [["0", "1", "2"], ["4", "1", "2"], false, AS_DATA],
    [["0", "1"], ["0.5", "1"], false],
    // Years.
    [["country", "2019", "2020"], ["CH", "1", "2"], true, AS_HEADER],
    [["country", "2019", "2020"], ["CH", "2001", "2002"], false],
    [["country", "2020", "2020"], ["CH", "1", "2"], false],
    [["2019", "2020"], ["1", "2"], false],
  ] as const) {
    it(`returns ${answer} for ${first.join(",")} above ${second?.join(",") ?? "nothing"}`, () => {
      expect(decide(first, second)).to.deep.equal([answer, guess]);
    });
  }
});
