import { spawnSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf } from "../../input/support.js";
import { readNoted } from "./support.js";

/** Expects the same result for any chunks: the values and the ids. */
async function expectRead(text: string, values: number[], ids: string[] | null, options: ReadOptions = {}) {
  for (const sizes of [[], [1], [7]]) {
    const set = await readNoted(text, options, sizes);
    expect([set.values, set.ids]).to.deep.equal([values, ids]);
  }
  return (await readNoted(text, options)).notes;
}

const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

describe("an object of named vectors", () => {
  const NAMED = { n0: [1, 2], n1: [3, 4] };
  const RECORDS = { n0: { text: "x", v: [1, 2] }, n1: { text: "y", v: [3, 4] } };

  for (const [title, value] of [
    ["as LlamaIndex writes it", { embedding_dict: NAMED, text_id_to_ref_doc_id: { n0: "d", n1: "d" } }],
    ["beside objects only", { embedding_dict: NAMED, metadata_dict: { n0: { a: 1 }, n1: {} } }],
    ["deeper", { version: 1, data: { store: { embedding_dict: NAMED }, list: ["x"] } }],
    ["of records, in fields of any name", { version: 1, store: { docs: RECORDS } }],
    ["as DataFrame.to_json writes it", { text: { n0: "x", n1: "y" }, embedding: NAMED }],
    ["with texts of arrays", { store: { n0: "[1,2]", n1: "[3, 4]" } }],
  ] as const) {
    it(`is read at any path, with the names as ids: ${title}`, async () => {
      expect(await expectRead(JSON.stringify(value), [1, 2, 3, 4], ["n0", "n1"])).to.deep.equal([]);
    });
  }

  it("may have many members, of any names, and be cut off in the first bytes", async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => (i === 0 ? "values" : i === 1 ? "data" : `w${i}`));
    const members = Object.fromEntries(names.map((name, i) => [name, [i, 0.123456789]]));
    const { ids, values } = await readNoted(JSON.stringify({ embedding_dict: members, other: {} }));
    expect(ids).to.deep.equal(names);
    expect(values.filter((_, i) => i % 2 === 0)).to.deep.equal(names.map((_, i) => i));
  });

  it("is named by --vector-column if there are several, as the hint says", async () => {
    const text = JSON.stringify({ train: NAMED, test: { m0: [5, 6], m1: [7, 8] } });
    expect((await malformed(readNoted(text))).hint).to.equal("--vector-column train or test");
    await expectRead(text, [5, 6, 7, 8], ["m0", "m1"], { vectorColumn: "test" });
    const records = JSON.stringify({ a: { title: [1], body: [2] }, b: { title: [3], body: [4] } });
    expect((await malformed(readNoted(records))).hint).to.match(/^--vector-column title or body or /);
    await expectRead(records, [2, 4], ["a", "b"], { vectorColumn: "body" });
  });

  it("has a note if arrays or ids beside it are left out", async () => {
    const text = JSON.stringify({ id: "q", stats: { mean: [9] }, store: NAMED });
    expect(await expectRead(text, [1, 2, 3, 4], ["n0", "n1"])).to.deep.equal([
      "a.json: read the members of store, left out stats.mean, id; --vector-column store reads them without this note",
    ]);
    expect(await expectRead(text, [1, 2, 3, 4], ["n0", "n1"], { vectorColumn: "store" })).to.deep.equal([]);
    const column = JSON.stringify({ id: { n0: "x", n1: "y" }, embedding: NAMED });
    expect((await expectRead(column, [1, 2, 3, 4], ["n0", "n1"])).join()).to.contain("left out id;");
  });

  it("has one member under a known name or in a record", async () => {
    await expectRead('{"namespace":"n","vectors":{"a":{"values":[1,2]}}}', [1, 2], ["a"]);
    await expectRead('{"docs":{"a":{"embedding":[1,2]}}}', [1, 2], ["a"]);
  });
});

