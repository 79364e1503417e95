import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { unpackLz4 } from "#dist/formats/arrow/lz4.js";
import { fixturePath } from "../../reference.js";

const fixture = (name: string) => readFileSync(fixturePath(`lz4/${name}`));

/** Frames by liblz4, and what they hold. */
const FRAMES = [
  ["pyarrow.lz4", "linked blocks of 64 KiB"],
  ["checksums.lz4", "independent blocks, a size, and checksums of blocks and of the content"],
  ["random.lz4", "blocks that are not compressed"],
] as const;

describe("unpackLz4", () => {
  for (const [name, what] of FRAMES) {
    it(`decompresses ${what}`, () => {
      const content = fixture(name.replace("lz4", "bin"));
      expect(Buffer.from(unpackLz4(fixture(name), content.length)).equals(content)).to.equal(true);
    });
  }

  it("reports a truncated frame, at any length, and another size", () => {
    const frame = fixture("checksums.lz4");
    const { length } = fixture("checksums.bin");
    for (let end = 0; end < frame.length; end++)
      expect(() => unpackLz4(frame.subarray(0, end), length)).to.throw(RangeError);
    for (const size of [0, 1, length - 1, length + 1]) expect(() => unpackLz4(frame, size)).to.throw(RangeError);
  });

  it("allocates no memory for a size that the frame cannot have", () => {
    expect(() => unpackLz4(fixture("random.lz4"), 2 ** 40)).to.throw(
      /^1099511627776 bytes in an LZ4 frame of \d+ bytes$/,
    );
  });

  it("decompresses or reports damage, for any bytes", () => {
    const frame = fixture("checksums.lz4");
    const { length } = fixture("checksums.bin");
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Uint8Array.from(frame);
        damaged[at] ^= mask;
        try {
          expect(unpackLz4(damaged, length)).to.have.length(length);
        } catch (error) {
          expect(error).to.be.instanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
