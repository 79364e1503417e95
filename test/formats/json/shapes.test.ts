import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { chunkSizes, expectSameBits, finite, malformed, rejection } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";
import { readNoted } from "./support.js";

const fixture = (name: string) => readFileSync(fixturePath(`embeddings/${name}`), "utf8");
const ROWS = fixtureJson<number[][]>("embeddings/expected.json");
const REQUESTS = ["request-0", "request-1"];

describe("answers of embedding APIs", () => {
  for (const [name, ids] of [
    ["openai-batch.jsonl", REQUESTS],
    ["openai-batch-base64.jsonl", REQUESTS],
    ["gemini-batch.jsonl", REQUESTS],
    ["titan-batch.jsonl", REQUESTS],
    ["vertex-batch.jsonl", null],
    ["llama-cpp.json", null],
    ["voyage.json", null],
    ["jina.json", null],
    ["cohere-base64.json", null],
  ] as const) {
    it(`are read without options, with the ids of their requests: ${name}`, async () => {
      for (const sizes of [[], [1], [100]]) {
        const { values, ids: found, notes } = await readNoted(fixture(name), {}, sizes);
        expectSameBits(Float32Array.from(values), Float32Array.from(ROWS.flat()));
        expect([found, notes]).to.deep.equal([ids, []]);
      }
    });
  }

  it("with several types are read as floats, with a note", async () => {
    const { values, notes } = await readNoted(fixture("cohere-types.json"));
    expectSameBits(Float32Array.from(values), Float32Array.from(ROWS.flat()));
    expect(notes).to.deep.equal([
      "a.json: read the vectors in embeddings.float, left out embeddings.int8; --vector-column embeddings.int8 reads it",
    ]);
    const bytes = await readNoted(fixture("cohere-types.json"), { vectorColumn: "embeddings.int8" });
    expect(bytes.values).to.deep.equal([1, -2, 3, 4, 5, -6]);
  });

  it("with several vectors to a request number the further ones", async () => {
    const data = [1, 2, 3].map((value, index) => ({ index, embedding: [value] }));
    const { ids } = await readNoted(JSON.stringify({ custom_id: "q", response: { body: { data } } }));
    expect(ids).to.deep.equal(["q", "q/1", "q/2"]);
  });

  it("report failed requests with the message of the provider, and their number", async () => {
    const { message, total, options } = await malformed(readNoted(fixture("openai-batch-errors.jsonl")));
    expect(message).to.equal(
      'a.json:1: expected a vector for request-8, found the error "This request could not be executed before the completion window expired." (2 such lines)',
    );
    expect([total, options]).to.deep.equal([2, "--missing skip-row"]);
    const ollama = await malformed(readNoted('{"embedding":[1,2]}\n{"error":"model not found"}\n'));
    expect(ollama.message).to.equal('a.json:2: expected a vector, found the error "model not found"');
  });

  it("leave failed requests out with --missing skip-row, and count them", async () => {
    const { ids, notes } = await readNoted(fixture("openai-batch-errors.jsonl"), { missing: "skip-row" });
    expect(ids).to.deep.equal(REQUESTS);
    expect(notes).to.deep.equal(["a.json: left out 2 records with errors (first: line 1, request-8)"]);
  });
});

