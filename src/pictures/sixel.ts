import type { Rgb } from "../core/color-scale.js";

/** Rows of pixels that a character of Sixel contains. */
const BAND = 6;
/** Maximum number of colours that all terminals with Sixel have. */
export const SIXEL_COLORS = 256;

/**
 * Encodes an image as Sixel, with a pixel aspect ratio of 1:1. The last band is not followed by a new line: the cursor stays on the
 * last line of the image.
 *
 * @param pixels the colour of each pixel as an index of `colors`, row by row.
 * @param colors at most 256.
 * @see https://vt100.net/docs/vt3xx-gp/chapter14.html
 */
export function encodeSixel(width: number, height: number, pixels: Uint8Array, colors: readonly Rgb[]): string {
  const percent = (channel: number) => Math.round((channel * 100) / 255);
  const palette = [...new Set(pixels)].map((color) => `#${color};2;${colors[color].map(percent).join(";")}`);
  const masks = new Uint8Array(colors.length * width);
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) {
    masks.fill(0);
    const used = new Set<number>();
    for (let y = top; y < Math.min(height, top + BAND); y++) {
      const bit = 1 << (y - top);
      for (let x = 0; x < width; x++) {
        const color = pixels[y * width + x];
        masks[color * width + x] |= bit;
        used.add(color);
      }
    }
    const layers = [...used].map((color) => `#${color}${runs(masks.subarray(color * width, (color + 1) * width))}`);
    bands.push(layers.join("$"));
  }
  // The parameter 1 leaves pixels that no colour sets as they are; "1;1 is the aspect ratio.
  return `\x1bP0;1q"1;1;${width};${height}${palette.join("")}${bands.join("-")}\x1b\\`;
}

/** Returns the characters of one colour of a band, with repeated ones counted and without the empty ones at the end. */
function runs(masks: Uint8Array): string {
  let text = "";
  for (let start = 0, end = 0; start < masks.length; start = end) {
    const mask = masks[start];
    while (end < masks.length && masks[end] === mask) end++;
    if (mask === 0 && end === masks.length) break;
    const count = end - start;
    const character = String.fromCharCode(0x3f + mask);
    text += count > 3 ? `!${count}${character}` : character.repeat(count);
  }
  return text;
}
