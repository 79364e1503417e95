import { fileURLToPath } from "node:url";
import { MachineError } from "../core/errors.js";
import { ownFile } from "../core/own-file.js";
import type { Picture } from "./picture.js";

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
  return ({ svg, width, isVector }) => {
    const font = { fontFiles, loadSystemFonts: OTHER_SCRIPTS.test(svg), defaultFontFamily: "DejaVu Sans" };
    const fitTo = { mode: "width" as const, value: isVector ? ZOOM * width : width };
    return new Resvg(withoutBrowserStyle(svg), { font, fitTo }).render().asPng();
  };
}

/** The style for sharp pixels in browsers makes resvg smooth them, and the own font has no bold letters. */
const withoutBrowserStyle = (svg: string): string =>
  svg.replaceAll("image-rendering:pixelated", "").replaceAll("font-weight:600", "font-weight:400");