describe("records without a vector", () => {
  const TEXT = lines(
    { id: 1, emb: [1, 2] },
    { id: 2 },
    { id: 3, emb: null },
    { id: 4, emb: [] },
    { id: 5, emb: [3, 4] },
  );

  it("are reported with what the field holds, and a hint that leaves them out", async () => {
    const { message, hint, options } = await malformed(readNoted(TEXT));
    expect(message).to.equal(
      'a.json:2: expected a field "emb", found id\n' +
        'a.json:3: expected a vector in the field "emb", found null (2 such lines)',
    );
    expect([hint, options]).to.deep.equal(["this leaves out records without a vector", "--missing skip-row"]);
    expect(await expectRead(TEXT, [1, 2, 3, 4], ["1", "5"], { missing: "skip-row" })).to.deep.equal([
      "a.json: left out 3 records without a vector (first: line 2, 2)",
    ]);
  });

  it("do not decide the number of components", async () => {
    for (const first of [{ id: 0 }, { id: 0, embedding: [] }, { id: 0, embedding: "" }]) {
      const { total } = await malformed(readNoted(lines(first, { id: 1, embedding: [1, 2] })));
      expect(total).to.equal(1);
    }
    const lists = await malformed(readNoted("[[],[1,2],null]"));
    expect(lists.message).to.equal(
      "a.json:1: expected numbers, found none\na.json:1: row 2: expected a vector, found null",
    );
    await expectRead("[[],[1,2],null]", [1, 2], null, { missing: "skip-row" });
    await expectRead('{"a":[1,2],"b":null,"c":[3,4]}', [1, 2, 3, 4], ["a", "c"], { missing: "skip-row" });
  });

  it("are an error if no other record is left", async () => {
    const text = lines({ id: 1, embedding: [] }, { id: 2, embedding: null });
    expect((await malformed(readNoted(text, { missing: "skip-row" }))).message).to.equal(
      'a.json:1: expected a vector in the field "embedding", found an empty list (2 such lines)',
    );
    const failed = lines({ custom_id: "a", error: "x" }, { custom_id: "b", error: "y" });
    expect((await malformed(readNoted(failed, { missing: "skip-row" }))).message).to.equal(
      'a.json:1: expected a vector for a, found the error "x"',
    );
  });

  for (const [value, found] of [
    [7, "7"],
    ["x", null],
    [true, "true"],
    [{ a: 1 }, "an object"],
  ] as const) {
    it(`are reported if the named field holds ${JSON.stringify(value)}`, async () => {
      const { message } = await malformed(readNoted(lines({ text: "t", vec: value }), { vectorColumn: "vec" }));
      expect(message).to.equal(
        found === null
          ? 'a.json:1: expected numbers, or float32 in base64, found "x"'
          : `a.json:1: expected a vector in the field "vec", found ${found}`,
      );
    });
  }

  it("are actions in bulk requests of Elasticsearch, whose ids are read", async () => {
    const text = lines(
      { index: { _id: "a" } },
      { t: "x", v: [1, 2] },
      { delete: { _id: "z" } },
      { create: { _id: 7 } },
    );
    expect(await expectRead(text + lines({ v: [3, 4] }), [1, 2, 3, 4], ["a", "7"])).to.deep.equal([]);
    await expectRead(lines({ index: {} }, { v: [1] }, { index: {} }, { v: [2] }), [1, 2], null);
    await expectRead(lines({ update: { _id: "q" } }, { doc: { v: [1] } }), [1], ["q"]);
  });
});

