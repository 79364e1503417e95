import { fileURLToPath } from "node:url";
import type { Resvg } from "@resvg/resvg-js";
import { MachineError } from "../core/errors.js";
import { ownFile } from "../core/own-file.js";
import type { Bitmap, Picture } from "./picture.js";
import { encodePng } from "./png-encoder.js";

type RenderedImage = ReturnType<InstanceType<typeof Resvg>["render"]>;

/** Converts SVG to PNG. */
export type Rasterizer = (picture: Picture) => Uint8Array;

/** Characters that DejaVu Sans, the font of simcli, may lack: it has European scripts, Hebrew, Arabic, and symbols. */
const OTHER_SCRIPTS = /[\u0700-\u1dff\u2c00-\ufaff\u{fb50}-\u{10ffff}]/u;
/** Shapes are drawn at twice their size, so that their texts are sharp. */
const ZOOM = 2;

/**
 * Loads resvg, an optional package of 4 MB. The fonts of the machine are read only for characters that the own font does not have.
 *
 * @throws {MachineError} if it is not installed.
 */
export async function loadRasterizer(): Promise<Rasterizer> {
  const { Resvg } = await import("@resvg/resvg-js").catch((cause) => {
    const message = "PNG pictures: expected the package @resvg/resvg-js, found none";
    throw new MachineError(message, "npm install @resvg/resvg-js; or write SVG: -o FILE.svg", { cause });
  });
  const fontFiles = [fileURLToPath(ownFile("pictures/DejaVuSans.ttf"))];
  return ({ svg, width, isVector, bitmaps = [] }) => {
    const font = { fontFiles, loadSystemFonts: OTHER_SCRIPTS.test(svg), defaultFontFamily: "DejaVu Sans" };
    const fitTo = { mode: "width" as const, value: isVector ? ZOOM * width : width };
    const image = new Resvg(withoutBrowserStyle(svg), { font, fitTo }).render();
    return bitmaps.length === 0 ? image.asPng() : withBitmaps(image, bitmaps);
  };
}

/** The style for sharp pixels in browsers makes resvg smooth them, and the own font has no bold letters. */
const withoutBrowserStyle = (svg: string): string =>
  svg.replaceAll("image-rendering:pixelated", "").replaceAll("font-weight:600", "font-weight:400");

/** Draws bitmaps on the pixels of a picture, which takes a third of the time that resvg needs for the same images in the SVG. */
function withBitmaps({ pixels, width, height }: RenderedImage, bitmaps: readonly Bitmap[]): Uint8Array {
  const drawn = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < drawn.length; from += 4, to += 3) {
    drawn[to] = pixels[from];
    drawn[to + 1] = pixels[from + 1];
    drawn[to + 2] = pixels[from + 2];
  }
  for (const { x, y, width: across, height: down, columns, rows, pixels: own } of bitmaps) {
    for (let v = 0; v < Math.round(down); v++) {
      const row = Math.floor((v * rows) / Math.round(down));
      let to = 3 * ((Math.round(y) + v) * width + Math.round(x));
      for (let u = 0; u < Math.round(across); u++, to += 3) {
        const from = 3 * (row * columns + Math.floor((u * columns) / Math.round(across)));
        drawn[to] = own[from];
        drawn[to + 1] = own[from + 1];
        drawn[to + 2] = own[from + 2];
      }
    }
  }
  return encodePng(width, height, drawn);
}
