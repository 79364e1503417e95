import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { SimcliError } from "#dist/errors.js";
import { openFile } from "#dist/input/open.js";
import { readBatches } from "#dist/input/read-batches.js";
import { readVectors } from "#dist/input/read-vectors.js";
import { npyMatrix } from "#dist/output/npy.js";
import { fixtureJson, fixturePath } from "../reference.js";
import { chunkSizes, finite, rejection, sourceOf } from "./support.js";

const expected = fixtureJson<{ readonly [name: string]: readonly (readonly number[])[] }>("arrays/expected.json");
const path = (name: string) => fixturePath(`arrays/${name}`);
const bytesOf = (name: string) => readFileSync(path(name));
const read = (content: Uint8Array, name: string, sizes: readonly number[] = []) =>
  readVectors(sourceOf(content, name, sizes));

const IDS: { readonly [name: string]: readonly string[] } = {
  "deflated.npz": ["één", "two"],
  "bytes-ids.npz": ["a", "bc"],
  "number-ids.npz": ["7", "12"],
  "words.bin": ["één", "<unk>"],
  "words-plain.bin": ["één", "<unk>"],
};

describe("binary files of vectors", () => {
  for (const [name, rows] of Object.entries(expected)) {
    it(`are what their tools wrote, in place and as a stream: ${name}`, async () => {
      for (const set of [await readVectors(path(name)), await read(bytesOf(name), name, [7])]) {
        expect([set.rows, set.dimensions]).to.deep.equal([rows.length, rows[0]!.length]);
        expect([...set.values]).to.deep.equal(rows.flat());
        expect(set.ids).to.deep.equal(IDS[name] ?? null);
        expect(set.lines).to.be.null;
      }
    });
  }

  it("have a fixture each", () => {
    const files = readdirSync(fixturePath("arrays")).filter((name) => !["expected.json", "several.npz"].includes(name));
    expect(Object.keys(expected)).to.have.members(files);
  });

  it("are told by their bytes, whatever they are called, but for those that begin with a number", async () => {
    for (const name of ["f4le.npy", "stored.npz", "words.bin"]) {
      expect([...(await read(bytesOf(name), "stdin")).values]).to.deep.equal(expected[name]!.flat());
    }
    const vecs = { inputFormat: "fvecs" };
    const set = await readVectors(sourceOf(bytesOf("some.fvecs"), "stdin"), vecs);
    expect([...set.values]).to.deep.equal(expected["some.fvecs"]!.flat());
  });

  it("keep float32 in batches, and say ahead how many rows there are", async () => {
    for await (const batch of readBatches(openFile(path("f4le.npy")))) {
      expect(batch.values).to.be.instanceOf(Float32Array);
      expect(batch.rowsInAll).to.equal(2);
    }
  });

  it("that are cut short anywhere, or damaged in any byte, are errors of simcli's or other vectors, nothing else", async () => {
    const names = Object.keys(expected);
    const damage = fc.record({ cut: fc.nat(3000), at: fc.nat(3000), byte: fc.nat(255), cuts: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), damage, chunkSizes, async (name, { cut, at, byte, cuts }, sizes) => {
        const whole = bytesOf(name);
        const bytes = cuts ? whole.subarray(0, cut % whole.length) : Buffer.from(whole);
        if (!cuts) bytes[at % whole.length] = byte;
        try {
          const set = await read(bytes, name, sizes);
          expect(set.values).to.have.length(set.rows * set.dimensions);
        } catch (error) {
          expect(error, String((error as Error).stack)).to.be.instanceOf(SimcliError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("round trip through .npy, whatever their shape", async () => {
    const rows = fc
      .integer({ min: 1, max: 9 })
      .chain((d) => fc.array(fc.array(finite, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 9 }));
    await fc.assert(
      fc.asyncProperty(rows, async (vectors) => {
        const [n, d] = [vectors.length, vectors[0]!.length];
        const head = { rows: n, columns: d, rowIds: null, columnIds: null, flat: false, members: {} };
        const formatter = npyMatrix(head);
        const tile = { firstRow: 0, rows: n, columns: d, values: Float64Array.from(vectors.flat()) };
        const begin = formatter.begin() as Uint8Array;
        expect(begin.length % 64).to.equal(0);
        const set = await read(Buffer.concat([begin, formatter.tile(tile) as Uint8Array]), "x.npy");
        expect([set.rows, set.dimensions]).to.deep.equal([n, d]);
        expect(set.values).to.deep.equal(tile.values);
      }),
    );
  });
});

/** A .npy file of this header and these bytes. */
function npy(header: string, data: Uint8Array = new Uint8Array(0)): Buffer {
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header), data]);
}

const header = (descr: string, shape: string, order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

describe("a faulty binary file", () => {
  const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
  for (const [what, name, bytes, message] of [
    [
      "objects",
      "a.npy",
      npy(header("'|O'", "(2, 2)")),
      'expected an array of f2, f4, f8, i1 to i8 or u1 to u8, found "|O"',
    ],
    ["complex numbers", "a.npy", npy(header("'<c16'", "(2, 2)")), 'found "<c16"'],
    ["records", "a.npy", npy(header("[('x', '<f8')]", "(2,)")), "found \"[('x', '<f8')]\""],
    ["a scalar", "a.npy", npy(header("'<f8'", "()"), doubles(1)), "one or two dimensions, found the shape ()"],
    ["three dimensions", "a.npy", npy(header("'<f8'", "(1, 1, 1)"), doubles(1)), "found the shape (1, 1, 1)"],
    ["no rows", "a.npy", npy(header("'<f8'", "(0, 3)")), "expected rows of numbers, found the shape (0, 3)"],
    [
      "a lying shape",
      "a.npy",
      npy(header("'<f8'", "(100000000000, 100000)")),
      "found the shape (100000000000, 100000)",
    ],
    [
      "too many bytes",
      "a.npy",
      npy(header("'<f8'", "(1, 1)"), doubles(1, 2)),
      "expected the end of the file at byte offset",
    ],
    [
      "code for a header",
      "a.npy",
      npy("__import__('os').system('false')"),
      "expected a dictionary of descr, fortran_order and shape",
    ],
    ["an unknown version", "a.npy", Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0, 0, 0]), "found 9"],
    ["nan", "a.npy", npy(header("'<f8'", "(2, 2)"), doubles(1, 2, 3, Number.NaN)), "row 1, column 1 (byte offset"],
    ["large integers", "a.npy", npy(header("'<i8'", "(1, 1)"), doubles(1e300)), "expected a whole number within ±2^53"],
    [
      "another dimension",
      "a.fvecs",
      Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
      "expected 1 components at byte offset 8, as before, found 2",
    ],
    [
      "a negative dimension",
      "a.fvecs",
      Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]),
      "expected 1 to 1000000 components at byte offset 0, found -1",
    ],
    [
      "half a dimension",
      "a.ivecs",
      Buffer.from([1, 0]),
      "expected 2 more bytes at byte offset 2, found the end of the file",
    ],
    ["nothing", "a.bvecs", Buffer.alloc(0), "expected vectors, found an empty file"],
    ["counts without words", "a.bin", Buffer.from("9 2\n"), "found the end of the file"],
    ["other text", "a.bin", Buffer.from("hello"), 'expected a line of two counts at byte offset 0, found "hello"'],
    ["no archive", "a.npz", Buffer.from("PK\x03\x04"), "expected a ZIP archive, found no directory at the end"],
  ] as const) {
    it(`is refused with what was expected and what was found: ${what}`, async () => {
      const error = await rejection(read(bytes, name));
      expect(error.message).to.contain(`${name}: `).and.to.contain(message);
    });
  }

  it("is refused before memory is taken for what its header promises, in place", async () => {
    const error = await rejection(readVectors(path("several.npz")));
    expect(error.message).to.contain("expected an array of vectors, found p, q");
    const named = await readVectors(path("several.npz"), { vectorColumn: "q" });
    expect([...named.values]).to.deep.equal([1, 2, 3, 100, 0, 7]);
    const missing = await rejection(readVectors(path("several.npz"), { vectorColumn: "z" }));
    expect(missing.message).to.contain('expected an array called "z", found p, q');
  });

  it("passes cells that are not finite where they are asked for", async () => {
    const bytes = npy(header("'<f8'", "(1, 2)"), doubles(Number.NaN, Number.NEGATIVE_INFINITY));
    const set = await readVectors(sourceOf(bytes, "a.npy"), { nonFinite: "keep" });
    expect([...set.values]).to.deep.equal([Number.NaN, Number.NEGATIVE_INFINITY]);
  });
});
