import { expect } from "chai";
import fc from "fast-check";
import { UsageError } from "#dist/core/errors.js";
import { delimitedMatrix, delimitedRecords } from "#dist/formats/csv/write-csv.js";
import { jsonMatrix, jsonText, ndjsonMatrix, ndjsonRecords } from "#dist/formats/json/write-json.js";
import { markdownMatrix, markdownRecords } from "#dist/formats/markdown/write-markdown.js";
import { FORMATS, formatOfFile } from "#dist/formats/writers.js";
import { openStream } from "#dist/input/source.js";
import type { Records } from "#dist/output/format.js";
import { numberFormat } from "#dist/output/number.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { anyId, bitsOf, type Cut, cuts, finite, headOf, idsOf, written } from "./support.js";

const NAN = numberFormat(null, "nan");
const NULL = numberFormat(null, "null");
const withNaN = fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(Number.NaN) });

const sourceOf = (text: string) =>
  openStream(
    "m.csv",
    (async function* () {
      yield Buffer.from(text, "utf8");
    })(),
  );

const rowsOf = ({ rows, columns, values }: Cut) =>
  Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);

const withIds = (value: fc.Arbitrary<number>) =>
  cuts(value).chain((cut) =>
    fc.record({ cut: fc.constant(cut), rowIds: idsOf(cut.rows), columnIds: idsOf(cut.columns) }),
  );

