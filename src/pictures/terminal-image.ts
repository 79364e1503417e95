import { MISSING, type Rgb } from "../core/color-scale.js";
import type { HeatmapImage, ImageEncoder } from "../output/image-encoder.js";
import { encodePng } from "./png-encoder.js";
import { encodeSixel, SIXEL_COLORS } from "./sixel.js";
import { pixelsOf, type ValueScale, valueScale } from "./value-scale.js";

const ENCODERS = {
  /** @see https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
  kitty: { character: [8, 16], isScaled: true, encode: kitty },
  /** @see https://iterm2.com/documentation-images.html */
  iterm2: { character: [8, 16], isScaled: true, encode: iterm2 },
  // A terminal clips an image that is wider than its window: the assumed character is the smallest usual one.
  sixel: { character: [6, 12], isScaled: false, encode: sixel },
} as const satisfies { readonly [name: string]: ImageEncoder };

/** Returns the encoder of a protocol. */
export function imageEncoder(protocol: keyof typeof ENCODERS): ImageEncoder {
  return ENCODERS[protocol];
}

/** Maximum length of a chunk in the Kitty protocol. */
const CHUNK = 4096;

function kitty(image: HeatmapImage): string {
  const data = pngOf(image).toString("base64");
  // C=1: the cursor does not move; q=2: the terminal sends no response, which would be input of the shell.
  let keys = `a=T,f=100,C=1,c=${image.columns},r=${image.lines},`;
  let sequences = "";
  for (let at = 0; at < data.length; at += CHUNK) {
    const more = at + CHUNK < data.length ? 1 : 0;
    sequences += `\x1b_G${keys}q=2,m=${more};${data.slice(at, at + CHUNK)}\x1b\\`;
    keys = "";
  }
  return sequences;
}

function iterm2(image: HeatmapImage): string {
  const png = pngOf(image);
  const size = `size=${png.length};width=${image.columns};height=${image.lines}`;
  return `\x1b]1337;File=inline=1;${size};preserveAspectRatio=0:${png.toString("base64")}\x07`;
}

function sixel(image: HeatmapImage): string {
  const { ends, colorOf } = scaleOf(image);
  const last = SIXEL_COLORS - 2;
  const [start, length] = [ends[0], ends[1] - ends[0]];
  const colors: Rgb[] = Array.from({ length: last + 1 }, (_, step) => colorOf(start + (length * step) / last));
  colors.push(MISSING);
  const indices = Uint8Array.from(image.values, (value) => {
    if (Number.isNaN(value)) return last + 1;
    return Math.round(Math.max(0, Math.min(1, (value - start) / length)) * last);
  });
  const [across, down] = image.enlargement;
  return encodeSixel(image.width * across, image.height * down, enlarged(indices, 1, image), colors);
}

function pngOf(image: HeatmapImage): Buffer {
  const [across, down] = image.enlargement;
  const pixels = enlarged(pixelsOf(image.values, scaleOf(image)), 3, image);
  return encodePng(image.width * across, image.height * down, pixels);
}

function scaleOf({ signed, end }: HeatmapImage): ValueScale {
  return valueScale([signed ? -end : 0, end], [0, 0]);
}

/** Returns the pixels with each one repeated, so that cells keep sharp edges. */
function enlarged(pixels: Uint8Array, channels: number, { width, height, enlargement }: HeatmapImage): Uint8Array {
  const [across, down] = enlargement;
  if (across === 1 && down === 1) return pixels;
  const stride = width * across * channels;
  const result = new Uint8Array(stride * height * down);
  for (let y = 0; y < height; y++) {
    const first = y * down * stride;
    for (let k = 0; k < stride; k++) {
      const x = Math.floor(k / (across * channels));
      result[first + k] = pixels[(y * width + x) * channels + (k % channels)];
    }
    for (let copy = 1; copy < down; copy++) result.copyWithin(first + copy * stride, first, first + stride);
  }
  return result;
}
