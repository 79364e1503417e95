import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { DataError } from "#dist/core/errors.js";
import { readRows } from "#dist/formats/csv/read-csv.js";
import { expectExpansion } from "#dist/input/expansion.js";
import { openStream } from "#dist/input/source.js";
import { readZipEntries } from "#dist/input/zip.js";
import { zipOf } from "../formats/npy/zip-bytes.js";

const GIB = 2 ** 30;

async function* repeated(part: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < times; i++) yield part;
}

async function errorOf(act: () => Promise<unknown>): Promise<Error> {
  try {
    await act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("expected an error");
}

describe("expectExpansion", () => {
  const refuses = (packed: number, unpacked: number) => {
    try {
      expectExpansion("a", { packed, unpacked }, () => ["unpack it"]);
      return false;
    } catch (error) {
      expect(error).to.be.instanceOf(DataError);
      return true;
    }
  };

  it("allows 1 GiB at any ratio, and 200 times the size beyond", () => {
    expect(refuses(1000, GIB)).to.equal(false);
    expect(refuses(1000, GIB + 1)).to.equal(true);
    expect(refuses(GIB, 200 * GIB)).to.equal(false);
    expect(refuses(GIB, 200 * GIB + 1)).to.equal(true);
  });
});

describe("decompression bombs", () => {
  it("are refused after 1 GiB, with a command that reads them", async function () {
    this.timeout(120_000);
    const part = Buffer.alloc(1 << 26);
    const { bytes } = openStream("stdin", repeated(gzipSync(part, { level: 9 }), 1000));
    let size = 0;
    const error = await errorOf(async () => {
      for await (const chunk of bytes) size += chunk.length;
    });
    expect(error).to.be.instanceOf(DataError);
    expect(error.message).to.equal(
      "stdin: expected compressed data that expands to at most 1 GiB, or to 200 times its size, found more",
    );
    expect((error as DataError).filter?.onStdin).to.equal("gzip -dc");
    expect(size).to.be.within(GIB - (1 << 20), GIB);
  });

  it("in a zip file are refused before they are unpacked", async () => {
    const entry = { name: "arr_0.npy", data: Buffer.alloc(1 << 20), method: 8, size: 2 ** 31 };
    const zip = zipOf([entry]);
    const read = async (target: Uint8Array, offset: number) => {
      const part = zip.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    };
    const file = { name: "a.npz", size: zip.length, read, close: async () => {} };
    const [found] = await readZipEntries(file);
    const error = await errorOf(async () => {
      for await (const _ of found!.bytes) expect.fail("nothing may be unpacked");
    });
    expect(error.message).to.equal(
      "a.npz/arr_0.npy: expected compressed data that expands to at most 1 GiB, or to 200 times its size, found more",
    );
  });

  it("of one endless line are refused before they fill the memory", async () => {
    const part = gzipSync(Buffer.alloc(1 << 20, "1,"));
    let parts = 0;
    async function* counted() {
      for await (const each of repeated(part, 1000)) {
        parts++;
        yield each;
      }
    }
    const error = await errorOf(async () => {
      for await (const _ of readRows(openStream("a.csv", counted())));
    });
    expect(error.message).to.equal("a.csv:1: expected a line of at most 16 MB, found a longer one");
    expect(parts).to.be.above(15);
  });

  it("are not confused with a line of 3 MB", async () => {
    const line = `${"1,".repeat(1_500_000)}1\n`;
    const { bytes } = openStream("a.csv", repeated(Buffer.from(line), 1));
    let fields = 0;
    for await (const { values } of readRows({ name: "a.csv", bytes }, { header: "no" })) fields += values.length;
    expect(fields).to.equal(1_500_001);
  });
});