describe("texts of arrays of numbers", () => {
  it("are vectors, with the bits of JSON.parse", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(finite, { minLength: 3, maxLength: 3 }), { minLength: 1 }),
        chunkSizes,
        async (rows, sizes) => {
          const text = lines(...rows.map((row, i) => ({ id: `r${i}`, body: "x", embedding: JSON.stringify(row) })));
          const { values, ids } = await readNoted(text, {}, sizes);
          expectSameBits(
            values,
            rows.flatMap((row) => JSON.parse(JSON.stringify(row)) as number[]),
          );
          expect(ids).to.deep.equal(rows.map((_, i) => `r${i}`));
        },
      ),
    ));

  it("may be in any field, and in lists", async () => {
    await expectRead(lines({ content: "x", v: " [0.1, -2e-3]" }), [0.1, -0.002], null);
    await expectRead('["[1,2]","[3,4]"]', [1, 2, 3, 4], null);
    await expectRead('[{"id":"a","n":1,"v":"[1,2]"}]', [1, 2], ["a"]);
  });

  it("are reported if they hold other text, and if NumPy has shortened them", async () => {
    const other = await malformed(readNoted(lines({ v: "[1,2]" }, { v: "[1,x]" })));
    expect([other.message, other.hint]).to.deep.equal([
      'a.json:2: expected numbers, or float32 in base64, found "[1,x]"',
      undefined,
    ]);
    const short = await malformed(readNoted(lines({ embedding: "[0.1 0.2 ... 0.3]" })));
    expect(short.hint).to.equal("NumPy has shortened the array: write it with tolist()");
  });
});

describe("ids", () => {
  it("are read from Extended JSON, and so are numbers", async () => {
    const text = JSON.stringify([
      { _id: { $oid: "65a" }, embedding: [{ $numberDouble: "0.1" }, { $numberInt: "2" }] },
      { _id: { $numberLong: "7" }, embedding: [3, { $numberDecimal: "-1e-3" }] },
    ]);
    await expectRead(text, [0.1, 2, 3, -0.001], ["65a", "7"]);
    await expectRead(text, [0.1, 2, 3, -0.001], ["65a", "7"], { idColumn: "_id" });
    const nan = await malformed(readNoted('[{"embedding":[{"$numberDouble":"NaN"},{"$date":"x"}]}]'));
    expect(nan.message).to.equal(
      'a.json:1:1: expected a number, found "NaN"\na.json:1:2: expected a number, found an object',
    );
  });

  it("are read from the only field that ends like an id and differs, with a note", async () => {
    const text = JSON.stringify({ data: [1, 2].map((i) => ({ book_id: i, user_id: "u", intro: [i] })) });
    expect(await expectRead(text, [1, 2], ["1", "2"])).to.deep.equal([
      'a.json: read ids from the field "book_id"; --id-column book_id reads them without this note',
    ]);
    for (const record of [{ user_id: "u" }, { a_id: 0, b_id: 0 }, { x_id: 0.5 }, { x_id: null }]) {
      const two = [1, 2].map((i) => ({ ...record, ...("a_id" in record ? { a_id: i, b_id: i } : {}), v: [i] }));
      expect(await expectRead(lines(...two), [1, 2], null)).to.deep.equal([]);
    }
    expect(await expectRead(lines({ doc_id: 1, id: "a", v: [1] }), [1], ["a"])).to.deep.equal([]);
  });

  it("are read beside the columns of Chroma, for one query or several", async () => {
    await expectRead('{"ids":["a","b"],"embeddings":[[1],[2]],"documents":["x","y"],"data":null}', [1, 2], ["a", "b"]);
    const queries = '{"ids":[["a","b"],["c"]],"distances":[[0,1],[2]],"embeddings":[[[1],[2]],[[3]]]}';
    await expectRead(queries, [1, 2, 3], ["a", "b", "c"]);
    expect((await malformed(readNoted('{"ids":[["a"]],"embeddings":[[[1],[2]]]}'))).message).to.contain(
      "expected an id for each of 2 vectors, found 1",
    );
  });

  it("of a record with several vectors are numbered", async () => {
    await expectRead(
      lines({ id: "a", embedding: [[1], [2]] }, { id: "b", embedding: [[3]] }),
      [1, 2, 3],
      ["a", "a/1", "b"],
    );
  });
});

