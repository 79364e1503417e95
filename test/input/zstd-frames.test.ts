import { expect } from "chai";
import { ZstdFrames } from "#dist/input/zstd-frames.js";

// Frames written by hand according to RFC 8878.
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const raw = (size: number, isLast: boolean) => [
  (size << 3) | Number(isLast),
  size >> 5,
  size >> 13,
  ...Array(size).fill(7),
];
const FRAMES: { readonly [title: string]: readonly number[] } = {
  "one block, its size in the header": [...MAGIC, 0x20, 5, ...raw(5, true)],
  "a window, a dictionary, a size of 2 bytes, a checksum": [
    ...MAGIC,
    0x46,
    0,
    1,
    2,
    3,
    4,
    ...raw(300, true),
    9,
    9,
    9,
    9,
  ],
  "several blocks, one of them a run": [...MAGIC, 0x00, 0x58, ...raw(3, false), 0x42, 1, 0, 0xff, ...raw(0, true)],
  "a frame to be skipped, then one to be read": [
    0x5a,
    0x2a,
    0x4d,
    0x18,
    2,
    0,
    0,
    0,
    1,
    1,
    ...MAGIC,
    0x20,
    1,
    ...raw(1, true),
  ],
};

describe("ZstdFrames", () => {
  for (const [title, bytes] of Object.entries(FRAMES)) {
    it(`detects where ${title}, ends, and nowhere else`, () => {
      const skipped = title.includes("skipped") ? 10 : 0;
      for (let end = 1; end <= bytes.length; end++) {
        for (const size of [1, 3, bytes.length]) {
          const frames = new ZstdFrames();
          expect(frames.count).to.equal(0);
          for (let at = 0; at < end; at += size) frames.add(Uint8Array.from(bytes.slice(at, Math.min(end, at + size))));
          expect(frames.isComplete, `${end} of ${bytes.length}`).to.equal(end === bytes.length || end === skipped);
          if (end === bytes.length) expect(frames.count).to.equal(skipped > 0 ? 2 : 1);
        }
      }
    });
  }

  it("ignores data that is not zstd", () => {
    const frames = new ZstdFrames();
    frames.add(Uint8Array.of(1, 2, 3, 4, 5));
    expect(frames.isComplete).to.equal(true);
  });

  it("tells of other bytes behind a frame", () => {
    const frames = new ZstdFrames();
    frames.add(Uint8Array.from([...MAGIC, 0x20, 1, ...raw(1, true), 1, 2, 3, 4]));
    expect(frames.isComplete).to.equal(false);
  });
});
