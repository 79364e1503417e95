import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { SimcliError } from "#dist/core/errors.js";
import { readRows } from "#dist/formats/csv/read-csv.js";
import { readStrictRows } from "#dist/formats/csv/strict-rows.js";
import type { ReadOptions, RowBatch } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, sourceOf } from "../../input/support.js";
import { drawing, runtimeOf } from "../../reference.js";

/** The result of reading a text: the bits of the vectors, or the error message. */
type Outcome = { readonly [what: string]: unknown };

async function outcomeOf(reading: Promise<Outcome>): Promise<Outcome> {
  try {
    return await reading;
  } catch (error) {
    expect(error).to.be.instanceOf(SimcliError);
    const { name, message, hint } = error as SimcliError;
    return { name, message, hint };
  }
}

/** Reads with csv-parse only. */
const byParser = (text: Uint8Array, options: ReadOptions) =>
  outcomeOf(gathered(readStrictRows("a.csv", sourceOf(text, "a.csv").bytes, options)));

async function gathered(batches: AsyncIterable<RowBatch>): Promise<Outcome> {
  const [values, lines, ids, labels]: [number[], number[], string[], string[]] = [[], [], [], []];
  let dimensions = 0;
  let columnNames: readonly string[] | null = null;
  for await (const batch of batches) {
    for (const value of batch.values) values.push(value);
    for (let i = 0; i < batch.rows; i++) lines.push(batch.lines![i]!);
    for (const id of batch.ids ?? []) ids.push(id);
    for (const label of batch.labels ?? []) labels.push(label);
    ({ columns: dimensions, columnNames } = batch);
  }
  const some = (texts: string[]) => (texts.length > 0 ? texts : null);
  return { values: textOfBits(values), lines, dimensions, columnNames, ids: some(ids), labels: some(labels) };
}

async function bySet(reading: ReturnType<typeof readVectors>): Promise<Outcome> {
  const { values, lines, dimensions, columnNames, ids, labels } = await reading;
  return { values: textOfBits(values), lines: [...lines!], dimensions, columnNames, ids, labels };
}

