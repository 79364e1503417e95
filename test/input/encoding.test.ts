import { isUtf8 } from "node:buffer";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { textBytes } from "#dist/input/encoding.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, rejection, sourceOf } from "./support.js";

const text = fc.string({
  unit: fc.constantFrom("a", "1", ",", "\n", "é", "€", "😀", "\u07ff", "\uffff"),
  maxLength: 30,
});

async function through(bytes: Uint8Array, sizes: readonly number[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of textBytes("a.csv", sourceOf(bytes, "a.csv", sizes).bytes)) parts.push(part);
  return Buffer.concat(parts);
}

/** Returns the offset of the first invalid byte: a NUL, or the end of the longest valid prefix of UTF-8. */
function faultOffset(bytes: Uint8Array): number {
  let valid = bytes.length;
  while (!isUtf8(bytes.subarray(0, valid))) valid--;
  const nul = bytes.indexOf(0);
  return nul >= 0 && nul < valid ? nul : valid;
}

describe("textBytes", () => {
  it("passes UTF-8 on unchanged in whole characters, for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(text, chunkSizes, async (content, sizes) => {
        const bytes = Buffer.from(content);
        for await (const part of textBytes("a.csv", sourceOf(bytes, "a.csv", sizes).bytes)) {
          expect(isUtf8(part)).to.equal(true);
        }
        expect((await through(bytes, sizes)).equals(bytes)).to.equal(true);
      }),
    );
  });

  it("names the offset of an invalid byte, for any chunks", async () => {
    const bad = fc.constantFrom(0x00, 0x80, 0xbf, 0xc0, 0xc1, 0xc3, 0xe2, 0xed, 0xf0, 0xf5, 0xfe, 0xff);
    await fc.assert(
      fc.asyncProperty(text, fc.nat(120), bad, chunkSizes, async (content, at, byte, sizes) => {
        const whole = Buffer.from(content);
        const place = at % (whole.length + 1);
        const bytes = Buffer.concat([whole.subarray(0, place), Buffer.of(byte), whole.subarray(place)]);
        fc.pre(!isUtf8(bytes) || bytes.includes(0));
        const offset = faultOffset(bytes);
        const error = await rejection(through(bytes, sizes));
        const hex = bytes[offset].toString(16).padStart(2, "0");
        const expected =
          bytes[offset] === 0
            ? `a.csv: expected text, found a NUL byte at byte offset ${offset}`
            : `a.csv: expected UTF-8 text, found byte 0x${hex} at byte offset ${offset}`;
        expect(error).to.be.instanceOf(DataError);
        expect(error.message).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });

  for (const [title, order, bits] of [
    ["little", [0xff, 0xfe, 0x31, 0x00, 0x2c, 0x00, 0x32, 0x00], 16],
    ["big", [0xfe, 0xff, 0x00, 0x31, 0x00, 0x2c, 0x00, 0x32], 16],
    ["little", [0xff, 0xfe, 0x00, 0x00, 0x31, 0x00, 0x00, 0x00], 32],
    ["big", [0x00, 0x00, 0xfe, 0xff, 0x00, 0x00, 0x00, 0x31], 32],
  ] as const) {
    it(`detects ${title}-endian UTF-${bits}, for any chunks`, async () => {
      for (const sizes of [[], [1], [3]]) {
        const error = await rejection(through(Uint8Array.from(order), sizes));
        expect(error.message).to.equal(`a.csv: expected UTF-8 text, found UTF-${bits} at byte offset 0`);
        expect(error.hint).to.equal(`iconv -f utf-${bits} -t utf-8 a.csv > utf8-a.csv`);
      }
    });
  }

  for (const [encoding, bytes] of [
    ["utf-16le", Buffer.from("1,2\n", "utf16le")],
    ["utf-16be", Buffer.from("1,2\n", "utf16le").swap16()],
  ] as const) {
    it(`detects ${encoding} without a byte order mark, for any chunks`, async () => {
      for (const sizes of [[], [1], [3]]) {
        const error = await rejection(through(bytes, sizes));
        expect(error.message).to.equal(`a.csv: expected UTF-8 text, found ${encoding.toUpperCase()} at byte offset 0`);
        expect(error.hint).to.equal(`iconv -f ${encoding} -t utf-8 a.csv > utf8-a.csv`);
      }
    });
  }

  it("names the likely encoding of text that is not UTF-8", async () => {
    const error = await rejection(through(Buffer.from("caf\xe9,1\n", "latin1"), [1]));
    expect(error.hint).to.equal("if it is Windows-1252 or Latin-1: iconv -f windows-1252 -t utf-8 a.csv > utf8-a.csv");
  });

  it("rejects a character truncated by the end of the file", async () => {
    const bytes = Buffer.from("1,€").subarray(0, 4);
    const error = await rejection(through(bytes, [1]));
    expect(error.message).to.equal("a.csv: expected UTF-8 text, found byte 0xe2 at byte offset 2");
  });
});

describe("a file that is not text", () => {
  it("is rejected by readVectors with the byte offset, in ids too", async () => {
    const bytes = Buffer.concat([Buffer.from("é,1\nb"), Buffer.of(0xe9), Buffer.from(",2\n")]);
    const error = await rejection(readVectors(sourceOf(bytes)));
    expect(error.message).to.equal("a.csv: expected UTF-8 text, found byte 0xe9 at byte offset 6");
  });

  it("is rejected for a NUL byte far into it", async () => {
    const bytes = Buffer.concat([Buffer.from("1,2\n".repeat(50_000)), Buffer.of(0), Buffer.from(",2\n")]);
    const error = await rejection(readVectors(sourceOf(bytes, "a.csv", [65_537])));
    expect(error.message).to.equal("a.csv: expected text, found a NUL byte at byte offset 200000");
    expect(error.hint).to.equal("is it a binary file? --input-format names its format");
  });
});

describe("a Unicode id", () => {
  it("is read correctly if split between chunks at any byte", async () => {
    const id = "日本😀é\u{1f468}\u200d\u{1f469}";
    const bytes = Buffer.from(`${id},1\nb,2\n`);
    for (let cut = 1; cut < bytes.length; cut++) {
      const { ids } = await readVectors(sourceOf(bytes, "a.csv", [cut, bytes.length]));
      expect(ids, `cut at ${cut}`).to.deep.equal([id, "b"]);
    }
  });
});

describe("gzip", () => {
  const rows = 2000;
  const zipped = gzipSync(Array.from({ length: rows }, (_, i) => `${i},${Math.sin(i)}\n`).join(""));

  it("is detected by its first bytes", async () => {
    for (const sizes of [[], [1], [1000]]) {
      const set = await readVectors(sourceOf(zipped, "a.csv", sizes));
      expect(set.rows).to.equal(rows);
      expect(set.values[2 * rows - 1]).to.equal(Math.sin(rows - 1));
    }
  });

  it("of several members is read to the end", async () => {
    const set = await readVectors(sourceOf(Buffer.concat([gzipSync("1,2\n"), gzipSync("3,4\n")])));
    expect([...set.values]).to.deep.equal([1, 2, 3, 4]);
  });

  it("that is truncated is an error that names the file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: zipped.length - 1 }), chunkSizes, async (length, sizes) => {
        const coarse = sizes.map((size) => size * 500);
        const error = await rejection(readVectors(sourceOf(zipped.subarray(0, length), "a.csv.gz", coarse)));
        expect(error).to.be.instanceOf(DataError);
        expect(error.message).to.match(/^a\.csv\.gz: expected gzip data, found damaged data/);
        expect(error.hint).to.equal("was the file cut short?");
      }),
      { numRuns: 60 },
    );
  });

  it("with damaged data is an error, and never gives other numbers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: zipped.length - 1 }), async (at) => {
        const damaged = Buffer.from(zipped);
        damaged[at] ^= 0x55;
        await rejection(readVectors(sourceOf(damaged, "a.csv.gz")));
      }),
      { numRuns: 60 },
    );
  });
});
