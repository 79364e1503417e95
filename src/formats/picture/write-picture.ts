import type { MatrixFormatter, MatrixHead, WriteOptions, Writer } from "../../output/format.js";
import { drawHeatmap, gridFor } from "../../pictures/heatmap.js";
import type { Picture } from "../../pictures/picture.js";
import { loadRasterizer } from "../../pictures/raster.js";

export const svgWriter: Writer = { matrix: (head, options) => pictureFormatter(head, options, ({ svg }) => svg) };

/** @throws {MachineError} if the package for PNG is not installed. */
export async function loadPngWriter(): Promise<Writer> {
  const rasterize = await loadRasterizer();
  return { matrix: (head, options) => pictureFormatter(head, options, rasterize, true) };
}

/** Draws a matrix as a heatmap when its last tile is known. */
function pictureFormatter<T extends string | Uint8Array>(
  head: MatrixHead,
  { precision }: WriteOptions,
  encode: (picture: Picture) => T,
  isRaster = false,
): MatrixFormatter<T | ""> {
  const grid = gridFor(head);
  return {
    begin: () => "",
    tile(tile) {
      grid.add(tile);
      return "";
    },
    block: (block) => grid.add(block),
    end() {
      grid.close();
      return encode(drawHeatmap(grid, head, precision, null, isRaster));
    },
  };
}
