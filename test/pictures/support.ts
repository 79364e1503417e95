import { inflateSync } from "node:zlib";
import { expect } from "chai";

/** An image: red, green and blue of each pixel, row by row. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: number[];
}

/** Reads a PNG of 8 bits a channel without filters: its size and bytes. */
export function decodePng(png: Buffer): Image {
  expect(png.subarray(0, 8).toString("latin1")).to.equal("\x89PNG\r\n\x1a\n");
  const data: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") [width, height] = [png.readUInt32BE(at + 8), png.readUInt32BE(at + 12)];
    if (type === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(data));
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    expect(rows[y * (3 * width + 1)]).to.equal(0);
    pixels.push(...rows.subarray(y * (3 * width + 1) + 1, (y + 1) * (3 * width + 1)));
  }
  return { width, height, pixels };
}

/** Returns the chunks of the Kitty protocol: the keys and the payload of each. */
export function kittyChunks(sequence: string): { keys: Map<string, string>; payload: string }[] {
  const chunks = [...sequence.matchAll(/\x1b_G([^;]*);([^\x1b]*)\x1b\\/g)];
  expect(chunks.map(([text]) => text).join("")).to.equal(sequence);
  return chunks.map(([, keys = "", payload = ""]) => ({
    keys: new Map(keys.split(",").map((pair) => pair.split("=") as [string, string])),
    payload,
  }));
}

/** Reads an image of the Kitty protocol, whose PNG may be in several chunks. */
export const decodeKitty = (sequence: string): Image =>
  decodePng(
    Buffer.from(
      kittyChunks(sequence)
        .map(({ payload }) => payload)
        .join(""),
      "base64",
    ),
  );

/** Returns the arguments of an image of iTerm2, and its PNG. */
export function iterm2Parts(sequence: string): { keys: Map<string, string>; png: Buffer } {
  const [, keys = "", payload = ""] = /^\x1b\]1337;File=([^:]*):([^\x07]*)\x07$/.exec(sequence) ?? [];
  return {
    keys: new Map(keys.split(";").map((pair) => pair.split("=") as [string, string])),
    png: Buffer.from(payload, "base64"),
  };
}

/** Reads a Sixel image, and checks that every pixel is set once. Colours have a precision of 1 %. */
export function decodeSixel(sequence: string): Image {
  const [, size, data = ""] = /^\x1bP0;1q"1;1;(\d+;\d+)([^\x1b]*)\x1b\\$/.exec(sequence) ?? [];
  const [width = 0, height = 0] = size?.split(";").map(Number) ?? [];
  const colors = new Map<string, number[]>();
  const pixels: number[] = Array(3 * width * height).fill(Number.NaN);
  let [x, top, color] = [0, 0, [0, 0, 0]];
  const tokens = data.match(/#\d+(?:;\d+)*|!\d+[?-~]|[?-~]|[$-]/g) ?? [];
  expect(tokens.join("")).to.equal(data);
  for (const token of tokens) {
    if (token === "$") x = 0;
    else if (token === "-") [x, top] = [0, top + 6];
    else if (token.startsWith("#")) {
      const [number = "", system, ...percents] = token.slice(1).split(";");
      if (system !== undefined) {
        expect(system).to.equal("2");
        colors.set(
          number,
          percents.map((percent) => (Number(percent) * 255) / 100),
        );
      } else color = colors.get(number)!;
    } else {
      const count = token.startsWith("!") ? Number.parseInt(token.slice(1), 10) : 1;
      const mask = token.charCodeAt(token.length - 1) - 0x3f;
      for (const end = x + count; x < end; x++) {
        for (let row = 0; row < 6; row++) {
          if (!(mask & (1 << row))) continue;
          const at = 3 * ((top + row) * width + x);
          expect(x).to.be.below(width);
          expect(pixels[at], "a pixel that is not set yet").to.be.NaN;
          for (const [channel, part] of color.entries()) pixels[at + channel] = part;
        }
      }
    }
  }
  expect(pixels).to.have.length(3 * width * height);
  expect(pixels.some(Number.isNaN)).to.equal(false);
  expect(colors.size).to.be.at.most(256);
  return { width, height, pixels };
}