describe("text that is not JSON", () => {
  const python = spawnSync("python3", ["-c", ""]).status === 0;

  for (const [title, text, hint, values] of [
    ["a dictionary of Python", "{'a': [1, 2], 'b': (3, 4)}", "it is Python", [1, 2, 3, 4]],
    ["a dictionary of Python with other keys", "{0: [1, 2], 7: [3, 4]}", "it is Python", [1, 2, 3, 4]],
    ["lines of Python", "{'id': 'a', 'v': [1, 2]}\n\n{'id': \"it's\", 'v': [3, 4]}\n", "it is Python", [1, 2, 3, 4]],
    ["Python with nan in a text", "[{'id': 'nan', 'x': nan, 'v': [1, 2]}]", "it is Python", [1, 2]],
    ["tuples", "[(1, 2), (3, 4)]", "it is Python", [1, 2, 3, 4]],
    ["None", '[{"t": None, "v": [0.1, 2]}]', "it is Python", [0.1, 2]],
    ["a comma at the end", '[{"id": "a,]", "v": [1, 2,]},\n]', "JSON has no comma", [1, 2]],
    ["comments", '[1, // one, "\n 2 # two\n/* , */ ]', "JSON has no comments", [1, 2]],
    ["vectors of tokens", "[[[1, 2], [3, 5]], [[5, 6]]]", "if each text has", [2, 3.5, 5, 6]],
    [
      "vectors of tokens as transformers return them",
      "[[[[1, 2], [3, 5]]], [[[5, 6]]]]",
      "if each text",
      [2, 3.5, 5, 6],
    ],
  ] as const) {
    it(`has a hint that converts it: ${title}`, async function () {
      if (!python) this.skip();
      const error = await malformed(readNoted(text, { inputFormat: "json" }));
      expect(error.hint).to.contain(hint);
      const { onStdin: command = "exit 9", file } = error.filter ?? {};
      const { stdout, stderr } = spawnSync("sh", ["-c", command], { input: text, encoding: "utf8" });
      expect([stderr, file]).to.deep.equal(["", "a.json"]);
      expect((await readNoted(stdout)).values).to.deep.equal(values);
    });
  }

  it("is recognised as Python in any file", async () => {
    for (const text of ["{'a': [1]}", "{1: [2]}", "['a', 1]", "[(1,2)]", "[None, 1]", "[nan, 1]"]) {
      const error = await malformed(readVectors(sourceOf(text, "a.txt")));
      expect(error.hint, text).to.match(/^it is Python, not JSON; this converts it$/);
    }
    const call = await malformed(readNoted("{'a': array([1, 2])}"));
    expect([call.hint, call.filter]).to.deep.equal([
      "it is Python, not JSON: write it with json.dump, with arrays as lists (tolist)",
      undefined,
    ]);
  });

  it("is JSON5 otherwise", async () => {
    expect((await malformed(readNoted('{"a":[1],b:[2]}'))).filter?.onStdin).to.equal("npx -y json5");
  });

  it("has NaN in fields that are not read, as Python writes it, and in tables as missing values", async () => {
    await expectRead('[{"s":NaN,"t":[-Infinity],"embedding":[1,2]}]', [1, 2], null);
    await expectRead('[{"s":NaN,"t":"NaN"},{"s":2,"t":"x"}]', [0, 2], null, { missing: "zero" });
    const infinite = await rejection(readNoted('[{"s":1},{"s":Infinity}]'));
    expect(infinite.message).to.contain('record 2, field "s"');
    const missing = await malformed(readNoted("[[1,NaN]]"));
    expect(missing.options).to.equal("--missing skip-row");
  });

  it("has a null among the records of a table", async () => {
    for (const [text, place] of [
      ['[{"n":1},null]', "record 2"],
      [`{"x":{"0":1,"1":2},${'"t":{"0":"a"},'.repeat(20_000)}"y":null}`, 'member "y"'],
    ]) {
      expect((await rejection(readNoted(text))).message).to.equal(
        `a.json: ${place}: expected an object with the fields of the first one, found another value`,
      );
    }
  });
});
