import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import zlib, { gzipSync } from "node:zlib";
import { expect } from "chai";
import { DataError } from "#dist/core/errors.js";
import { openFile } from "#dist/input/source.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { itOnUnix } from "../shell/support.js";
import { rejection, sourceOf } from "./support.js";

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

  it("reports the number of bytes read, before decompression", async () => {
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

  for (const [title, name, message, hint] of [
    ["a missing file", "none.csv", "no such file", /right from this folder/],
    ["a path through a file", join("plain", "x.csv"), "no such file", /a file, not a folder/],
    ["a name that is too long", "x".repeat(300), "no such file", /file name is too long/],
    ["a directory", "folder", "expected a file, found a directory", /a file in it/],
  ] as const) {
    it(`rejects ${title}, naming it`, async () => {
      writeFileSync(join(folder, "plain"), "1\n");
      mkdirSync(join(folder, "folder"), { recursive: true });
      const path = join(folder, name);
      const error = await rejection(readVectors(openFile(path)));
      expect(error).to.be.instanceOf(DataError);
      expect(error.message).to.equal(`${path}: ${message}`);
      expect(error.hint).to.match(hint);
    });
  }

  itOnUnix("refuses links that go round in a circle", async () => {
    const path = join(folder, "link");
    symlinkSync("link", path);
    const error = await rejection(readVectors(path));
    expect(error.message).to.equal(`${path}: no such file`);
    expect(error.hint).to.match(/form a loop/);
  });
});

describe("zstd", () => {
  // A frame with one raw block (RFC 8878): needs no tool to compress.
  const packed = (text: string) => {
    const size = text.length;
    const block = [(size << 3) | 1, size >> 5, size >> 13];
    return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, size, ...block), Buffer.from(text)]);
  };
  const canRead = "createZstdDecompress" in zlib;

  it("is read if Node supports it, otherwise rejected with a hint", async () => {
    const reading = readVectors(sourceOf(packed("1,2\n"), "a.csv.zst", [1]));
    if (canRead) {
      expect([...(await reading).values]).to.deep.equal([1, 2]);
      return;
    }
    const error = await rejection(reading);
    expect(error.message).to.match(/^a\.csv\.zst: expected data that this Node can read, found zstd/);
    expect(error.filter).to.deep.equal({ file: "a.csv.zst", command: "zstd -dc a.csv.zst", onStdin: "zstd -dc" });
  });

  it("that is truncated is an error", async () => {
    const error = await rejection(readVectors(sourceOf(packed("1,2\n").subarray(0, 10), "stdin")));
    expect(error.message).to.match(canRead ? /expected zstd data, found damaged data/ : /^stdin: .*found zstd/);
  });

  it("of several frames is read if Node reads all frames, and rejected otherwise", async () => {
    const frames = Buffer.concat([packed("1,2\n"), packed("3,4\n")]);
    const reading = readVectors(sourceOf(frames, "stdin"));
    if (Number.parseInt(process.versions.node, 10) >= 26) {
      expect([...(await reading).values]).to.deep.equal([1, 2, 3, 4]);
      return;
    }
    const error = await rejection(reading);
    expect(error.message).to.match(canRead ? /^stdin: expected one frame of zstd, found 2$/ : /found zstd/);
    expect(error.filter).to.deep.equal({ file: "stdin", command: "zstd -dc FILE", onStdin: "zstd -dc" });
  });

  it("with other bytes behind its last frame is an error", async () => {
    const error = await rejection(readVectors(sourceOf(Buffer.concat([packed("1,2\n"), packed("3,4\n").fill(9)]))));
    expect(error.message).to.match(canRead ? /expected zstd data, found damaged data/ : /found zstd/);
  });
});
