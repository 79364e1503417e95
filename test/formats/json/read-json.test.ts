import { expect } from "chai";
import fc from "fast-check";
import { MalformedError, SimcliError, UsageError } from "#dist/core/errors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { readBatches } from "#dist/reading/read-batches.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf, textOf } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";

const read = (text: string | Uint8Array, options: ReadOptions = {}, sizes: readonly number[] = []) =>
  readVectors(sourceOf(text, "a.json", sizes), options);

/** Formats a value as JSON, with blanks wherever the grammar allows them. */
function spaced(value: unknown, blank: () => string): string {
  if (typeof value === "number") return textOf(value);
  const list = (items: string[]) => items.map((item) => `${blank()}${item}${blank()}`).join(",");
  if (Array.isArray(value)) return `[${list(value.map((item) => spaced(item, blank)))}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}${blank()}:${blank()}${spaced(item, blank)}`,
  );
  return `{${list(members)}}`;
}

const matrices = fc
  .integer({ min: 1, max: 6 })
  .chain((d) => fc.array(fc.array(finite, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 8 }));
const blanks = fc.array(fc.constantFrom("", "", " ", "\n", "\r\n", "\t", "  \n "), { minLength: 1, maxLength: 9 });

/** The layouts in which the same rows can be written, and whether they contain ids. */
const SHAPES: { readonly [name: string]: { ids: boolean; shape(rows: number[][]): unknown[] } } = {
  "an array of arrays": { ids: false, shape: (rows) => [rows] },
  "an array a line": { ids: false, shape: (rows) => rows },
  "an array of objects": { ids: true, shape: (rows) => [rows.map((embedding, i) => ({ id: `é"${i}`, embedding }))] },
  "an object a line": {
    ids: true,
    shape: (rows) => rows.map((vector, i) => ({ vector, text: ["[{", { a: null }], _id: `é"${i}` })),
  },
  "an object of lists": { ids: true, shape: (rows) => [{ ids: rows.map((_, i) => `é"${i}`), values: rows }] },
  "an answer of OpenAI": {
    ids: false,
    shape: (rows) => [{ object: "list", data: rows.map((embedding, index) => ({ index, embedding })) }],
  },
};

