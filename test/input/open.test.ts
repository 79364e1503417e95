import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { DataError } from "#dist/errors.js";
import { openFile } from "#dist/input/open.js";
import { readVectors } from "#dist/input/read-vectors.js";
import { rejection } from "./support.js";

describe("openFile", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("reads a file, gzip or not, whatever its name", async () => {
    for (const [name, content] of [
      ["a.csv", "1,2\n"],
      ["b.csv", gzipSync("1,2\n")],
      ["c.gz", "1,2\n"],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, content);
      const set = await readVectors(path);
      expect([[...set.values], set.name]).to.deep.equal([[1, 2], path]);
    }
  });

  it("tells how many bytes of the file have been read, before they are inflated", async () => {
    const path = join(folder, "d.csv");
    const zipped = gzipSync("1,2\n".repeat(1000));
    writeFileSync(path, zipped);
    let seen = 0;
    const source = openFile(path, (bytes) => {
      seen += bytes;
    });
    expect((await readVectors(source)).rows).to.equal(1000);
    expect(seen).to.equal(zipped.length);
  });

  for (const [title, name, message] of [
    ["a file that is missing", "none.csv", "no such file"],
    ["a path through a file", join("plain", "x.csv"), "no such file"],
    ["a directory", "folder", "expected a file, found a directory"],
  ] as const) {
    it(`refuses ${title}, naming it`, async () => {
      writeFileSync(join(folder, "plain"), "1\n");
      mkdirSync(join(folder, "folder"), { recursive: true });
      const path = join(folder, name);
      const error = await rejection(readVectors(path));
      expect(error).to.be.instanceOf(DataError);
      expect(error.message).to.equal(`${path}: ${message}`);
    });
  }
});
