import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { DataError, MachineError } from "#dist/core/errors.js";
import { rowPlace } from "#dist/core/vectors.js";
import { readVectorParts, readVectors } from "#dist/reading/read-vectors.js";
import { npyOf } from "../formats/npy/npy-bytes.js";
import { expectSameBits, finite, rejection, textOf } from "../input/support.js";
import { runtimeOf } from "../reference.js";
import { itOnUnix } from "../shell/support.js";

const doubles = (rows: readonly (readonly number[])[]): Uint8Array => {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0]?.length ?? 0}), }`;
  return npyOf(header, new Uint8Array(Float64Array.from(rows.flat()).buffer));
};

describe("several files as one", () => {
  let folder = "";
  const notes: string[] = [];
  const note = (text: string) => notes.push(text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-list-"));
    notes.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  const put = (files: { readonly [name: string]: string | Uint8Array }) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
  };
  const short = (text: string | undefined) => text?.replaceAll(`${folder}/`, "");
  const refusal = async (input: string) => {
    const error = await rejection(readVectors(path(input), { note }));
    expect(error).to.be.instanceOf(DataError);
    return [short(error.message), short(error.hint)];
  };

  /** Writers of rows in several formats; ids are optional in those that have them. */
  const WRITERS: readonly [string, boolean, (rows: number[][], ids: string[] | null) => string | Uint8Array][] = [
    [
      ".csv",
      true,
      (rows, ids) => rows.map((row, i) => `${[...(ids ? [ids[i]] : []), ...row.map(textOf)].join(",")}\n`).join(""),
    ],
    [
      ".tsv",
      true,
      (rows, ids) => rows.map((row, i) => `${[...(ids ? [ids[i]] : []), ...row.map(textOf)].join("\t")}\n`).join(""),
    ],
    [
      ".jsonl",
      true,
      (rows, ids) =>
        rows.map((vector, i) => `{${ids ? `"id":"${ids[i]}",` : ""}"vector":[${vector.map(textOf)}]}\n`).join(""),
    ],
    [".npy", false, doubles],
  ];

  const set = fc
    .record({ rows: fc.integer({ min: 1, max: 6 }), d: fc.integer({ min: 2, max: 4 }), hasIds: fc.boolean() })
    .chain(({ rows, d, hasIds }) =>
      fc.record({
        rows: fc.array(fc.array(finite, { minLength: d, maxLength: d }), { minLength: 2 * rows, maxLength: 2 * rows }),
        cuts: fc.array(fc.nat(2 * rows), { maxLength: 4 }),
        hasIds: fc.constant(hasIds),
        formats: fc.array(
          fc.tuple(fc.constantFrom(...WRITERS.filter(([, mayHaveIds]) => mayHaveIds || !hasIds)), fc.boolean()),
          {
            minLength: 5,
            maxLength: 5,
          },
        ),
        partBytes: fc.integer({ min: 1, max: 200 }),
      }),
    );

  it("have the rows and ids of one file, for every division and mixture of formats, whole and in parts", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(set, async ({ rows, cuts, hasIds, formats, partBytes }) => {
        const name = `run${runs++}`;
        mkdirSync(path(name));
        const isText = formats.every(([[extension]]) => /sv$/.test(extension));
        // The layout is detected in the first text file, which needs two rows of ids.
        const isEnough = (end: number) => (isText ? end !== 1 : end % 2 === 0);
        const ends = [...cuts.filter(isEnough), rows.length].sort((x, y) => x - y);
        const ids = hasIds ? rows.map((_, i) => (isText && i % 3 === 2 ? String(i) : `id ${i}`)) : null;
        for (const [i, end] of ends.entries()) {
          const start = ends[i - 1] ?? 0;
          const [[extension, , write], isPacked] = formats[i]!;
          const bytes = write(rows.slice(start, end), ids?.slice(start, end) ?? null);
          writeFileSync(path(`${name}/${i}${extension}${isPacked ? ".gz" : ""}`), isPacked ? gzipSync(bytes) : bytes);
        }
        for (const input of [path(name), path(`${name}/*`)]) {
          const read = await readVectors(input);
          expect([read.rows, read.ids]).to.deep.equal([rows.length, ids]);
          expectSameBits(read.values, rows.flat());
          const values: number[] = [];
          const texts: string[] = [];
          let count = 0;
          for await (const part of readVectorParts(input, { partBytes })) {
            expect(part.firstRow).to.equal(count);
            count += part.rows;
            values.push(...part.values);
            texts.push(...(part.ids ?? []));
          }
          expectSameBits(values, rows.flat());
          expect([count, texts]).to.deep.equal([rows.length, ids ?? []]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keep their names, lines and rows for messages", async () => {
    put({
      "1.csv": "x,y\n1,2\n3,4\n",
      "2.npy": doubles([
        [5, 6],
        [7, 8],
      ]),
      "3.csv": "9,10\n",
    });
    const read = await readVectors(folder);
    const places = Array.from({ length: read.rows }, (_, row) => short(rowPlace(read, row)));
    expect(places).to.deep.equal(["1.csv:2", "1.csv:3", "2.npy: row 0", "2.npy: row 1", "3.csv:1"]);
    expect(read.columnNames).to.deep.equal(["x", "y"]);
    const inParts: (string | undefined)[] = [];
    for await (const part of readVectorParts(folder, { partBytes: 1 })) {
      for (let row = 0; row < part.rows; row++) inParts.push(short(rowPlace(part, row)));
    }
    expect(inParts).to.deep.equal(places);
  });

  it("report a number beyond float32 in its file", async () => {
    put({ "1.csv": "1,2\n", "2.csv": "3,4\n1e300,2\n" });
    const error = await rejection(readVectors(folder, { dtype: "f32" }));
    expect(short(error.message)).to.match(/^2\.csv:2: expected numbers within/);
  });

  it("have one number of dimensions, ids, and names", async () => {
    put({ "1.csv": "a,1,2\nb,3,4\n", "2.npy": doubles([[1, 2]]) });
    expect(await refusal("*")).to.deep.equal([
      "2.npy: expected ids as in 1.csv, found no ids",
      "--id-column 1 reads the first column of every file as ids; --columns selects the components",
    ]);
    put({ "1.csv": "1,2\n3,4\n", "2.npy": doubles([[1, 2, 3]]) });
    expect((await refusal("*"))[0]).to.equal("2.npy: expected 2 dimensions as in 1.csv, found 3 dimensions");
    put({ "2.npy": doubles([[1, 2]]), "3.csv": "x,y\n1,2\n", "4.csv": "y,x\n1,2\n" });
    expect((await refusal("[34]*"))[0]).to.equal(
      '4.csv: expected column 1 of the vectors to be "x" as in 3.csv, found "y"',
    );
    // A file without names fits to any.
    expect((await readVectors(path("[23]*"))).rows).to.equal(2);
  });

  it("have the layout of the first text file, unless they have a header of their own", async () => {
    put({ "1.csv": ",x,y\n0,1,2\n1,3,4\n", "2.csv": ",x,y\n2,5,6\n3,7,8\n", "3.csv": "4,9,10\n" });
    const read = await readVectors(path("*.csv"));
    expect([read.ids, [...read.values]]).to.deep.equal([
      ["0", "1", "2", "3", "4"],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]);
    put({ "1.csv": "a,1,2\nb,3,4\n", "2.csv": "c,5,6\n7,7,8\n", "3.csv": "" });
    expect((await readVectors(path("*.csv"))).ids).to.deep.equal(["a", "b", "c", "7"]);
    put({ "2.csv": "c,x,6\nd,7,8\n" });
    expect((await refusal("*.csv"))[0]).to.match(/^2\.csv:1:2: expected a number, .*found "x"$/);
    put({ "1.csv": "id,x,note\na,1,\nb,2,\n", "2.csv": "id,x,note\nc,3,4\n" });
    expect((await refusal("*.csv"))[0]).to.match(/^2\.csv:2:3: /);
    put({ "1.csv": "id,x,y\n1,2,3\n", "2.csv": "4,5,6\n" });
    const selected = await readVectors(path("*.csv"), { columns: "y,x" });
    expect([selected.ids, [...selected.values]]).to.deep.equal([
      ["1", "4"],
      [3, 2, 6, 5],
    ]);
  });

  it("report a fault with the file and the line", async () => {
    put({ "1.csv": "1,2\n3,4\n", "2.csv": "1,2\n3,x\n4,5\n" });
    expect((await refusal("*.csv"))[0]).to.match(/^2\.csv:2:2: expected a number, .*found "x"$/);
  });

  it("may have no rows, unless all have none", async () => {
    put({ "1.csv": "", "2.csv": "x,y\n1,2\n", "3.csv": "x,y\n", "4.npy": doubles([]), "5.fvecs": "", "6.jsonl": "[]" });
    expect((await readVectors(folder, { note })).rows).to.equal(1);
    expect(notes.map(short)).to.deep.equal([
      `${folder}: 6 files, of which 5 without rows: 1.csv, 3.csv, 4.npy, 5.fvecs, …`,
    ]);
    expect((await refusal("[13]*"))[0]).to.equal("[13]*: expected rows of numbers, found none in 2 files");
  });

  it("report an order that is not that of their numbers, if rows are numbered", async () => {
    put({ "p-9.csv": "1,2\n", "p-10.csv": "3,4\n", "i-9.csv": "a,1,2\nb,1,2\n", "i-10.csv": "c,3,4\nd,3,4\n" });
    expect([...(await readVectors(path("p*"), { note })).values]).to.deep.equal([3, 4, 1, 2]);
    expect(notes.map(short)).to.have.length(1);
    expect(short(notes[0])).to.match(/^p\*: rows .* of Python's sorted\(\): p-10\.csv is read before p-9\.csv; /);
    await readVectors(path("i*"), { note });
    expect(notes).to.have.length(1);
  });

  it("report a guess once", async () => {
    put({ "1.csv": "id,x,t\na,1,no\n", "2.csv": "id,x,t\nb,2,yes\n" });
    const guesses = new Set<string>();
    expect((await readVectors(path("*.csv"), { onGuess: (guess) => guesses.add(guess) })).rows).to.equal(2);
    expect([...guesses].map(short)).to.deep.equal(['*.csv: left out the text column "t"']);
  });

  it("share the mean that replaces missing values, and the note about them", async () => {
    put({ "1.csv": "x,y\n1,2\n,4\n", "2.csv": "x,y\n6,9\n8,\n" });
    const read = await readVectors(path("*.csv"), { missing: "mean", note });
    expect([...read.values]).to.deep.equal([1, 2, 5, 4, 6, 9, 8, 5]);
    expect(notes.map(short)).to.deep.equal([
      "*.csv: replaced 2 missing values in 2 rows with the mean of the column (first: 1.csv:3): x 1, y 1",
    ]);
    const kept = await readVectors(path("*.csv"), { missing: "skip-row" });
    expect([...kept.values]).to.deep.equal([1, 2, 6, 9]);
    expect(short(rowPlace(kept, 1))).to.equal("2.csv:2");
    put({ "2.csv": "x,y\n6,inf\n" });
    const error = await rejection(readVectors(path("*.csv"), { missing: "zero" }));
    expect(short(error.message)).to.match(/^2\.csv:2: component 1: expected a finite number/);
  });

  for (const threads of [1, 3]) {
    it(`are read on ${threads} threads into one array, if they are large`, async () => {
      const lines = Array.from({ length: 90_000 }, (_, i) => `id${i},${i / 7},${-i},${i * 1e-9}\n`);
      const cuts = [0, 30_000, 30_001, 60_000, 88_000, 90_000];
      for (const [i, end] of cuts.slice(1).entries()) put({ [`${i}.csv`]: lines.slice(cuts[i], end).join("") });
      const expected = lines.flatMap((line) => line.trim().split(",").slice(1).map(Number));
      const runtime = runtimeOf(threads);
      const read = await readVectors(folder, { runtime });
      expectSameBits(read.values, expected);
      expect(read.ids?.at(-1)).to.equal("id89999");
      expect(short(rowPlace(read, 60_002))).to.equal("3.csv:3");
      const floats = await readVectors(folder, { runtime, dtype: "f32" });
      expect([...floats.values]).to.deep.equal([...Float32Array.from(expected)]);
    });
  }

  it("need no more memory than their vectors", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [i, i + 1, i + 2, i + 3]);
    for (let i = 0; i < 10; i++) put({ [`${i}.npy`]: doubles(rows) });
    const bytes = 10 * 5000 * 4 * 8;
    const read = await readVectors(folder, { maxBytes: bytes });
    expect([read.rows, read.values.buffer.byteLength]).to.deep.equal([50_000, bytes]);
    expect(await rejection(readVectors(folder, { maxBytes: bytes - 1 }))).to.be.instanceOf(MachineError);
  });
});

describe("the files of an input", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-input-"));
    const inside = [
      "a.csv",
      "part-00000",
      "_SUCCESS",
      "_metadata",
      ".part.crc",
      "state.json",
      "README.md",
      "x.png",
      ".hidden.csv",
    ];
    for (const name of ["some", "none", "deep", "deep/one", "deep/two"]) mkdirSync(join(folder, name));
    for (const name of inside) writeFileSync(join(folder, "some", name), "1,2\n");
    for (const name of ["_SUCCESS", "x.png"]) writeFileSync(join(folder, "none", name), "");
    for (const name of ["deep/one/a.csv", "deep/two/a.csv", "a[1].csv", "a1.csv"])
      writeFileSync(join(folder, name), "3,4\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  const namesOf = async (input: string, options = {}) => {
    const notes: string[] = [];
    const read = await readVectors(`${folder}/${input}`, {
      ...options,
      note: (text) => notes.push(text.replaceAll(`${folder}/`, "")),
    });
    const names = (read.files ?? [read]).map(({ name }) => name.replace(`${folder}/`, ""));
    return [names, notes];
  };

  it("of a folder are those with the extension of a format, or none", async () => {
    const note = "some: left out x.png: not data files by their names; 'some/*' reads all files";
    const quoted = (text: string) => text.replace("'some/*'", "some/*");
    const [names, notes] = await namesOf("some");
    expect(names).to.deep.equal(["some/a.csv", "some/part-00000"]);
    expect((notes as string[]).map(quoted)).to.deep.equal([quoted(note)]);
    expect((await namesOf("some/"))[0]).to.deep.equal(names);
    expect(await namesOf("some", { inputFormat: "csv" })).to.deep.equal([[...names, "some/x.png"], []]);
  });

  it("of a pattern are all but hidden files and those that describe others", async () => {
    expect(await namesOf("some/*")).to.deep.equal([["some/a.csv", "some/part-00000", "some/x.png"], []]);
    expect(await namesOf("some/.h*")).to.deep.equal([["some/.hidden.csv"], []]);
    expect(await namesOf("s*/README.md")).to.deep.equal([["some/README.md"], []]);
    expect((await namesOf("deep/**"))[0]).to.deep.equal(["deep/one/a.csv", "deep/two/a.csv"]);
  });

  it("are the file of that name, if there is one", async () => {
    expect(await namesOf("a[1].csv")).to.deep.equal([["a[1].csv"], []]);
    expect(await namesOf("a[12].csv")).to.deep.equal([["a1.csv"], []]);
    expect(await namesOf("a[[]1].csv")).to.deep.equal([["a[1].csv"], []]);
  });

  it("exclude folders, with a note or an error that names the pattern", async () => {
    const hintOf = async (input: string) => {
      const { message, hint = "" } = await rejection(readVectors(`${folder}/${input}`));
      return [message.replaceAll(`${folder}/`, ""), hint.replaceAll(`${folder}/`, "")];
    };
    expect(await hintOf("deep")).to.deep.equal([
      "deep: expected data files in this folder, found only one, two",
      "'deep/**' reads the files in all folders",
    ]);
    expect(await hintOf("deep/*")).to.deep.equal([
      "deep/*: expected data files, found only deep/one, deep/two",
      "'deep/*/*' reads the files in folders",
    ]);
    expect((await namesOf("*"))[1]).to.deep.equal([
      "*: left out the folder deep, none, some; '*/*' reads the files in folders",
    ]);
    expect((await hintOf("none"))[0]).to.equal("none: expected data files in this folder, found only x.png, _SUCCESS");
    expect(await hintOf("none/_*")).to.deep.equal(["none/_*: expected data files, found only none/_SUCCESS", ""]);
    expect(await hintOf("some/*.npy")).to.deep.equal([
      "some/*.npy: no file matches this pattern",
      "list the files: ls some",
    ]);
    expect((await hintOf("no/*/x"))[1]).to.match(/^list the files: ls /);
    expect(await hintOf("none.csv")).to.deep.equal(["none.csv: no such file", "is the path right from this folder?"]);
  });

  itOnUnix("include links, broken ones as well", async () => {
    symlinkSync(join(folder, "a1.csv"), join(folder, "l1"));
    expect(await namesOf("l*")).to.deep.equal([["l1"], []]);
    symlinkSync(join(folder, "missing"), join(folder, "l2"));
    expect((await rejection(readVectors(`${folder}/l*`))).message).to.equal(`${folder}/l2: no such file`);
  });
});