const textOfBits = (values: ArrayLike<number>) => Buffer.from(Float64Array.from(values).buffer).toString("hex");

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -99, max: 99 }).map(String) },
  fc.constantFrom(
    "-0",
    "+1.50",
    ".5",
    "5.",
    "1E-3",
    "00012345678901234567890123",
    "0.1000000000000000055511151231257827",
  ),
);
const blanks = fc.constantFrom("", "", "", " ", "  ", "\t", " \t");
const word = fc.oneof(
  fc.constantFrom(
    "a",
    "row 7",
    "日本",
    "é",
    "😀",
    "n/a",
    "",
    " # no",
    "\u00a0",
    "\u3000# x",
    "#1",
    "x\u00a0",
    "\ufeffa",
    "-",
    "12",
    "o'c",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
);
/** A line unlike the others, at which the readers switch over. */
const oddLine = (delimiter: string) =>
  fc.constantFrom(
    "",
    " ",
    "\t",
    "# a note",
    "#",
    " # no",
    '"',
    `"1"${delimiter}2`,
    `1${delimiter}"2`,
    `1${delimiter}x`,
    "abc",
    "1e999",
    "0x1F",
    "nan",
    delimiter,
    `1${delimiter}`,
    `${delimiter}1`,
    `1${delimiter}2${delimiter}3${delimiter}4${delimiter}5${delimiter}6${delimiter}7`,
    "1 2",
    "1,5;2",
    "\ufeff1",
    "\u00a01",
    "1\0",
    "\x0c1",
    "\x7f",
    `1_0${delimiter}1`,
    "id",
    "\x85",
    `"a\r\nb"${delimiter}1`,
  );

interface Written {
  readonly text: Uint8Array;
  readonly options: ReadOptions;
}

/** Texts that begin as tables of numbers. */
const written: fc.Arbitrary<Written> = fc
  .record({ dimensions: fc.integer({ min: 1, max: 4 }), delimiter: fc.constantFrom(",", "\t", ";", "|", " ", ":") })
  .chain(({ dimensions, delimiter }) =>
    fc.record({
      delimiter: fc.constant(delimiter),
      dimensions: fc.constant(dimensions),
      rows: fc.array(
        fc.record({
          cells: fc.array(fc.tuple(blanks, number, blanks), { minLength: dimensions, maxLength: dimensions }),
          id: word,
          label: word,
          end: fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"),
        }),
        { minLength: 1, maxLength: 14 },
      ),
      ids: fc.boolean(),
      labels: fc.boolean(),
      header: fc.boolean(),
      ends: fc.constantFrom(null, "\n", "\r\n"),
      odd: fc.array(fc.tuple(fc.nat(14), oddLine(delimiter)), { maxLength: 2 }),
      bom: fc.constantFrom("", "", "\ufeff"),
      terminated: fc.boolean(),
      told: fc.record({ delimiter: fc.boolean(), header: fc.boolean(), ids: fc.boolean(), columns: fc.boolean() }),
    }),
  )
  .map(({ delimiter, dimensions, rows, ids, labels, header, ends, odd, bom, terminated, told }) => {
    const place = (cells: string[], id: string, label: string) =>
      [...(ids ? [id] : []), ...cells, ...(labels ? [label] : [])].join(delimiter);
    const lines = rows.map(({ cells, id, label, end }) => {
      const padded = cells.map((parts) => (delimiter === "\t" ? parts.join("").trim() : parts.join("")));
      return place(padded, id, label) + (ends ?? end);
    });
    const names = Array.from({ length: dimensions }, (_, i) => `n${i}`);
    if (header) lines.unshift(place(names, "id", "class") + (ends ?? "\n"));
    for (const [at, line] of odd) lines.splice(Math.min(lines.length, at), 0, line + (ends ?? "\n"));
    const text = bom + lines.join("");
    return {
      text: Buffer.from(terminated ? text : text.replace(/[\r\n]+$/, "")),
      options: {
        ...(told.delimiter && { delimiter }),
        ...(told.header && { header: header ? ("yes" as const) : ("no" as const) }),
        ...(told.ids && ids && { idColumn: 1 }),
        ...(labels && { labelColumn: dimensions + (ids ? 2 : 1) }),
        ...(told.columns && dimensions > 1 && { columns: ids ? `2-${dimensions}` : "2-" }),
      },
    };
  });

describe("the kernels and csv-parse", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-lanes-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("agree on any text in a stream, in chunks of any size, plain or gzip", async () => {
    await fc.assert(
      fc.asyncProperty(written, chunkSizes, fc.boolean(), async ({ text, options }, sizes, zipped) => {
        const expected = await byParser(text, options);
        const bytes = zipped ? gzipSync(text) : text;
        // Some damaged texts look like a binary format, which format detection would report.
        const asText = { ...options, inputFormat: "csv" };
        const found = await outcomeOf(bySet(readVectors(sourceOf(bytes, "a.csv", sizes), asText)));
        expect(found, JSON.stringify(text.toString())).to.deep.equal(expected);
        const batches = readRows(sourceOf(bytes, "a.csv", sizes), options);
        expect(await outcomeOf(gathered(batches))).to.deep.equal(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("agree on lines that are damaged late in a long stream", async () => {
    const draw = drawing(9);
    const row = (i: number) => `row ${i},${draw() - 0.5},${Math.floor(draw() * 1e6)},${draw() * 1e-9}\n`;
    const rows = Array.from({ length: 3000 }, (_, i) => row(i));
    for (const odd of [
      "x,1,2\n",
      '"x",1,2,3\n',
      "# note\n",
      "\n",
      "x,1,2,3,4\n",
      "x,y,2,3\n",
      "x,1,2,3\r",
      "x,1,2,\xff\n",
    ]) {
      for (const at of [2, 2900]) {
        const text = Buffer.from([...rows.slice(0, at), odd, ...rows.slice(at)].join(""), "latin1");
        const expected = await byParser(text, {});
        for (const sizes of [[], [70_001]]) {
          const found = await outcomeOf(bySet(readVectors(sourceOf(text, "a.csv", sizes))));
          expect(found, `${odd} at ${at}`).to.deep.equal(expected);
        }
      }
    }
  });

  it("detect the same delimiter if there are comments among the first lines", async () => {
    const text = Buffer.from(["1,2;3\n", "1,2;3\n", ..."0123456789".replace(/./g, "# $&\n"), "1,2,3;4\n"].join(""));
    expect(await outcomeOf(bySet(readVectors(sourceOf(text))))).to.deep.equal(await byParser(text, {}));
  });

  /** Expects the same for a file over 1 MB, which is read in ranges. */
  async function expectSameOfFile(text: string | Uint8Array, options: ReadOptions = {}): Promise<void> {
    const bytes = Buffer.from(text);
    expect(bytes.length).to.be.above(2 ** 20);
    const path = join(folder, "large.csv");
    writeFileSync(path, bytes);
    const rows = readStrictRows(path, sourceOf(bytes, path, [1 << 18]).bytes, options);
    const expected = await outcomeOf(gathered(rows));
    for (const threads of [1, 3]) {
      const found = await outcomeOf(bySet(readVectors(path, { ...options, runtime: runtimeOf(threads) })));
      expect(Object.keys(found)).to.deep.equal(Object.keys(expected));
      for (const key of Object.keys(expected)) {
        // Chai takes long to format a difference of megabytes.
        expect(JSON.stringify(found[key]) === JSON.stringify(expected[key]), `${key}, ${threads} threads`).to.be.true;
      }
    }
  }

  const linesOf = (bytes: number, line: (i: number) => string) => {
    const lines: string[] = [];
    for (let length = 0; length < bytes; length += lines.at(-1)!.length) lines.push(line(lines.length));
    return lines;
  };
  const MEGABYTE = 1_050_000;

  it("agree on a large file of numbers, with header, ids and labels, or without a final newline", async () => {
    const draw = drawing(3);
    const numbers = linesOf(MEGABYTE, () => `${draw()},${draw() * 1e300},${-draw()}\n`).join("");
    await expectSameOfFile(numbers.trimEnd());
    await expectSameOfFile(`\ufeff${numbers.replaceAll("\n", "\r\n")}`);
    await expectSameOfFile(numbers.replaceAll(",", "  "));
    const rows = linesOf(MEGABYTE, (i) => `é ${i}, ${draw()} ,c${i % 3},${i}\n`).join("");
    await expectSameOfFile(`id,x,class,y\n${rows}`, { labelColumn: "class" });
    await expectSameOfFile(`name,x,class,y\n${rows}`, { columns: "x", labelColumn: 1 });
  });

  it("report the same missing label, in a small text, a long stream and a large file", async () => {
    const options = { labelColumn: "class" };
    for (const bytes of [60, 100_000, MEGABYTE]) {
      const lines = linesOf(bytes, (i) => `${i},c${i % 3},0.5\n`);
      const at = Math.floor((2 * lines.length) / 3);
      lines[at] = `${at}, ,0.5\n`;
      const text = Buffer.from(`x,class,y\n${lines.join("")}`);
      const found = await outcomeOf(bySet(readVectors(sourceOf(text), options)));
      expect(found).to.deep.equal(await byParser(text, options));
      expect(found.message).to.equal(`a.csv:${at + 2}:2: expected a label, found an empty cell`);
      if (bytes === MEGABYTE) await expectSameOfFile(text, options);
    }
  });

  it("agree on a large file with an unusual line", async () => {
    const draw = drawing(4);
    const lines = linesOf(MEGABYTE, () => `${draw()},${draw()}\n`);
    const count = lines.length;
    for (const [odd, at] of [
      ['"1",2\n', count >> 1],
      ["# note\n", 2],
      ["1,x\n", count - 9],
      ["1\n", count >> 1],
      ["3,4\r5,6\r\n", count >> 2],
    ] as const) {
      await expectSameOfFile([...lines.slice(0, at), odd, ...lines.slice(at)].join(""));
    }
    await expectSameOfFile([...lines, ...Array(50_000).fill("\n")].join(""));
    await expectSameOfFile(Buffer.from([...lines, "1,\xe9\n"].join(""), "latin1"));
  });

  it("agree on a large file whose lines grow or shrink, so that rows need more memory than estimated", async () => {
    const long = Array.from({ length: 4000 }, () => "0.12345678901234567,0.12345678901234567\n");
    await expectSameOfFile([...long, ...linesOf(MEGABYTE, () => "1,2\n")].join(""));
    const short = linesOf(300_000, (i) => `${i},1\n`);
    await expectSameOfFile(
      [...short, ...linesOf(MEGABYTE, (i) => `${" ".repeat(i)}${i}, 0.12345678901234567\n`)].join(""),
    );
    await expectSameOfFile([...short, `1,${"0".repeat(900_000)}2\n`, ...short].join(""));
  });

  it("agree on a large file of lines as long as a range, complete or not", async () => {
    const draw = drawing(6);
    for (const dimensions of [3000, 5000, 20_000]) {
      const row = () => `${Array.from({ length: dimensions }, draw).join()}\n`;
      const text = linesOf(MEGABYTE, row).join("");
      await expectSameOfFile(text);
      await expectSameOfFile(`${text}1,2\n`);
    }
  });
});
