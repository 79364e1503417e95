import { expect } from "chai";
import fc from "fast-check";
import type { HeatmapImage } from "#dist/output/image-encoder.js";
import { imageEncoder } from "#dist/pictures/terminal-image.js";
import { valueScale } from "#dist/pictures/value-scale.js";
import { decodeKitty, decodePng, decodeSixel, type Image, iterm2Parts, kittyChunks } from "./support.js";

const PROTOCOLS = {
  kitty: { decode: decodeKitty, tolerance: 1 },
  iterm2: { decode: (sequence: string) => decodePng(iterm2Parts(sequence).png), tolerance: 1 },
  // Channels are whole percents, and the scale has 255 steps.
  sixel: { decode: decodeSixel, tolerance: 4 },
};
type Protocol = keyof typeof PROTOCOLS;

const images: fc.Arbitrary<HeatmapImage> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    enlargement: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    columns: fc.integer({ min: 1, max: 200 }),
    lines: fc.integer({ min: 1, max: 60 }),
    end: fc.constantFrom(1, 0.5, 1e-300, 1e300, 17),
    signed: fc.boolean(),
  })
  .chain((image) =>
    fc
      .array(
        fc.oneof(
          { weight: 9, arbitrary: fc.double({ min: -1.2, max: 1.2, noNaN: true }) },
          { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -1, 0, 1) },
        ),
        { minLength: image.width * image.height, maxLength: image.width * image.height },
      )
      .map((values) => ({ ...image, values: Float64Array.from(values, (value) => value * image.end) })),
  );

/** Returns the pixels that the colours of the values make, each enlarged. */
function expected({ values, width, height, enlargement: [across, down], end, signed }: HeatmapImage): Image {
  const { colorOf } = valueScale([signed ? -end : 0, end], [0, 0]);
  const pixels: number[] = [];
  for (let y = 0; y < height * down; y++) {
    for (let x = 0; x < width * across; x++) {
      pixels.push(...colorOf(values[Math.floor(y / down) * width + Math.floor(x / across)]!));
    }
  }
  return { width: width * across, height: height * down, pixels };
}

describe("imageEncoder", () => {
  for (const protocol of Object.keys(PROTOCOLS) as Protocol[]) {
    it(`encodes images whose pixels are the colours of the values: ${protocol}`, () => {
      const { decode, tolerance } = PROTOCOLS[protocol];
      fc.assert(
        fc.property(images, (image) => {
          const found = decode(imageEncoder(protocol).encode(image));
          const { pixels, ...size } = expected(image);
          expect({ width: found.width, height: found.height }).to.deep.equal(size);
          for (let k = 0; k < pixels.length; k++) {
            if (!(Math.abs(found.pixels[k]! - pixels[k]!) <= tolerance)) expect(found.pixels[k]).to.equal(pixels[k]);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  const noise: HeatmapImage = {
    values: Float64Array.from({ length: 200 * 100 }, (_, k) => Math.sin(k * k)),
    ...{ width: 200, height: 100, enlargement: [1, 1], columns: 50, lines: 13, end: 1, signed: true },
  };

  it("divides a Kitty image into chunks of at most 4096 characters, and asks for no response and no cursor movement", () => {
    const chunks = kittyChunks(imageEncoder("kitty").encode(noise));
    expect(chunks.length).to.be.above(3);
    expect(Object.fromEntries(chunks[0]!.keys)).to.deep.equal({
      ...{ a: "T", f: "100", C: "1", c: "50", r: "13", q: "2", m: "1" },
    });
    for (const { keys, payload } of chunks.slice(0, -1)) {
      expect(payload).to.have.length(4096);
      expect(keys.get("m")).to.equal("1");
    }
    for (const { keys } of chunks.slice(1)) expect([...keys.keys()]).to.deep.equal(["q", "m"]);
    for (const { keys } of chunks) expect(keys.get("q")).to.equal("2");
    expect(chunks.at(-1)!.keys.get("m")).to.equal("0");
    expect(chunks.at(-1)!.payload).to.have.length.within(1, 4096);
  });

  it("gives iTerm2 the size in characters and in bytes", () => {
    const { keys, png } = iterm2Parts(imageEncoder("iterm2").encode(noise));
    expect(Object.fromEntries(keys)).to.deep.equal({
      ...{ inline: "1", size: String(png.length), width: "50", height: "13", preserveAspectRatio: "0" },
    });
  });

  it("writes runs of a Sixel colour with their length, and leaves out what is empty at the end", () => {
    const values = Float64Array.from({ length: 10 * 7 }, (_, k) => (k % 10 < 8 ? 1 : -1));
    const image: HeatmapImage = { ...noise, values, width: 10, height: 7 };
    expect(imageEncoder("sixel").encode(image)).to.equal(
      '\x1bP0;1q"1;1;10;7#254;2;70;9;17#0;2;13;40;67#254!8~$#0!8?~~-#254!8@$#0!8?@@\x1b\\',
    );
  });
});
