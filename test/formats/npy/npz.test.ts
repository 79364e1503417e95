import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { readNpz } from "#dist/formats/npy/read-npz.js";
import type { RowBatch } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage, readBoth } from "../../input/binary.js";
import { sourceOf } from "../../input/support.js";
import { failure, fixturePath } from "../../reference.js";
import { npyOf } from "./npy-bytes.js";
import { zipOf } from "./zip-bytes.js";

const fixture = (name: string) => readFileSync(fixturePath(`binary/${name}`));

const header = (descr: string, shape: string) => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
const doubles = (...values: number[]) =>
  npyOf(header("<f8", `(2, ${values.length / 2})`), new Uint8Array(Float64Array.from(values).buffer));
const bytes = (...texts: string[]) =>
  npyOf(header(`|S${texts[0]?.length}`, `(${texts.length},)`), Buffer.from(texts.join("")));

describe("readNpz", () => {
  itReadsFixtures(/\.npz$/);
  itReportsDamage(["one.npz", "packed.npz", "bytes.npz"]);

  for (const isLong of [false, true]) {
    it(`reads stored and deflated arrays of a ${isLong ? "zip64" : "zip"} file with a comment`, async () => {
      for (const method of [0, 8]) {
        const file = zipOf([{ name: "a.npy", data: doubles(1, 2, 3, 4), method }], { isLong, comment: "a comment" });
        const { values, dimensions } = await readBoth(file, "a.npz");
        expect([[...values], dimensions]).to.deep.equal([[1, 2, 3, 4], 2]);
      }
    });
  }

  it("reads the requested array, otherwise one with a usual name, otherwise lists the arrays", async () => {
    const [a, b] = [doubles(1, 2), doubles(3, 4)];
    const two = (first: string, second: string) =>
      zipOf([
        { name: `${first}.npy`, data: a },
        { name: `${second}.npy`, data: b },
        { name: "notes.txt", data: a },
      ]);
    const of = async (file: Uint8Array, options = {}) => [...(await readBoth(file, "a.npz", options)).values];
    expect(await of(two("x", "y"), { vectorColumn: "y" })).to.deep.equal([3, 4]);
    expect(await of(two("x", "embeddings"))).to.deep.equal([3, 4]);
    expect(await of(two("vectors", "embeddings"))).to.deep.equal([3, 4]);
    expect(await of(two("arr_0", "arr_1"))).to.deep.equal([1, 2]);
    expect(await errorMessage(two("x", "y"), "a.npz")).to.equal(
      "a.npz: expected one array of vectors, found x (2×1 <f8), y (2×1 <f8)",
    );
    expect(await errorMessage(two("x", "y"), "a.npz", { vectorColumn: "z" })).to.equal(
      'a.npz: expected an array named "z", found x, y',
    );
    expect(await errorMessage(zipOf([{ name: "word/document.xml", data: a }]), "a.npz")).to.equal(
      "a.npz: expected a zip file of .npy arrays, found word/document.xml",
    );
  });

  it("reads the only matrix, and reports the arrays that are left out", async () => {
    const file = zipOf([
      { name: "y.npy", data: bytes("one", "two") },
      { name: "X.npy", data: doubles(1, 2, 3, 4) },
      { name: "mean.npy", data: npyOf(header("<f8", "(1,)"), new Uint8Array(8)) },
    ]);
    const guesses: string[][] = [];
    const onGuess = (...texts: string[]) => guesses.push(texts);
    expect([...(await readBoth(file, "a.npz", { onGuess })).values]).to.deep.equal([1, 2, 3, 4]);
    expect([...new Set(guesses.map(String))]).to.deep.equal([
      "a.npz: read the array X (2×2 <f8), left out y (2 |S3), mean (1 <f8),--vector-column X selects it without this note",
    ]);
  });

  it("reads ids and labels from arrays, or from columns", async () => {
    const file = zipOf([
      { name: "vectors.npy", data: doubles(1, 2, 3, 4, 5, 6) },
      { name: "names.npy", data: bytes("one", "two") },
      { name: "classes.npy", data: bytes("x", "y") },
    ]);
    const named = await readBoth(file, "a.npz", { idColumn: "names", labelColumn: "classes" });
    expect([named.ids, named.labels, [...named.values]]).to.deep.equal([
      ["one", "two"],
      ["x", "y"],
      [1, 2, 3, 4, 5, 6],
    ]);
    const counted = await readBoth(file, "a.npz", { idColumn: 2, labelColumn: 3 });
    expect([counted.ids, counted.labels, [...counted.values]]).to.deep.equal([
      ["2", "5"],
      ["3", "6"],
      [1, 4],
    ]);
    const selected = await readBoth(file, "a.npz", { columns: "3,1" });
    expect([...selected.values]).to.deep.equal([3, 1, 6, 4]);
  });

  it("yields no row without its id", async () => {
    const source = sourceOf(
      zipOf([
        { name: "vectors.npy", data: doubles(1, 2) },
        { name: "ids.npy", data: bytes("a") },
      ]),
      "a.npz",
    );
    const rows: RowBatch[] = [];
    const reading = async () => {
      for await (const batch of readNpz(source, {})) rows.push(batch);
    };
    expect((await failure(reading())).message).to.equal("a.npz: expected one text for each of 2 rows, found 1 ids");
    expect(rows).to.deep.equal([]);
  });

  it("reports a wrong number of ids, and ids that are not text", async () => {
    const withIds = (ids: Uint8Array) =>
      zipOf([
        { name: "vectors.npy", data: doubles(1, 2) },
        { name: "ids.npy", data: ids },
      ]);
    expect(await errorMessage(withIds(bytes("a", "b", "c")), "a.npz")).to.equal(
      "a.npz: expected one text for each of 2 rows, found 3 ids",
    );
    expect(await errorMessage(withIds(doubles(1, 2)), "a.npz")).to.equal(
      "a.npz/ids.npy: expected a row of texts or whole numbers, found <f8 of the shape (2, 1)",
    );
    expect(await errorMessage(withIds(npyOf(header("|S1", "(2,)"), Buffer.from([97, 255]))), "a.npz")).to.match(
      /^a\.npz\/ids\.npy: expected text at byte offset \d+, found other bytes$/,
    );
    const beyond = new Uint8Array(Uint32Array.of(97, 0x110000).buffer);
    expect(await errorMessage(withIds(npyOf(header("<U1", "(2,)"), beyond)), "a.npz")).to.contain("expected text");
    const missing = npyOf(header("|S1", "(999999999999,)"), Buffer.from("ab"));
    expect(await errorMessage(withIds(missing), "a.npz")).to.match(
      /expected 1 more byte at byte offset \d+, found the end/,
    );
  });

  it("reads ids of any width and byte order", async () => {
    for (const [descr, data, ids] of [
      ["|u1", Uint8Array.of(1, 255), ["1", "255"]],
      [">i2", Uint8Array.of(0, 1, 255, 254), ["1", "-2"]],
      [">u4", Uint8Array.of(0, 0, 1, 0, 255, 255, 255, 255), ["256", "4294967295"]],
      [
        ">u8",
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255),
        ["1", "18446744073709551615"],
      ],
      [">U2", Uint8Array.of(0, 0, 0, 97, 0, 1, 246, 0, 0, 0, 0, 98, 0, 0, 0, 0), ["a😀", "b"]],
    ] as const) {
      const entries = [
        { name: "vectors.npy", data: doubles(1, 2) },
        { name: "ids.npy", data: npyOf(header(descr, "(2,)"), data) },
      ];
      expect((await readBoth(zipOf(entries), "a.npz")).ids).to.deep.equal(ids);
    }
  });

  it("reports an unknown compression method, and a wrong checksum", async () => {
    const data = doubles(1, 2);
    expect(await errorMessage(zipOf([{ name: "a.npy", data, method: 14 }]), "a.npz")).to.equal(
      "a.npz/a.npy: expected stored or deflated data, found compression method 14",
    );
    if (!("crc32" in (await import("node:zlib")))) return;
    expect(await errorMessage(zipOf([{ name: "a.npy", data, checksum: 1 }]), "a.npz")).to.equal(
      "a.npz/a.npy: expected a sound zip file, found damage in 194 bytes: its checksum differs",
    );
  });

  it("reads no more bytes than an entry claims, and reports a wrong size", async () => {
    const data = doubles(...Array(1000).fill(0));
    for (const [size, isLong] of [
      [10, false],
      [data.length + 1, false],
      [2 ** 52, true],
    ] as const) {
      const file = zipOf([{ name: "a.npy", data, method: 8, size }], { isLong });
      expect(await errorMessage(file, "a.npz")).to.match(
        new RegExp(
          `^a\\.npz/a\\.npy: .*(?:its size is not ${size} bytes|found the end of the file|expected compressed data that expands to at most 1 GiB)`,
        ),
      );
    }
    expect(await errorMessage(zipOf([{ name: "a.npy", data, size: 10 }]), "a.npz")).to.match(
      /^a\.npz: expected a sound zip file, found damage in \d+ bytes: compressed\/uncompressed size mismatch/,
    );
  });

  it("reads a file that is compressed again", async () => {
    expect((await readBoth(gzipSync(fixture("packed.npz")), "a.npz.gz")).ids).to.deep.equal(["a", "bé", "日本😀"]);
  });

  it("is detected by its bytes, whatever its name", async () => {
    const set = await readVectors(sourceOf(fixture("packed.npz"), "stdin"));
    expect(set.ids).to.deep.equal(["a", "bé", "日本😀"]);
  });
});