describe("vectors in fields of other names", () => {
  it("are found if there is one array of numbers in a record", async () => {
    const text = '{"doc":{"uid":"a","enc":{"x":[1,2]}},"n":5}\n{"doc":{"uid":"b","enc":{"x":[3,4]}},"n":6}\n';
    for (const sizes of [[], [1], [7]]) {
      expect((await readNoted(text, { idColumn: "doc.uid" }, sizes)).values).to.deep.equal([1, 2, 3, 4]);
    }
    expect((await readNoted(text, { idColumn: "doc.uid" })).ids).to.deep.equal(["a", "b"]);
  });

  it("are found beside arrays of other names by their name", async () => {
    const { values } = await readNoted('{"tokens":[7,8,9],"out":{"embedding":[1,2]}}\n');
    expect(values).to.deep.equal([1, 2]);
  });

  it("are listed for --vector-column if there are several, and each of them works", async () => {
    const text = '{"id":"a","title_vec":[1,2],"body_vec":[3,4]}\n{"id":"b","title_vec":[5,6],"body_vec":[7,8]}\n';
    const { message, hint } = await malformed(readNoted(text));
    expect(message).to.contain("expected a field embedding, vector or values, found id, title_vec, body_vec");
    expect(hint).to.equal("--vector-column title_vec or body_vec");
    for (const [vectorColumn, values] of [
      ["title_vec", [1, 2, 5, 6]],
      ["body_vec", [3, 4, 7, 8]],
    ] as const) {
      expect((await readNoted(text, { vectorColumn })).values).to.deep.equal(values);
    }
  });

  it("are found in any nesting of names and lists, for any chunks", async () => {
    const names = fc.array(fc.constantFrom("a", "b", "out", "response", "body"), { minLength: 1, maxLength: 4 });
    const vectors = fc
      .integer({ min: 1, max: 4 })
      .chain((d) => fc.array(fc.array(finite, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(names, vectors, chunkSizes, async (path, rows, sizes) => {
        const nested = (row: number[]) =>
          path.reduceRight<unknown>((inner, name) => ({ text: "x", [name]: inner }), row);
        const text = rows.map((row) => `${JSON.stringify(nested(row))}\n`).join("");
        const { values } = await readNoted(text, {}, sizes);
        expect(values).to.deep.equal(rows.flat().map((value) => value + 0));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a dictionary of vectors", () => {
  it("has the names as ids", async () => {
    for (const sizes of [[], [1], [5]]) {
      const { values, ids } = await readNoted('{"king":[1,2],"queen":[3,4],"é\\"":[5,6]}', {}, sizes);
      expect(values).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(ids).to.deep.equal(["king", "queen", 'é"']);
    }
  });

  it("reports a vector of another length, and a member behind the first ones that is no vector", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `"w${i}":[${i},0.123456789]`).join(",\n");
    const { message } = await malformed(readNoted(`{"a":[1,2],\n"b":[3],\n${many},\n"c":7}`));
    expect(message).to.equal("a.json:2: expected 2 numbers, found 1\na.json:20003: expected a vector, found 7");
  });
});

describe("an object of records", () => {
  for (const [title, text, options] of [
    ["at the root", '{"a":{"text":"x","embedding":[1,2]},"b":{"text":"y","embedding":[3,4]}}', {}],
    [
      "in a field, as Pinecone answers",
      '{"namespace":"n","vectors":{"a":{"values":[1,2]},"b":{"values":[3,4]}},"usage":{}}',
      {},
    ],
    ["with a vector in an unusual field", '{"a":{"x":{"v":[1,2]}},"b":{"x":{"v":[3,4]}}}', {}],
    ["with ids in the records", '{"1":{"id":"a","vector":[1,2]},"2":{"id":"b","vector":[3,4]}}', {}],
    ["with another id", '{"1":{"n":"a","vector":[1,2]},"2":{"n":"b","vector":[3,4]}}', { idColumn: "n" }],
  ] as const) {
    it(`has the names as ids: ${title}`, async () => {
      for (const sizes of [[], [1], [5]]) {
        const { values, ids, notes } = await readNoted(text, options, sizes);
        expect([values, ids, notes]).to.deep.equal([[1, 2, 3, 4], ["a", "b"], []]);
      }
    });
  }

  it("reports members behind the first ones that are no records", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `"w${i}":{"embedding":[${i},0.123456789]}`).join(",\n");
    const { message } = await malformed(readNoted(`{${many},\n"c":7,\n"d":{"text":"z"}}`));
    expect(message).to.equal(
      "a.json:20001: expected a vector, found 7\n" +
        "a.json:20002: expected a field embedding, vector or values, found text",
    );
  });

  it("reads the id beside a vector in an inner object, unless the record has one", async () => {
    const inner = '[{"doc":{"id":"a","x":[1,2]}},{"doc":{"id":"b","x":[3,4]}}]';
    expect((await readNoted(inner)).ids).to.deep.equal(["a", "b"]);
    const both = '[{"_id":"a","doc":{"id":"x","x":[1,2]}},{"doc":{"id":"y","x":[3,4]},"_id":"b"}]';
    expect((await readNoted(both)).ids).to.deep.equal(["a", "b"]);
  });
});

describe("sparse vectors", () => {
  it("are an error, because their values are not components", async () => {
    for (const text of [
      '{"id":"a","indices":[0,10],"values":[0.5,1]}\n',
      '{"id":"a","sparse":{"values":[0.5,1],"indices":[0,10]}}\n',
    ]) {
      const { message } = await malformed(readNoted(text));
      expect(message, text).to.equal("a.json:1: expected a dense vector, found a sparse one: indices and values");
    }
    const both = '{"id":"a","values":[1,2],"sparse_values":{"indices":[0],"values":[9]}}\n';
    expect((await readNoted(both)).values).to.deep.equal([1, 2]);
  });
});

describe("tables in JSON", () => {
  const IRIS = [
    { sepal: 5.1, petal: 1.4, species: "setosa" },
    { sepal: 7, petal: 4.7, species: "versicolor" },
  ];
  const NOTE =
    'a.json: left out the text column "species"; --labels species or --id-column species uses it, --columns 1-2 reads the same columns without this note';

  // The layouts of pandas.DataFrame.to_json(orient=…).
  const LAYOUTS: { readonly [orient: string]: string } = {
    records: JSON.stringify(IRIS),
    "records, lines": IRIS.map((row) => `${JSON.stringify(row)}\n`).join(""),
    "records in a member": JSON.stringify({ count: 2, items: IRIS }),
  };
  for (const [orient, text] of Object.entries(LAYOUTS)) {
    it(`are read by the rules of delimited text: ${orient}`, async () => {
      for (const sizes of [[], [1], [9]]) {
        const { values, columnNames, ids, notes } = await readNoted(text, {}, sizes);
        expect(values).to.deep.equal([5.1, 1.4, 7, 4.7]);
        expect(columnNames).to.deep.equal(["sepal", "petal"]);
        expect(ids).to.equal(null);
        expect(notes).to.deep.equal([NOTE]);
      }
      expect((await readNoted(text, { labelColumn: "species" })).labels).to.deep.equal(["setosa", "versicolor"]);
      expect((await readNoted(text, { columns: "petal" })).values).to.deep.equal([1.4, 4.7]);
    });
  }

  for (const [orient, text] of [
    ["columns", '{"x":{"0":1,"1":2},"y":{"0":3.5,"1":4}}'],
    ["index", '{"0":{"x":1,"y":3.5},"1":{"x":2,"y":4}}'],
    ["split", '{"columns":["x","y"],"index":["0","1"],"data":[[1,3.5],[2,4]]}'],
    [
      "table",
      '{"schema":{"fields":[{"name":"index"},{"name":"x"},{"name":"y"}]},"data":[{"index":0,"x":1,"y":3.5},{"index":1,"x":2,"y":4}]}',
    ],
  ] as const) {
    it(`are read with their index as ids: ${orient}`, async () => {
      const { values, ids, columnNames } = await readNoted(text);
      expect([values, ids, columnNames]).to.deep.equal([
        [1, 3.5, 2, 4],
        ["0", "1"],
        ["x", "y"],
      ]);
    });
  }

  it("name the record and the field of a fault", async () => {
    for (const text of ['[{"x":1,"y":2},{"x":3,"y":"oops"}]', '{"x":1,"y":2}\n{"x":3,"y":"oops"}\n']) {
      const { message } = await rejection(readNoted(text));
      expect(message).to.equal('a.json: record 2, field "y": expected a number, as "2" in record 1, found "oops"');
    }
    expect((await rejection(readNoted('{"x":1}\n{"x":2,"z":3}\n'))).message).to.equal(
      'a.json: record 2: expected x, found the field "z" too',
    );
    expect((await malformed(readNoted('{"x":1}\n{"x":2\n'))).message).to.match(
      /^a\.json:2: expected "," or "}", found /,
    );
    expect((await malformed(readNoted('[{"x":1},{"x":2]'))).message).to.match(
      /^a\.json:1: expected "," or "}".* at byte offset 15$/,
    );
  });

  it("have missing values", async () => {
    const text = '[{"x":1,"y":2},{"x":null,"y":4},{"y":5}]';
    expect((await rejection(readNoted(text))).message).to.contain(
      'record 2, field "x": expected a number, found an empty cell (2 such',
    );
    expect((await readNoted(text, { missing: "skip-row" })).values).to.deep.equal([1, 2]);
    expect((await readNoted(text, { missing: "zero" })).values).to.deep.equal([1, 2, 0, 4, 0, 5]);
  });
});
