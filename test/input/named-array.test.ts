import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { fileSize } from "#dist/input/file-size.js";
import { namedArray } from "#dist/input/named-array.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { fixturePath } from "../reference.js";
import { rejection } from "./support.js";

describe("FILE#NAME", () => {
  let folder = "";
  const path = (name: string) => join(folder, name);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-"));
    cpSync(fixturePath("binary/several.npz"), path("a.npz"));
    cpSync(fixturePath("binary/several.safetensors"), path("a.safetensors"));
    cpSync(fixturePath("binary/f4-c.npy"), path("a.npy"));
    writeFileSync(path("b.npz.gz"), gzipSync(readFileSync(path("a.npz"))));
    writeFileSync(path("a.csv#second"), "1,2\n3,4\n");
    writeFileSync(path("a.csv"), "x,y\n5,6\n7,8\n");
    writeFileSync(path("a.json"), '[{"first":[1,2],"second":[3,4]}]');
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is split at the last # before which there is a file", () => {
    expect(namedArray(path("a.npz#x"))).to.deep.equal({ path: path("a.npz"), array: "x" });
    expect(namedArray(path("a.npz#x#y"))).to.deep.equal({ path: path("a.npz"), array: "x#y" });
    for (const whole of ["a.csv#second", "missing.npz#x", "a.npz#", "a.npz"]) {
      expect(namedArray(path(whole))).to.deep.equal({ path: path(whole) });
    }
    expect(namedArray(path("a.csv#second#x"))).to.deep.equal({ path: path("a.csv#second"), array: "x" });
    expect(namedArray("#x")).to.deep.equal({ path: "#x" });
    expect(fileSize(path("a.npz#x"))).to.equal(fileSize(path("a.npz")));
  });

  for (const file of ["a.npz", "a.safetensors", "b.npz.gz", "a.json"]) {
    it(`reads the array of ${file}, also where an option names another one`, async () => {
      const named = path(`${file}#second`);
      const expected = await readVectors(path(file), { vectorColumn: "second" });
      const other = await readVectors(path(file), { vectorColumn: "first" });
      expect([...other.values]).not.to.deep.equal([...expected.values]);
      for (const options of [{}, { vectorColumn: "first" }]) {
        const set = await readVectors(named, options);
        expect([set.name, set.ids, [...set.values]]).to.deep.equal([named, expected.ids, [...expected.values]]);
      }
    });
  }

  it("reads a file with this name rather than an array", async () => {
    expect([...(await readVectors(path("a.csv#second"))).values]).to.deep.equal([1, 2, 3, 4]);
  });

  it("keeps the array when a file is read twice", async () => {
    const set = await readVectors(path("a.npz#second"), { missing: "mean" });
    expect(set.rows).to.equal(3);
  });

  it("reports a format without named arrays, a missing array and a missing file", async () => {
    const unnamed = await rejection(readVectors(path("a.npy#x")));
    expect([unnamed.message, unnamed.hint]).to.deep.equal([
      `${path("a.npy#x")}: expected a file of named arrays, found npy`,
      `name the file: ${path("a.npy")}`,
    ]);
    expect((await rejection(readVectors(path("a.npz#secon")))).hint).to.equal('did you mean "second"?');
    expect((await rejection(readVectors(path("x.npz#a")))).message).to.equal(`${path("x.npz#a")}: no such file`);
  });
});
