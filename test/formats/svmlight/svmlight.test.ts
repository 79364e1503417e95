import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, malformed, rejection, sourceOf, textOf } from "../../input/support.js";
import { fixtureJson, fixturePath } from "../../reference.js";

const read = (text: string, options = {}, sizes: readonly number[] = []) =>
  readVectors(sourceOf(text, "a.svm", sizes), options);

describe("sparse rows of LibSVM and SVMlight", () => {
  for (const name of ["one-based", "zero-based"]) {
    it(`are the rows that scikit-learn reads: ${name}`, async () => {
      const text = readFileSync(fixturePath(`svmlight/${name}.svm`), "utf8");
      const expected = fixtureJson<{ labels: string[]; values: number[][] }>(`svmlight/${name}.json`);
      // The first bytes identify the format, whatever the file is called.
      const set = await readVectors(sourceOf(text, "train.txt"), { labelColumn: "label" });
      expect([set.rows, set.dimensions]).to.deep.equal([expected.values.length, expected.values[0].length]);
      expectSameBits(set.values, expected.values.flat());
      expect(set.labels).to.deep.equal(expected.labels);
    });
  }

  it("are read for any rows and chunks", async () => {
    const rows = fc.array(fc.dictionary(fc.nat(30).map(String), finite, { minKeys: 1, maxKeys: 8 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(rows, chunkSizes, fc.constantFrom("\n", "\r\n"), async (sparse, sizes, end) => {
        const indices = (row: object) =>
          Object.keys(row)
            .map(Number)
            .sort((a, b) => a - b);
        const text = sparse
          .map(
            (row) =>
              `1 qid:7 ${indices(row)
                .map((i) => `${i + 1}:${textOf(row[i]!)}`)
                .join(" ")} # note${end}`,
          )
          .join("");
        const { values, dimensions } = await read(text, {}, sizes);
        expect(dimensions).to.equal(1 + Math.max(...sparse.flatMap(indices)));
        const dense = sparse.flatMap((row) => Array.from({ length: dimensions }, (_, j) => row[j] ?? 0));
        expectSameBits(values, dense);
      }),
      { numRuns: 200 },
    );
  });

  it("have as many components as --columns names, so that files of different largest indices agree", async () => {
    expect([...(await read("1 2:5\n", { columns: "1-4" })).values]).to.deep.equal([0, 5, 0, 0]);
    expect([...(await read("1 2:5 3:7\n", { columns: "3,2,2" })).values]).to.deep.equal([7, 5, 5]);
  });

  it("are read with a note about their labels", async () => {
    const notes: string[] = [];
    await read("+1 1:2\n", { note: (text: string) => notes.push(text) });
    expect(notes).to.deep.equal(["a.svm: left out the labels of the rows; --labels label uses them"]);
  });

  it("name the line and field of what is wrong", async () => {
    for (const [text, message] of [
      ["1 1:2\n1 1:x\n", 'a.svm:2:2: expected a finite number, found "x"'],
      ["1 1:2\n1 3:1 2:1\n", "a.svm:2:3: expected an index above 3, found 2"],
      ["1 1:2\n1 1:1 1:1\n", "a.svm:2:3: expected an index above 1, found 1"],
      ["1 1:2\n\nfoo bar\n", "a.svm:3: expected label index:value …, found another form"],
      ["1 1:2\n1 99999999:1\n", "a.svm:2:2: expected an index up to 10000000, found 99999999"],
      ["1 1:2\n1 1:nan\n", 'a.svm:2:2: expected a finite number, found "nan"'],
    ] as const) {
      expect((await malformed(read(text))).message).to.equal(message);
    }
    expect((await rejection(read("1\n2\n", { inputFormat: "svmlight" }))).message).to.equal(
      "a.svm: expected index:value, found only labels",
    );
    expect((await rejection(read("1 1:2\n", { idColumn: 2 }))).message).to.contain('expected no column but "label"');
    expect((await rejection(read("1 1:2\n", { columns: "1-99999999" }))).message).to.contain("expected columns up to");
  });

  it("keep missing values for --missing", async () => {
    expect([...(await read("1 1:2\n1 1:nan 2:4\n", { missing: "skip-row" })).values]).to.deep.equal([2, 0]);
  });

  it("are not confused with other text", async () => {
    for (const text of ["1 2\n3 4\n", "1 2:3:4\n", "12:30 5\n"]) {
      const set = readVectors(sourceOf(text, "a.txt"));
      const found = await set.then(
        ({ dimensions }) => dimensions,
        () => null,
      );
      expect(found, text).to.not.equal(3);
    }
    expect((await readVectors(sourceOf("1 2\n3 4\n", "a.txt"))).dimensions).to.equal(2);
  });
});
