import { drawFigure } from "../../pictures/draw-figure.js";
import type { Figure } from "../../pictures/figure.js";
import { loadRasterizer } from "../../pictures/raster.js";

/**
 * Draws charts as SVG or PNG.
 *
 * @throws {MachineError} if the package for PNG is not installed.
 */
export async function encodeFigure(format: "svg" | "png", figure: Figure): Promise<string | Uint8Array> {
  const rasterize = format === "png" ? await loadRasterizer() : null;
  const picture = drawFigure(figure);
  return rasterize ? rasterize(picture) : picture.svg;
}