describe("CSV and TSV of a matrix", () => {
  it("are read back with the same bits, for tiles of any height", async () => {
    await fc.assert(
      fc.asyncProperty(cuts(finite), fc.constantFrom(",", "\t"), async (cut, delimiter) => {
        const text = written(delimitedMatrix(headOf(cut), delimiter, NAN, false), cut);
        const set = await readVectors(sourceOf(text));
        expect([set.rows, set.dimensions, set.ids]).to.deep.equal([cut.rows, cut.columns, null]);
        expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });

  it("are read back with their ids if there is a header", async () => {
    await fc.assert(
      fc.asyncProperty(withIds(finite), fc.constantFrom(",", "\t"), async ({ cut, rowIds, columnIds }, delimiter) => {
        const text = written(delimitedMatrix(headOf(cut, { rowIds, columnIds }), delimiter, NAN, true), cut);
        const set = await readVectors(sourceOf(text), { header: "yes", delimiter, idColumn: 1 });
        expect([set.ids, set.columnNames]).to.deep.equal([rowIds, columnIds]);
        expect(Array.from(set.values, bitsOf)).to.deep.equal(Array.from(cut.values, bitsOf));
      }),
    );
  });

  it("are read back with row ids only, and the header is not taken for a row", async () => {
    const cut = { rows: 2, columns: 2, values: Float64Array.of(1, 2, 3, 4), sizes: [2] };
    const text = written(delimitedMatrix(headOf(cut, { rowIds: ["a", "b"] }), ",", NAN, true), cut);
    expect(text).to.equal("id,0,1\na,1,2\nb,3,4\n");
    const { ids, rows } = await readVectors(sourceOf(text));
    expect([ids, rows]).to.deep.equal([["a", "b"], 2]);
  });

  it("omit the ids without a header", () => {
    const cut = { rows: 1, columns: 2, values: Float64Array.of(0.5, -0), sizes: [1] };
    const head = headOf(cut, { rowIds: ["a"], columnIds: ["b", "c"] });
    expect(written(delimitedMatrix(head, ",", NAN, false), cut)).to.equal("0.5,-0\n");
    expect(written(delimitedMatrix(head, "\t", NAN, true), cut)).to.equal("id\tb\tc\na\t0.5\t-0\n");
    expect(written(delimitedMatrix(headOf(cut, { columnIds: ["b", "c"] }), ",", NAN, true), cut)).to.equal(
      "b,c\n0.5,-0\n",
    );
    expect(written(delimitedMatrix(headOf(cut), ",", NAN, true), cut)).to.equal("0.5,-0\n");
  });
});

describe("JSON of a matrix", () => {
  const members = fc.record({
    metric: fc.constant("cosine"),
    rows: fc.option(fc.array(anyId, { maxLength: 3 })),
    backend: anyId,
    paired: fc.boolean(),
  });

  it("parses to the same values, with keys in order, for tiles of any height", () => {
    const end = fc.record({
      agreement: fc.option(fc.record({ agree: fc.boolean(), at: fc.tuple(fc.nat(9), fc.nat(9)) })),
    });
    fc.assert(
      fc.property(cuts(withNaN), members, end, (cut, before, behind) => {
        const text = written(jsonMatrix(headOf(cut, { members: before }), NULL), cut, behind);
        const parsed = JSON.parse(text);
        expect(Object.keys(parsed)).to.deep.equal(["metric", "rows", "backend", "paired", "values", "agreement"]);
        const values = rowsOf(cut).map((row) => row.map((value) => (Number.isNaN(value) ? null : value)));
        expect(JSON.stringify(parsed)).to.equal(
          JSON.stringify({ ...before, values, ...behind }).replaceAll(":-0,", ":0,"),
        );
        const bits = (rows: (number | null)[][]) => rows.flat().map((value) => (value === null ? null : bitsOf(value)));
        expect(bits(parsed.values)).to.deep.equal(bits(values));
        expect(text.endsWith("}\n")).to.equal(true);
      }),
    );
  });

  it("is a flat array for pairs", () => {
    fc.assert(
      fc.property(cuts(finite), (cut) => {
        const column = { ...cut, columns: 1, values: cut.values.slice(0, cut.rows) };
        const parsed = JSON.parse(written(jsonMatrix(headOf(column, { flat: true }), NULL), column));
        expect(Array.from(parsed.values as number[], bitsOf)).to.deep.equal(Array.from(column.values, bitsOf));
      }),
    );
  });

  it("contains no raw control or bidirectional characters, and keeps all text", () => {
    fc.assert(
      fc.property(fc.oneof(anyId, fc.string({ unit: "binary" })), (id) => {
        const text = jsonText({ [id]: id }, NULL);
        expect(text).to.not.match(/[\p{Cc}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
        expect(Object.entries(JSON.parse(text))).to.deep.equal([[id, id]]);
      }),
      { numRuns: 1000 },
    );
  });

  it("formats results with the given precision, and settings exactly", () => {
    expect(
      jsonText({ margin: 0.125, l1: 1 / 3, at: [1, 2], loss: Number.NaN, ids: null }, numberFormat(2, "null")),
    ).to.equal('{"margin":0.125,"l1":0.33,"at":[1,2],"loss":null,"ids":null}');
  });
});

describe("JSON Lines of a matrix", () => {
  it("hold one object per row, for tiles of any height", () => {
    fc.assert(
      fc.property(withIds(withNaN), fc.boolean(), ({ cut, rowIds }, named) => {
        const text = written(ndjsonMatrix(headOf(cut, { rowIds: named ? rowIds : null }), NULL), cut);
        const lines = text.split("\n");
        expect(lines.pop()).to.equal("");
        const expected = rowsOf(cut).map((row, index) =>
          JSON.stringify({ index, id: named ? rowIds[index] : null, values: row }),
        );
        expect(lines.map((line) => JSON.stringify(JSON.parse(line)))).to.deep.equal(expected);
      }),
    );
  });

  it("hold one value per pair", () => {
    const cut = { rows: 2, columns: 1, values: Float64Array.of(0.5, Number.NaN), sizes: [1] };
    expect(written(ndjsonMatrix(headOf(cut, { flat: true }), NULL), cut)).to.equal(
      '{"index":0,"id":null,"value":0.5}\n{"index":1,"id":null,"value":null}\n',
    );
  });
});

describe("Markdown of a matrix", () => {
  it("has one line per row and the same number of cells in each line, whatever the ids", () => {
    fc.assert(
      fc.property(withIds(finite), ({ cut, rowIds, columnIds }) => {
        const text = written(markdownMatrix(headOf(cut, { rowIds, columnIds }), NAN), cut);
        const lines = text.split("\n");
        expect(lines.pop()).to.equal("");
        expect(lines).to.have.length(cut.rows + 2);
        for (const line of lines) {
          const bars = line.replace(/\\./g, "").split("|").length - 1;
          expect(bars, line).to.equal(cut.columns + 2);
          expect(line).to.not.match(/[<>\r]/);
        }
      }),
    );
  });

  it("labels rows and columns by index without ids", () => {
    const cut = { rows: 1, columns: 2, values: Float64Array.of(0.5, 1), sizes: [1] };
    expect(written(markdownMatrix(headOf(cut), numberFormat(1, "nan")), cut)).to.equal(
      "|  | 0 | 1 |\n| --- | ---: | ---: |\n| 0 | 0.5 | 1.0 |\n",
    );
  });
});

describe("records", () => {
  const records = (): Records => ({
    columns: ["anchor", "closest_negative", "closest_negative_index", "loss"],
    kinds: ["text", "number", "whole", "number"],
    rows: [
      ['a,"b"', null, null, 1 / 3],
      [1, 0.25, 2, 0],
    ],
  });
  const short = numberFormat(2, "nan");

  it("are CSV lines with a header, and empty cells for null", () => {
    expect([...delimitedRecords(records(), ",", short)].join("")).to.equal(
      'anchor,closest_negative,closest_negative_index,loss\n"a,""b""",,,0.33\n1,0.25,2,0.00\n',
    );
  });

  it("are JSON Lines whose keys are the names of the columns", () => {
    const lines = [...ndjsonRecords(records(), NULL)];
    expect(lines.map((line) => JSON.parse(line))).to.deep.equal([
      { anchor: 'a,"b"', closest_negative: null, closest_negative_index: null, loss: 1 / 3 },
      { anchor: 1, closest_negative: 0.25, closest_negative_index: 2, loss: 0 },
    ]);
    expect(lines.every((line) => line.endsWith("}\n"))).to.equal(true);
  });

  it("are rows of a Markdown table", () => {
    expect([...markdownRecords(records(), short)].join("")).to.equal(
      [
        "| anchor | closest\\_negative | closest\\_negative\\_index | loss |",
        "| --- | ---: | ---: | ---: |",
        '| a,"b" |  |  | 0.33 |',
        "| 1 | 0.25 | 2 | 0.00 |",
        "",
      ].join("\n"),
    );
    const none = markdownRecords({ columns: ["a", "score"], kinds: ["text", "number"], rows: [] }, short);
    expect([...none].join("")).to.equal("| a | score |\n| --- | --- |\n");
  });
});

describe("formatOfFile", () => {
  for (const [path, format] of [
    ["a.csv", "csv"],
    ["a.tsv", "tsv"],
    ["a.tab", "tsv"],
    ["a.JSON", "json"],
    ["a.ndjson", "ndjson"],
    ["a.jsonl", "ndjson"],
    ["a.md", "markdown"],
    ["a.markdown", "markdown"],
    ["a.txt", "table"],
    ["a", "csv"],
    ["x.json/a", "csv"],
    ["x.md\\a", "csv"],
    ["a.json.csv", "csv"],
    [".json", "json"],
  ] as const) {
    it(`returns ${format} for ${path}`, () => {
      expect(formatOfFile(path)).to.equal(format);
    });
  }

  it("returns a format for any name without an extension, and rejects unknown extensions", () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("constructor", "__proto__", "dat", "gif").map((end) => `a.${end}`),
    );
    fc.assert(
      fc.property(name, (path) => {
        if (/\.[^./\\]+$/.test(path)) expect(() => formatOfFile(path)).to.throw(UsageError, /expected the extension/);
        else expect(FORMATS).to.include(formatOfFile(path));
      }),
    );
  });
});