describe("readJson", () => {
  for (const [name, { ids, shape }] of Object.entries(SHAPES)) {
    it(`reads ${name} with the same bits, for any whitespace and chunks`, () =>
      fc.assert(
        fc.asyncProperty(matrices, blanks, chunkSizes, async (rows, spaces, sizes) => {
          let k = 0;
          const text = shape(rows)
            .map((value) => spaced(value, () => spaces[k++ % spaces.length]))
            .join("\n");
          const set = await read(text, { inputFormat: "json" }, sizes);
          expect([set.rows, set.dimensions]).to.deep.equal([rows.length, rows[0].length]);
          expectSameBits(set.values, rows.flat());
          expect(set.ids).to.deep.equal(ids ? rows.map((_, i) => `é"${i}`) : null);
        }),
        { numRuns: 60 },
      ));
  }

  for (const name of [
    ...[
      "openai.json",
      "openai-base64.json",
      "mistral.json",
      "cohere-floats.json",
      "cohere-by-type.json",
      "ollama.json",
    ],
    ...["google.json", "vertex.json", "tei.json", "pinecone.json", "records.jsonl", "ollama-lines.jsonl"],
  ]) {
    it(`reads ${name}`, async () => {
      const expected = fixtureJson<number[][]>("embeddings/expected.json");
      const set = await readVectors(fixturePath(`embeddings/${name}`));
      const rounded = name.includes("base64") ? expected.flat().map(Math.fround) : expected.flat();
      expectSameBits(set.values, rounded);
      expect(set.ids).to.deep.equal(/pinecone|records/.test(name) ? ["one", "two"] : null);
    });
  }

  it("is detected by its first bytes, unlike text that begins with a bracket", async () => {
    for (const text of ["[[1,2]]", "\uFEFF [1, 2]", '{"embedding":[1,2]}', "\n[\n1\n,2]"]) {
      expect((await readVectors(sourceOf(text, "stdin"))).values.join()).to.equal("1,2");
    }
    const glove = await readVectors(sourceOf("[ 1 2\n{ 3 4\n", "glove.txt"));
    expect(glove.ids).to.deep.equal(["[", "{"]);
  });

  it("reads the vector, id and label from named fields, with dots for nested objects", async () => {
    const records = [0, 1].map((i) => ({
      meta: { key: `k${i}`, class: i },
      id: i,
      embedding: [9],
      out: { e: [i, 2] },
    }));
    const options = { vectorColumn: "out.e", idColumn: "meta.key", labelColumn: "meta.class" };
    for (const [text, more] of [
      [JSON.stringify(records), {}],
      [JSON.stringify({ result: records }), { vectorColumn: "result.out.e" }],
    ] as const) {
      const { values, ids, labels } = await read(text, { ...options, ...more });
      expect([values.join(), ids, labels]).to.deep.equal(["0,2,1,2", ["k0", "k1"], ["0", "1"]]);
    }
  });

  it("reads the column names and ids of JSON that simcli wrote", async () => {
    const text = '{"metric":"cosine","rows":["a","b"],"columns":["x","y"],"values":[[1,2],[3,4]],"agreement":null}\n';
    const { ids, columnNames } = await read(text);
    expect([ids, columnNames]).to.deep.equal([
      ["a", "b"],
      ["x", "y"],
    ]);
    expect((await read('{"index":0,"id":null,"values":[1]}\n{"index":1,"id":null,"values":[2]}\n')).ids).to.equal(null);
  });

  it("ignores ids and names that are not lists of text", async () => {
    const { ids, columnNames } = await read(
      '{"ids":[],"rows":[["a"],null],"columns":[null,{}],"values":[[1,2],[3,4]]}',
    );
    expect([ids, columnNames]).to.deep.equal([null, null]);
  });

  it("reports the lines of records that start on lines of their own", async () => {
    expect((await read('[\n{"embedding":[1]},\n\n{"embedding":[2]}]')).lines?.join()).to.equal("2,4");
    expect((await read("[[1],\n[2]]")).lines?.join()).to.equal("1,2");
    expect((await read("[[1],[2],\n[3]]")).lines).to.equal(null);
  });

  it("streams a long text in batches", async () => {
    const batches: number[] = [];
    for (const text of ['{"embedding":[1,2]}\n', "[1,2]\n"]) {
      let rows = 0;
      for await (const batch of readBatches(sourceOf(text.repeat(30_000)))) {
        rows += batch.rows;
        batches.push(batch.rows);
      }
      expect(rows).to.equal(30_000);
    }
    expect(Math.max(...batches)).to.be.below(10_000);
  });

  it("reads strings and numbers longer than its window", async () => {
    const long = "x\\n".repeat(300_000);
    const digits = `0.${"3".repeat(600_000)}`;
    const { values } = await read(`{"text":"${long}","embedding":[1,${digits}]}`, {}, [100_000]);
    expect([...values]).to.deep.equal([1, 1 / 3]);
  });

  const FAULTS: readonly (readonly [string, string, ReadOptions?])[] = [
    ["[[1,2],\n[3,null]]", "a.json:2:2: expected a number, found null"],
    ['[[1,2],["x",4]]', 'a.json:1:1: row 1: expected a number, found "x"'],
    ["[[1,NaN]]", "a.json:1:2: expected a number, found NaN"],
    ["[[1,1e999]]", "a.json:1:2: expected a number, found 1e999"],
    ["[[[1]]]", "a.json:1: expected a vector, found a list of vectors"],
    ["[[1,[2]]]", "a.json:1:2: expected a number, found an array"],
    ["[[1,{}]]", "a.json:1:2: expected a number, found an object"],
    ["[[1,2],[3]]", "a.json:1: row 1: expected 2 numbers, found 1"],
    ["[[1],[]]", "a.json:1: row 1: expected numbers, found none"],
    ['[[1],"a"]', 'a.json:1: row 1: expected a vector, found "a"'],
    ['{"id":1,"text":"x"}', "a.json:1: expected a field embedding, vector or values, found id, text"],
    ["[{}]", "a.json:1: expected a field embedding, vector or values, found an empty object"],
    ['{"embedding":[1],"values":[2]}', 'a.json:1: expected one vector in an object, found "embedding" and "values"'],
    ['{"embedding":[1],"embedding":[2]}', 'a.json:1: expected one vector in an object, found "embedding" twice'],
    ['{"embedding":[1],"data":[[1]]}', 'a.json:1: expected one vector in an object, found "embedding" and "data"'],
    ['{"embedding":"abc"}', 'a.json:1: expected numbers, or float32 in base64, found "abc"'],
    ['{"embedding":"AAAA"}', 'a.json:1: expected numbers, or float32 in base64, found "AAAA"'],
    ['{"embedding":"AADAfw=="}', "a.json:1:1: expected a number, found NaN"],
    ['{"id":1,"embedding":[1]}\n{"embedding":[2]}', "a.json:2: expected an id, as in the rows before, found none"],
    ['{"embedding":[1]}\n{"id":7,"embedding":[2]}', 'a.json:2: expected no id, as in the rows before, found "7"'],
    ['{"ids":["a"],"values":[[1],[2]]}', "a.json:1: row 2: expected an id for each of 2 vectors, found 1"],
    [
      '{"values":[[1],[2]],"ids":["a","b"]}',
      'a.json:1: row 2: expected "ids" before the vectors that it names, found it behind',
    ],
    ['{"data":[{"index":1,"embedding":[1]}]}', "a.json:1: expected index 0, found 1"],
    ["[[1]]", "a.json:1: expected an object with an id, found an array", { idColumn: "id" }],
    ['{"embedding":[1]}', "a.json:1: expected an id, found embedding", { idColumn: "key" }],
    ['{"embedding":[1]}', 'a.json:1: expected a field "class", found embedding', { labelColumn: "class" }],
    ['{"embedding":[1],"c":null}', 'a.json:1: expected a label in "c", found null', { labelColumn: "c" }],
    ['{"embedding":[1],"c":["x"]}', 'a.json:1: expected a label in "c", found an array', { labelColumn: "c" }],
    ['{"embedding":[1],"m":{"c":null}}', 'a.json:1: expected a label in "m.c", found null', { labelColumn: "m.c" }],
    ['{"embedding":[1]}', 'a.json:1: expected a field "e", found embedding', { vectorColumn: "e" }],
    ['{"a":[1]}', "a.json:1: expected an object at a, found numbers", { vectorColumn: "a.b" }],
    ["[1,2", 'a.json:1: expected "," or "]", found the end of the file at byte offset 4'],
    ["[1 2]", 'a.json:1: expected "," or "]", found "2" at byte offset 3'],
    ["[+1]", 'a.json:1: expected a JSON value, found "+1" at byte offset 1'],
    ["[1,]", 'a.json:1: expected a JSON value, found "]" at byte offset 3'],
    ["\n[1,tru]", 'a.json:2: expected a JSON value, found "tru" at byte offset 4'],
    ['{"a" 1}', 'a.json:1: expected ":", found "1" at byte offset 5'],
    ['{"a":1 "b":2}', 'a.json:1: expected "," or "}", found ""b" at byte offset 7'.replace('""b"', '"""')],
    ["{a:1}", 'a.json:1: expected a name in quotes, found "a" at byte offset 1'],
    ['{"a":"\n"}', 'a.json:1: expected a string, its controls and quotes escaped, found """ at byte offset 5'],
    ['{"a', 'a.json:1: expected a string that ends with ", found the end of the file at byte offset 3'],
    ["[[1,null],\n[2", "a.json:1:2: expected a number, found null"],
  ];
  for (const [text, message, options = {}] of FAULTS) {
    it(`reports ${JSON.stringify(text)}: ${message}`, async () => {
      expect((await malformed(read(text, { inputFormat: "json", ...options }))).message).to.equal(message);
    });
  }

  it("rejects text without rows, options of CSV, and deep nesting", async () => {
    for (const text of ["", "[]", "{}\n".slice(2), '{"data":[]}']) {
      expect((await rejection(read(text))).message).to.equal("a.json: expected rows of numbers, found none");
    }
    expect(await rejection(read("[[1]]", { columns: "1" }))).to.be.instanceOf(UsageError);
    for (const open of ["[", '{"a":', '[{"embedding":'])
      expect((await rejection(read(open.repeat(100_000)))).message).to.match(/at most 100 levels|expected a number/);
  });

  it("keeps non-finite numbers on request", async () => {
    const { values } = await read("[[NaN,null],[Infinity,-Infinity]]", { nonFinite: "keep" });
    expect([...values]).to.deep.equal([Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });
});

describe("readJson under fuzzing", () => {
  const text = JSON.stringify({
    id: "x",
    data: [{ index: 0, text: 'a"\\é', embedding: [1.5, -2e-3] }, { embedding: [0, 1e300] }],
  });

  /** Reads a text, or returns the message of the expected error. */
  async function outcome(bytes: string | Uint8Array, sizes: readonly number[]): Promise<string> {
    try {
      return [...(await read(bytes, { inputFormat: "json" }, sizes)).values].join();
    } catch (error) {
      expect(error).to.be.instanceOf(SimcliError);
      return (error as Error).message;
    }
  }

  it("reports truncated text", async () => {
    for (let end = 0; end < Buffer.byteLength(text); end++) {
      const error = await rejection(read(Buffer.from(text).subarray(0, end), { inputFormat: "json" }));
      if (end > 0) expect(error).to.be.instanceOf(SimcliError);
    }
  });

  it("reports changed bytes, for any chunks", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: Buffer.byteLength(text) - 1 }), fc.nat({ max: 255 })), { maxLength: 4 }),
        chunkSizes,
        async (changes, sizes) => {
          const bytes = Buffer.from(text);
          for (const [at, byte] of changes) bytes[at] = byte;
          expect(await outcome(bytes, sizes)).to.equal(await outcome(bytes, []));
        },
      ),
      { numRuns: 300 },
    ));

  it("accepts a line of JSON exactly if JSON.parse does", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...'[]{},:"\\ -+.0123eEnult', "1.5", "true", '"a"', "1e5", "\t"), { maxLength: 12 }),
        chunkSizes,
        async (parts, sizes) => {
          const line = `{"other":${parts.join("")},"embedding":[1]}`;
          let isJson = true;
          try {
            JSON.parse(line);
          } catch {
            isJson = false;
          }
          const result = await outcome(line, sizes);
          if (isJson) expect(result, line).to.equal("1");
          else expect(result, line).to.match(/^a\.json:1(?::\d+)?: expected/);
        },
      ),
      { numRuns: 1000 },
    ));

  it("accepts the numbers of a vector exactly if JSON.parse does", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(..."-+.0123eE, 5"), { maxLength: 14 }),
        chunkSizes,
        async (parts, sizes) => {
          const line = `[${parts.join("")}]`;
          let expected: string | null = null;
          try {
            expected = (JSON.parse(line) as number[]).join();
          } catch {}
          const result = await outcome(line, sizes);
          if (expected && !expected.includes("Infinity")) expect(result, line).to.equal(expected);
          else expect(result, line).to.match(/^a\.json:.*expected/);
        },
      ),
      { numRuns: 1000 },
    ));

  it("does not hold an endless string", async () => {
    const error = await rejection(read(`{"a":"${"x".repeat(1 << 25)}`, { inputFormat: "json" }, [1 << 16]));
    expect(error.message).to.match(/^a\.json:1: expected strings of at most 16777216 bytes/);
    expect(error).not.to.be.instanceOf(MalformedError);
  });
});
